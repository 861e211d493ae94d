"""How the server sends a response: faults and long polling ask for it here.

The server puts a `Delivery` into each request's WSGI environment under KEY. Another WSGI
server puts none there, and sends responses at once and whole.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

KEY = "opsemu.delivery"

# Calls a function once, on the next change; the return value cancels that. None: it cannot tell
# of changes, as on Redis, and the request is run again at intervals.
Subscribe = Callable[[Callable[[], None]], Callable[[], None] | None]


@dataclass
class Delivery:
    """How one response is sent.

    `delay` is in seconds. `truncate_at` closes the connection after that many bytes of the
    body (-1: before the status line). `reset` closes it with RST and sends nothing.
    """

    delay: float = 0.0
    truncate_at: int | None = None
    reset: bool = False
    suspended: bool = False
    deadline: float | None = None
    subscribe: Subscribe = lambda listener: lambda: None

    def suspend(self, timeout: float, subscribe: Subscribe) -> bool:
        """Suspend the response; run the request again on a change or after `timeout` seconds.

        False if the timeout is over: the request has to be answered now.
        """
        if self.deadline is None:
            self.deadline = time.perf_counter() + timeout
        self.suspended = time.perf_counter() < self.deadline
        self.subscribe = subscribe
        return self.suspended
