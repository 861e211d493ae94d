"""Writers of a server that is killed, and what they can say of it afterwards."""

from __future__ import annotations

import math
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ..conftest import DEMO
from ..serving import Served
from .client import Client
from .writers import SHARED, address


@dataclass
class Slot:
    """An attribute that one writer counts up; numbers never go back, not even over restarts."""

    type_name: str
    field: str
    sent: int = 0
    acknowledged: int = 0

    def count_up(self, client: Client) -> None:
        """One write."""
        self.sent += 1
        value = {"type": self.type_name, self.field: f"{self.sent}"}
        assert client.call("PUT", address(DEMO, self.type_name), value)[0] == 200
        self.acknowledged = self.sent

    def is_in(self, client: Client) -> bool:
        """Whether the server has the last write that it acknowledged, or the one after it."""
        found = client.call("GET", address(DEMO, self.type_name))[1][self.field]
        return self.acknowledged == 0 or self.acknowledged <= int(found) <= self.sent

    def write(self, served: Served, most: float) -> None:
        """Count up until the server is gone, or so many times; then nobody else goes on either."""
        try:
            with Client(served.port) as client:
                target = self.acknowledged + most
                while self.acknowledged < target:
                    self.count_up(client)
        except ConnectionError:
            pass
        finally:
            served.process.send_signal(signal.SIGKILL)


def slots() -> list[Slot]:
    """One for each shared attribute."""
    return [Slot(*slot) for slot in SHARED]


def crash(served: Served, slots: list[Slot], writes: int) -> None:
    """Write with all slots at once; the server is killed when the first has made so many writes."""
    with ThreadPoolExecutor(len(slots)) as threads:
        limits = [writes] + [math.inf] * (len(slots) - 1)
        running = [
            threads.submit(s.write, served, most) for s, most in zip(slots, limits, strict=True)
        ]
        for each in running:
            each.result()
    served.process.wait()
