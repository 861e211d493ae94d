"""HTTP/1.1 over asyncio: httptools parses, the application answers, the bytes go out as given.

Of the servers measured none could do what an emulator needs at once: keep the
order and case of headers, send no `Server`, give the request target as the client
signed it, answer `Expect: 100-continue`, and hold thousands of requests a second
(see docs/design.md). The parser and the event loop are libraries; only the glue is here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Executor
from functools import partial
from http import HTTPStatus
from typing import cast

from ..api.delivery import Delivery
from .delivery import RETRY_INTERVAL, reset, resume, truncate
from .request_parser import HttpParseError, HttpRequest, RequestParser
from .response_cache import ResponseCache
from .wsgi import WSGI, error_response, respond

MAX_PIPELINED = 16  # requests read ahead of their responses
LINGER = 2.0  # seconds in which a client may read why its request was refused
# A read takes no lock and does not wait for the disk, so a thread would cost more than it saves.
_READS = frozenset({"GET", "HEAD"})


class Connection(asyncio.Protocol):
    """One client connection; its requests are answered one after the other.

    `executor` runs the requests that may block; those are all but GET and HEAD unless
    `reads_block`. None runs all on the event loop. `connections` holds the open ones.
    """

    def __init__(
        self,
        app: WSGI,
        connections: set[Connection],
        executor: Executor | None = None,
        reads_block: bool = False,
        cache: ResponseCache | None = None,
    ) -> None:
        self._app = app
        self._connections = connections
        self._executor = executor
        self._on_loop = frozenset() if reads_block else _READS
        self._cache = cache
        self._loop = asyncio.get_running_loop()
        self._parser = RequestParser(self._enqueue, self._send_continue)
        self._queue: deque[HttpRequest] = deque()
        self._error: HTTPStatus | None = None
        self._error_sent = False
        self._eof_received = False
        self._is_answering = False
        self._write_paused = False
        self._last_active = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._client = transport.get_extra_info("peername") or ("127.0.0.1", 0)
        self._server = transport.get_extra_info("sockname") or ("127.0.0.1", 0)
        self._last_active = self._loop.time()
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._queue.clear()
        self._connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._last_active = self._loop.time()
        if self._error or self.transport.is_closing():
            return
        if self._cache and self._is_waiting_for_request():
            response = self._cache.get(data)
            if response is not None:
                self.transport.write(response)
                return
        try:
            self._parser.feed(data)
        except HttpParseError as error:
            self._error = error.status
            self._answer_next()

    def eof_received(self) -> bool:
        """Keep the connection open until the requests before the EOF are answered."""
        self._eof_received = True
        return self._is_answering or bool(self._queue)

    def pause_writing(self) -> None:
        self._write_paused = True

    def resume_writing(self) -> None:
        self._write_paused = False
        self._answer_next()

    def is_idle(self, seconds: float) -> bool:
        """Whether nothing was received or sent for that long."""
        return not self._is_answering and self._loop.time() - self._last_active > seconds

    def _is_waiting_for_request(self) -> bool:
        is_busy = self._is_answering or self._queue or self._write_paused
        return self._parser.at_request_start and not is_busy

    def _enqueue(self, request: HttpRequest) -> None:
        self._queue.append(request)
        self._answer_next()

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
                self._send_error(self._error)
            elif self._eof_received:
                self.transport.close()
        if self.transport.is_closing() or self._eof_received:
            return
        if len(self._queue) > MAX_PIPELINED:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def _answer(self, request: HttpRequest, delivery: Delivery, runs: int = 1) -> None:
        self._is_answering = True
        delivery.suspended = False
        call = partial(respond, self._app, request, self._client, self._server, delivery)
        deliver = partial(self._deliver, request, delivery, runs)
        if self._executor is None or request.method in self._on_loop:
            # Not at once: other connections have their turn between pipelined requests.
            self._loop.call_soon(lambda: deliver(call()))
        else:
            future = self._loop.run_in_executor(self._executor, call)
            future.add_done_callback(lambda done: deliver(done.result()))

    def _deliver(
        self, request: HttpRequest, delivery: Delivery, runs: int, response: bytes
    ) -> None:
        """Send the response when and as `delivery` says; no thread waits meanwhile."""
        send = partial(self._send, response, request.keep_alive, delivery)
        if delivery.suspended:
            pause = RETRY_INTERVAL if runs > 1 else 0.0
            run_again = partial(self._answer, request, delivery, runs + 1)
            resume(self._loop, delivery, pause, run_again)
        elif delivery.delay:
            self._loop.call_later(delivery.delay, send)
        else:
            send()

    def _send(self, response: bytes, keep_alive: bool, delivery: Delivery) -> None:
        self._is_answering = False
        self._last_active = self._loop.time()
        if self.transport.is_closing():
            return
        if delivery.reset:
            reset(self.transport)
            return
        self.transport.write(truncate(response, delivery.truncate_at))
        if keep_alive and delivery.truncate_at is None:
            self._answer_next()
        else:
            self.transport.close()

    def _send_error(self, status: HTTPStatus) -> None:
        """Refuse a request, and receive for LINGER seconds more: closing at once would reset the
        connection, and a client that is still sending would not get to read the response."""
        self._error_sent = True
        self.transport.write(error_response(status))
        self.transport.write_eof()
        self._loop.call_later(LINGER, self.transport.close)
