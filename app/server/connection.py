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
from http import HTTPStatus
from typing import cast

from ..api.delivery import Wire, reset
from .request_parser import Reader, Refusal
from .response_cache import Shortcut
from .wsgi import WSGI, Incoming, bare, respond

MOST_WAITING = 16  # pipelined requests read ahead of the answers
LINGER = 2.0  # seconds that a refused client has to read why
# A read takes no lock and waits for no disk, and going to a thread costs as much as itself;
# unless state is on another machine.
READING = frozenset({"GET", "HEAD"})


class Connection(asyncio.Protocol):
    """One client connection; requests are answered one after the other."""

    def __init__(
        self,
        app: WSGI,
        threads: Executor | None,
        connections: set[Connection],
        reads_block: bool = False,
    ) -> None:
        self.app = app
        self.here = frozenset() if reads_block else READING
        self.threads = threads
        self.connections = connections
        self.loop = asyncio.get_running_loop()
        self.reader = Reader(self._queue, self._go_on)
        self.shortcut: Shortcut | None = getattr(app, "shortcut", None)
        self.waiting: deque[Incoming] = deque()
        self.refused: HTTPStatus | None = None
        self.hung_up = False
        self.at_end = False
        self.answering = False
        self.blocked = False
        self.last_heard = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.peer = transport.get_extra_info("peername") or ("127.0.0.1", 0)
        self.server = transport.get_extra_info("sockname") or ("127.0.0.1", 0)
        self.last_heard = self.loop.time()
        self.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.waiting.clear()
        self.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self.last_heard = self.loop.time()
        if self.refused or self.transport.is_closing():
            return
        known = self.shortcut.answer(data) if self.shortcut and self._is_free() else None
        if known is not None:
            self.transport.write(known)
            return
        try:
            self.reader.feed(data)
        except Refusal as refusal:
            self.refused = refusal.status
            self._answer_waiting()

    def eof_received(self) -> bool:
        """A client may stop sending once it has asked; it still gets its answers."""
        self.at_end = True
        return self.answering or bool(self.waiting)

    def pause_writing(self) -> None:
        self.blocked = True

    def resume_writing(self) -> None:
        self.blocked = False
        self._answer_waiting()

    def is_idle(self, seconds: float) -> bool:
        """Whether client and server have both had nothing to say for that long."""
        return not self.answering and self.loop.time() - self.last_heard > seconds

    def _is_free(self) -> bool:
        """Whether there is nothing to read to its end, to answer or to wait for first."""
        busy = self.answering or self.waiting or self.blocked
        return self.reader.at_rest and not busy

    def _queue(self, request: Incoming) -> None:
        self.waiting.append(request)
        self._answer_waiting()

    def _go_on(self) -> None:
        if not (self.answering or self.waiting):
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _answer_waiting(self) -> None:
        if self.transport.is_closing() or self.answering or self.blocked:
            pass
        elif self.waiting:
            self._answer(self.waiting.popleft())
        elif self.refused and not self.hung_up:
            self._refuse(self.refused)
        elif self.at_end:
            self.transport.close()
        self._read_or_wait()

    def _read_or_wait(self) -> None:
        if self.transport.is_closing() or self.at_end:
            return
        if len(self.waiting) > MOST_WAITING:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def _answer(self, request: Incoming, wire: Wire | None = None) -> None:
        self.answering = True
        wire = wire or Wire()
        wire.parked = False
        if self.threads is None or request.method in self.here:
            # Not at once: other connections have their turn between pipelined requests.
            self.loop.call_soon(self._answer_here, request, wire)
            return
        answer = self.loop.run_in_executor(
            self.threads, respond, self.app, request, self.peer, self.server, wire
        )
        answer.add_done_callback(lambda done: self._deliver(done.result(), request, wire))

    def _answer_here(self, request: Incoming, wire: Wire) -> None:
        answer = respond(self.app, request, self.peer, self.server, wire)
        self._deliver(answer, request, wire)

    def _deliver(self, answer: bytes, request: Incoming, wire: Wire) -> None:
        """Send the answer when and as the application wants it; no thread waits meanwhile."""
        if wire.parked:
            wire.ask_again(self.loop, lambda: self._answer(request, wire))
        elif wire.delay:
            self.loop.call_later(wire.delay, self._send, answer, request.keep_alive, wire)
        else:
            self._send(answer, request.keep_alive, wire)

    def _send(self, answer: bytes, keep_alive: bool, wire: Wire) -> None:
        self.answering = False
        self.last_heard = self.loop.time()
        if self.transport.is_closing():
            return
        if wire.reset:
            reset(self.transport)
            return
        self.transport.write(wire.cut(answer))
        if keep_alive and not wire.is_cut:
            self._answer_waiting()
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        """Say no, and go on receiving for a while: closing at once would reset the connection,
        and a client that is still sending would not get to read the answer."""
        self.hung_up = True
        self.transport.write(bare(status))
        self.transport.write_eof()
        self.loop.call_later(LINGER, self.transport.close)
