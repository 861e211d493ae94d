"""What the application wants to happen on the wire, done by the listener without a thread.

The listener puts a `Wire` into each request's environment under KEY; behind another
server there is none, and answers go out at once and whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass

from . import clock
from .journal import Journal

KEY = "opsemu.wire"


@dataclass
class Wire:
    """How an answer goes out.

    `delay` in seconds; `truncate_at` is after how many bytes of the body the connection
    ends (-1: before the answer); `reset` ends it with RST and no answer.
    """

    delay: float = 0.0
    truncate_at: int | None = None
    reset: bool = False
    parked: bool = False
    _deadline: float | None = None
    _journal: Journal | None = None
    _version: int = 0

    def park(self, timeout: float, journal: Journal, version: int) -> bool:
        """Have the request asked again once the journal is past `version`, or time is over.

        False if time is over: the request has to be answered as things are.
        """
        if self._deadline is None:
            self._deadline = clock.ticks() + timeout
        self.parked = clock.ticks() < self._deadline
        self._journal, self._version = journal, version
        return self.parked

    def ask_again(self, loop: asyncio.AbstractEventLoop, ask: Callable[[], None]) -> None:
        """Call `ask` once, when the journal has changed or the deadline is reached."""
        waiting = [ask]

        def once() -> None:
            if waiting:
                timer.cancel()
                waiting.pop()()

        def changed() -> None:
            with contextlib.suppress(RuntimeError):  # the server was stopped meanwhile
                loop.call_soon_threadsafe(once)

        timer = loop.call_later(max(0.0, (self._deadline or 0.0) - clock.ticks()), once)
        if self._journal is not None:
            self._journal.call_on_change(self._version, changed)

    @property
    def is_cut(self) -> bool:
        """Whether the answer is not sent whole."""
        return self.truncate_at is not None

    def cut(self, answer: bytes) -> bytes:
        """The part of an answer that is sent."""
        if self.truncate_at is None:
            return answer
        if self.truncate_at < 0:
            return b""
        return answer[: answer.index(b"\r\n\r\n") + 4 + self.truncate_at]


def reset(transport: asyncio.Transport) -> None:
    """End a connection with RST, as a crashed server or a firewall does."""
    with contextlib.suppress(OSError):
        found = socket.socket(fileno=transport.get_extra_info("socket").fileno())
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        found.detach()
    transport.abort()
