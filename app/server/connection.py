"""HTTP/1.1 over asyncio: httptools parses, the application answers, the bytes go out as given.

Of the servers measured none keeps the order and case of headers, sends no `Server`, gives the
target as the client signed it, answers `100-continue`, and is fast as well (docs/design.md).
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from ..api.delivery import Delivery, Stream, Watch
from .delivery import SuspendedRequest, is_tls, reset, send_last, truncate, unsent
from .framing import HttpParseError
from .request_parser import HttpRequest, RequestParser
from .shared import Shared
from .streaming import StreamedResponse
from .wsgi import WSGI, connection_info, error_response, respond

if TYPE_CHECKING:
    from .response_cache import ResponseCache

MAX_PIPELINED = 16  # requests read ahead of their responses


class Connection(asyncio.Protocol):
    """One client connection, kept in `connections`; its requests are answered in their order."""

    def __init__(
        self,
        app: WSGI,
        connections: set[Connection],
        shared: Shared,
        cache: ResponseCache | None = None,
    ) -> None:
        self._app = app
        self._connections = connections
        self._shared = shared
        self._cached = cache.get if cache else None
        self._loop = asyncio.get_running_loop()
        self._parser = RequestParser(self._enqueue, self._send_continue, self._reserve)
        self._queue: deque[HttpRequest] = deque()
        self._error: HTTPStatus | None = None
        self._error_sent = False
        self._eof_received = False
        self._is_answering = False
        self._write_paused = False
        self._last_active = 0.0
        self._unsent = 0
        self._reserved = 0  # bytes of bodies
        self._suspended: SuspendedRequest | StreamedResponse | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._info = connection_info(transport)
        self._last_active = self._loop.time()
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._queue.clear()
        self._parser.clear()  # it would stay until the garbage collector finds the connection
        self._reserve(-self._reserved)
        self._connections.discard(self)
        if self._suspended:
            self._suspended.cancel()

    def data_received(self, data: bytes) -> None:
        self._last_active = self._loop.time()
        if self._error or self.transport.is_closing():
            return
        if self._cached and self._can_answer_at_once() and (response := self._cached(data)):
            self.transport.write(response)
            return
        try:
            self._parser.feed(data)
        except HttpParseError as error:
            self._error = error.status
            self._answer_next()

    def eof_received(self) -> bool:
        """Keep the connection open until the requests before the EOF are answered.

        A client that is gone looks the same, so that no request stays suspended for it.
        """
        self._eof_received = True
        is_busy = self._is_answering or bool(self._queue)
        return is_busy and not self._suspended and not is_tls(self.transport)

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        self._answer_next()

    def is_idle(self, seconds: float) -> bool:
        """Whether the client neither sent nor received anything for that long.

        To be called again and again, as progress is told by what is left to send.
        """
        before, self._unsent = self._unsent, unsent(self.transport)
        if (self._is_answering and not self._write_paused) or self._unsent != before:
            self._last_active = self._loop.time()
        return self._loop.time() - self._last_active > seconds

    def _can_answer_at_once(self) -> bool:
        is_busy = self._is_answering or self._queue or self._write_paused
        return self._parser.at_request_start and not (is_busy or self._shared.threads.reads_block)

    def _enqueue(self, request: HttpRequest) -> None:
        self._queue.append(request)
        self._answer_next()

    def _reserve(self, size: int) -> bool:
        """Take space for a body, or give back what is negative; False if there is too little."""
        if size > self._shared.body_space:
            return False
        self._shared.body_space -= size
        self._reserved += size
        return True

    def _send_continue(self) -> None:
        if not (self._is_answering or self._queue):
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _answer_next(self) -> None:
        if self.transport.is_closing():
            return
        if not (self._is_answering or self._write_paused):
            if self._queue:
                self._answer(self._queue.popleft(), Delivery())
            elif self._error and not self._error_sent:
                self._error_sent = True
                send_last(self.transport, error_response(self._error), self._loop)
            elif self._eof_received:
                self.transport.close()
        if self.transport.is_closing() or self._eof_received:
            return
        if len(self._queue) > MAX_PIPELINED:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def _answer(self, request: HttpRequest, delivery: Delivery, is_resumed: bool = False) -> None:
        self._is_answering = True
        self._suspended = delivery.watch = None
        cached = self._cached if self._shared.threads.reads_block else None
        run = partial(respond, self._app, request, self._info, delivery, cached)
        call = partial(self._shared.threads.call, request, run)
        deliver = partial(self._deliver, request, delivery)
        executor = self._shared.threads.executor(request, is_resumed)
        if executor is None:
            # Not at once: other connections have their turn between pipelined requests.
            self._loop.call_soon(lambda: deliver(call()))
        else:
            future = self._loop.run_in_executor(executor, call)
            future.add_done_callback(lambda done: deliver(done.result()))

    def _deliver(self, request: HttpRequest, delivery: Delivery, response: bytes) -> None:
        """Send the response when and as `delivery` says; no thread waits meanwhile."""
        send = partial(self._send, request, delivery, response)
        if delivery.stream:
            self._stream(delivery.stream, response)
        elif delivery.watch:
            self._suspend(request, delivery, delivery.watch)
        elif delivery.delay:
            self._loop.call_later(delivery.delay, send)
        else:
            send()

    def _suspend(self, request: HttpRequest, delivery: Delivery, watch: Watch) -> None:
        if self._eof_received or self.transport.is_closing():
            self.transport.close()
            return
        run_again = partial(self._answer, request, delivery, is_resumed=True)
        self._suspended = SuspendedRequest(self._shared.checks, watch, delivery.left, run_again)

    def _stream(self, stream: Stream, first: bytes) -> None:
        args = (self.transport, self._shared, stream, lambda: self._write_paused)
        self._suspended = StreamedResponse(*args)
        self._suspended.send(None if self._eof_received else first)

    def _send(self, request: HttpRequest, delivery: Delivery, response: bytes) -> None:
        self._is_answering = False
        self._last_active = self._loop.time()
        self._reserve(-min(len(request.body), self._reserved))
        if self.transport.is_closing():
            return
        if delivery.reset:
            reset(self.transport)
            return
        self.transport.write(truncate(response, delivery.truncate_at))
        if request.keep_alive and delivery.truncate_at is None:
            self._answer_next()
        else:
            self.transport.close()
