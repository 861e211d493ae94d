"""What the application wants to happen on the wire, done by the listener without a thread.

The listener puts a `Wire` into each request's environment under KEY; behind another
server there is none, and answers go out at once and whole.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

KEY = "opsemu.wire"
PAUSE = 0.02  # seconds between two times that a waiting request is asked again

# Takes what to call on a change, once; gives what cancels that.
Changed = Callable[[Callable[[], None]], Callable[[], None]]


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
    _changed: Changed = lambda listener: lambda: None
    _pause: float = 0.0

    def park(self, timeout: float, changed: Changed) -> bool:
        """Have the request asked again once something has `changed`, or time is over.

        False if time is over: the request has to be answered as things are.
        """
        if self._deadline is None:
            self._deadline = time.perf_counter() + timeout
        self.parked = time.perf_counter() < self._deadline
        self._changed = changed
        return self.parked

    def ask_again(self, loop: asyncio.AbstractEventLoop, ask: Callable[[], None]) -> None:
        """Call `ask` once, when something has changed or the deadline is reached."""
        waiting = [ask]
        pause, self._pause = self._pause, PAUSE

        def once() -> None:
            if waiting:
                timer.cancel()
                cancel()
                waiting.pop()()

        def changed() -> None:
            with contextlib.suppress(RuntimeError):  # the server was stopped meanwhile
                loop.call_soon_threadsafe(loop.call_later, pause, once)

        timer = loop.call_later(max(0.0, (self._deadline or 0.0) - time.perf_counter()), once)
        cancel = self._changed(changed)

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
