"""What a hundred thousand projects cost that a hundred do not, in `file:` state."""

from __future__ import annotations

import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from opsemu.keys import DEFAULT_WORLD
from opsemu.projects import ABOUT, INTEGRATIONS, KIND
from opsemu.seeds import load_seed, plant
from opsemu.stores import Document, Owner, Store
from opsemu.stores.files import FileBackend

from .peers import DEMO, SLACK, Opsemu, Request
from .rounds import Figures, Tell
from .running import Running

WRITES = 300  # in each round, each to a project of its own choice


class HastyBackend(FileBackend):
    """A directory that is filled without waiting for the disk."""

    def write(self, owner: Owner, content: bytes) -> None:
        path = Path(self.place(owner))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class Grown(Opsemu):
    """opsemu on a directory with so many projects."""

    def __init__(self, size: int, directory: Path) -> None:
        super().__init__("file:")
        self.name = f"{size:,} projects"
        self.directory = directory
        self.owners = [Owner(DEFAULT_WORLD, KIND, f"{number:024x}") for number in range(size)]

    def command(self, port: int, scratch: Path) -> list[str]:
        state = f"file:{self.directory}"
        return [sys.executable, "-m", "opsemu", "serve", "--port", str(port), "--state", state]

    def fill(self) -> None:
        """Make the projects, each with two integrations."""
        store = Store(HastyBackend(str(self.directory)))
        plant(store, load_seed("demo"))
        for owner in self.owners:
            about = {"id": owner.name, "name": f"Project {owner.name}", "orgId": DEMO.org_id}
            store.create(owner, {ABOUT: {owner.name: about}, INTEGRATIONS: _integrations()})

    def puts(self) -> Request:
        """PUTs that change SLACK in projects taken at random."""
        names = (owner.name for owner in random.choices(self.owners, k=WRITES))
        paths = (f"/api/public/v1.0/groups/{name}/integrations/SLACK" for name in names)
        return Request("PUT", tuple(paths), SLACK)


def measure(
    sizes: Sequence[int], rounds: int, seconds: float, scratch: Path, tell: Tell
) -> Figures:
    """Start-up, PUT over HTTP and Store.change alone at each size, by round."""
    grown = [Grown(size, scratch / f"state-{size}") for size in sizes]
    figures: Figures = {peer.name: defaultdict(list) for peer in grown}
    for peer in grown:
        tell(f"filling a directory with {peer.name}")
        peer.fill()
    os.sync()
    for number in range(rounds):
        tell(f"growth, start-up, round {number + 1} of {rounds}")
        for peer in grown:
            with Running(peer) as running:
                figures[peer.name]["start-up, ms"].append(running.started * 1000)
    with ExitStack() as stack:
        servers = [stack.enter_context(Running(peer)) for peer in grown]
        for number in range(rounds):
            tell(f"growth, writes, round {number + 1} of {rounds}")
            _change(grown, figures)
            for peer, server in zip(grown, servers, strict=True):
                latencies = server.load(peer.puts(), 1, seconds)["latencies"]
                figures[peer.name]["PUT, us"].append(median(latencies))
    return figures


def _change(grown: list[Grown], figures: Figures) -> None:
    """A round of Store.change without HTTP, the sizes by turns at each write."""
    stores = [Store(FileBackend(str(peer.directory))) for peer in grown]
    spent: list[list[float]] = [[] for _ in grown]
    for _ in range(WRITES):
        for peer, store, seen in zip(grown, stores, spent, strict=True):
            owner = random.choice(peer.owners)
            begun = time.perf_counter()
            store.change(owner, INTEGRATIONS, "SLACK", _edited)
            seen.append((time.perf_counter() - begun) * 1e6)
    for peer, seen in zip(grown, spent, strict=True):
        figures[peer.name]["Store.change, us"].append(median(seen))


def _edited(present: Document | None) -> Document:
    return {**(present or {}), "channelName": str(random.random())}


def _integrations() -> dict[str, Document]:
    return {
        "PAGER_DUTY": {"serviceKey": "1234567890", "id": "0" * 24},
        "SLACK": {"apiToken": "xoxb-0987654321", "teamName": "My Team", "id": "1" * 24},
    }
