"""How the server sends a response: faults and long polling ask for it here.

The server puts a `Delivery` into each request's WSGI environment under KEY. Another WSGI
server puts none there, and sends responses at once and whole.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

KEY = "opsemu.delivery"


class Watch(Protocol):
    """What a suspended request waits for."""

    def is_due(self) -> bool:
        """Whether the request has to run again; called on the event loop, after a change."""

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None] | None:
        """Call `listener` once, from any thread, if something changed since `is_due`.

        Returns what cancels that. None: it cannot tell of changes, as on Redis, and the
        request is run again at intervals.
        """


class Stream(Protocol):
    """What follows the first part of a response, whose end is that of its connection."""

    def part(self) -> bytes | None:
        """What is to be sent now, which may be nothing; None at the end. Called in a thread."""

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None] | None:
        """Call `listener` once, from any thread, if something changed since `part`; see `Watch`."""

    def close(self) -> None:
        """Called once, when the client is gone or has been sent everything."""


@dataclass
class Delivery:
    """How one response is sent.

    `delay` is in seconds. `truncate_at` closes the connection after that many bytes of the
    body (-1: before the status line). `reset` closes it with RST and sends nothing. With a
    `watch` the response is not sent, and the request runs again later. With a `stream`
    the response is the first of several parts.
    """

    delay: float = 0.0
    truncate_at: int | None = None
    reset: bool = False
    deadline: float | None = None
    watch: Watch | None = None
    stream: Stream | None = None

    @property
    def left(self) -> float:
        """Seconds until the deadline of a suspended response."""
        return max(0.0, (self.deadline or 0.0) - time.perf_counter())

    def suspend(self, timeout: float, watch: Watch) -> bool:
        """Suspend the response; run the request again once it is due or after `timeout` seconds.

        False if the timeout is over: the request has to be answered now.
        """
        if self.deadline is None:
            self.deadline = time.perf_counter() + timeout
        self.watch = watch if self.left else None
        return self.watch is not None
