"""What a hundred thousand projects cost that a hundred do not, in `file:` state."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from unittest.mock import patch

from opsemu.application import SEEDS
from opsemu.auth.api_keys import DEFAULT_WORLD
from opsemu.mongodb.projects import ABOUT, INTEGRATIONS, KIND
from opsemu.store import Document, Owner, open_store
from opsemu.worlds.clock import Clocks

from .bench import Bench, Figures, note
from .peers.base import SLACK
from .peers.ours import DEMO, KEY, Opsemu
from .running import Running
from .signing import Request

SIZES = (100, 100_000)
WRITES = 300  # of Store.change in each round, each to a project of its own choice
VISITED = 3_000  # projects at most, at random
# Whether writes wait for the disk, and what says so in a state's URL.
DURABILITY = {"": "", ", no fsync": "?fsync=off"}


class Grown(Opsemu):
    """opsemu on a directory with so many projects; these are its own once it is filled."""

    def __init__(self, size: int, directory: Path, durability: str) -> None:
        super().__init__("file:")
        self.state = f"file:{directory}{DURABILITY[durability]}"
        self.name = f"{size:,} projects{durability}"
        self.directory = directory
        self.owners = [Owner(DEFAULT_WORLD, KIND, f"{number:024x}") for number in range(size)]
        visited = random.Random(size).sample(self.owners, min(size, VISITED))
        lists = [f"/api/public/v1.0/groups/{owner.name}/integrations" for owner in visited]
        self.lists = Request("GET", tuple(lists), key=KEY)
        self.puts = Request("PUT", tuple(f"{path}/SLACK" for path in lists), SLACK, key=KEY)

    def fill(self) -> None:
        """Make the projects, each with two integrations, without waiting for the disk."""
        store = open_store(f"file:{self.directory}")
        with closing(store), patch("os.fsync"), patch("os.fdatasync"):
            SEEDS.plant(store, SEEDS.load("demo"), Clocks().time(DEFAULT_WORLD))
            for owner in self.owners:
                about = {"id": owner.name, "name": f"Project {owner.name}", "orgId": DEMO.org_id}
                store.create(owner, {ABOUT: {owner.name: about}, INTEGRATIONS: _integrations()})


def measure(bench: Bench) -> Figures:
    """Start-up, the first list after it, memory, GET, PUT and Store.change alone at each size."""
    figures = bench.figures()
    homes = {size: bench.scratch / f"state-{size}" for size in SIZES}
    grown = [Grown(size, home, way) for way in DURABILITY for size, home in homes.items()]
    for peer in grown[: len(SIZES)]:
        bench.tell(f"filling a directory with {peer.name}")
        peer.fill()
    os.sync()
    for number in range(bench.rounds):
        bench.tell(f"growth, start-up, round {number + 1} of {bench.rounds}")
        for peer in grown:
            with bench.start(peer) as running:
                listed = running.ask(1) - running.started
                figures[peer.name]["start-up, ms"].append(running.started * 1000)
                figures[peer.name]["first list, ms"].append(listed * 1000)
    with bench.servers(grown) as servers:
        for server in servers:
            server.ask(1)
        for number in range(bench.rounds):
            bench.tell(f"growth, load, round {number + 1} of {bench.rounds}")
            for server in servers:
                _load(bench, server, figures)
            _change(grown, figures)
    return figures


def _load(bench: Bench, server: Running, figures: Figures) -> None:
    peer, sheet = server.peer, figures[server.peer.name]
    assert isinstance(peer, Grown)
    note(sheet, "GET, 8 connections", bench.load(server, peer.lists, 8))
    note(sheet, "PUT, 1 connection", bench.load(server, peer.puts, 1))
    sheet["memory, MB"].append(server.memory() or 0.0)


def _change(grown: Sequence[Grown], figures: Figures) -> None:
    """A round of Store.change without HTTP, the sizes by turns at each write."""
    stores = [open_store(peer.state) for peer in grown]
    spent: list[list[float]] = [[] for _ in grown]
    for _ in range(WRITES):
        for peer, store, seen in zip(grown, stores, spent, strict=True):
            owner = random.choice(peer.owners)
            begun = time.perf_counter()
            store.change(owner, INTEGRATIONS, "SLACK", _edited)
            seen.append((time.perf_counter() - begun) * 1e6)
    for peer, store, seen in zip(grown, stores, spent, strict=True):
        store.close()
        figures[peer.name]["Store.change, us"].append(median(seen))


def _edited(present: Document | None) -> Document:
    return {**(present or {}), "channelName": str(random.random())}


def _integrations() -> dict[str, Document]:
    return {
        "PAGER_DUTY": {"serviceKey": "1234567890", "id": "0" * 24},
        "SLACK": {"apiToken": "xoxb-0987654321", "teamName": "My Team", "id": "1" * 24},
    }
