"""What all measurements have in common: how long, with what, and who is missing."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .peers import Missing, Peer
from .running import Running
from .signing import Request
from .wrk import Load, Loader

# peer, measure, one figure for each round
Figures = dict[str, dict[str, list[float]]]
# What a server that breaks down under load lets a client meet.
BROKEN = (Missing, OSError, RuntimeError, subprocess.SubprocessError)


@dataclass
class Bench:
    """One run of the benchmark.

    `seconds` is the length of each load, `body` what the generic peers answer, `scratch`
    where state lies, `tell` says what is being done. `missing` gets the peers that could not
    be had or broke down, with the reason.
    """

    peers: Sequence[Peer]
    rounds: int
    seconds: int
    loader: Loader
    body: str
    scratch: Path
    tell: Callable[[str], None]
    missing: dict[str, str] = field(default_factory=dict)

    def figures(self) -> Figures:
        """An empty sheet."""
        return defaultdict(lambda: defaultdict(list))

    def present(self) -> list[Peer]:
        """The peers that are not missing so far."""
        return [peer for peer in self.peers if peer.name not in self.missing]

    @contextmanager
    def attempt(self, name: str) -> Iterator[None]:
        """Note a peer as missing if it breaks down in here."""
        try:
            yield
        except BROKEN as error:
            self.missing[name] = str(error)
            self.tell(f"missing: {name}: {error}")

    def start(self, peer: Peer) -> Running:
        """Start a peer; raises Missing."""
        return Running(peer, self.body, self.scratch)

    @contextmanager
    def servers(self, peers: Sequence[Peer]) -> Iterator[list[Running]]:
        """Those of the peers that start, all at once, each as it is before it is prepared."""
        with ExitStack() as stack:
            running = []
            for peer in peers:
                with self.attempt(peer.name):
                    running.append(stack.enter_context(self.start(peer)))
            yield running

    def load(self, server: Running, request: Request, connections: int, seconds: int = 0) -> Load:
        """Load a server, for the usual time unless told."""
        return self.loader.run(request, server.port, connections, seconds or self.seconds)


def note(sheet: dict[str, list[float]], label: str, load: Load) -> None:
    """Put what a load showed on a sheet."""
    sheet[f"{label}, good/s"].append(load.rate)
    sheet[f"{label}, p50 us"].append(load.p50)
    sheet[f"{label}, p99 us"].append(load.p99)
    sheet[f"{label}, errors"].append(load.errors)
