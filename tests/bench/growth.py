"""opsemu on `file:` state of few and many projects: how these are stored, and which are visited."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

from opsemu.server import Emulator
from opsemu.store.base import Owner
from opsemu.store.layout import DEFAULT_WORLD, ORGANIZATION, PROJECT, PROJECT_NAMES

from .peers import PEERS, TABLE, Peer
from .wrk import Request

SIZES = (100, 1_000, 10_000, 100_000)  # projects
VISITED = 3_000  # of them at most
DURABILITY = {"": "", ", no fsync": "?fsync=off"}  # a state's query by the end of a row's name
SEED = TABLE["configs"]["seed.json"]
FIRST = {  # id and name in quotes, which no other text of theirs has
    kind: (SEED[f"{kind}s"][0]["id"], json.dumps(SEED[f"{kind}s"][0]["name"]))
    for kind in (PROJECT, ORGANIZATION)
}


def store_projects(folder: Path, size: int) -> None:
    """Store so many copies of the seed's project, a hundred to an organization."""
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED))
    emulator = Emulator(state=f"file:{folder}/{size}?fsync=off", seed=str(seed))
    try:
        backend = emulator.store.backend
        owners = [
            Owner(DEFAULT_WORLD, kind, name)
            for kind in backend.kinds(DEFAULT_WORLD)
            for name in backend.names(DEFAULT_WORLD, kind)
        ]
        kept = {owner: backend.read(owner) or b"" for owner in owners}
        backend.replace_world(DEFAULT_WORLD, copies(kept, size))
    finally:
        emulator.stop()
    os.sync()


def copies(kept: dict[Owner, bytes], size: int) -> Iterator[tuple[Owner, bytes]]:
    """Yield what is stored, with copies of the first project and organization in their places."""
    first = {kind: Owner(DEFAULT_WORLD, kind, id_) for kind, (id_, _) in FIRST.items()}
    yield from ((owner, content) for owner, content in kept.items() if owner not in first.values())
    (project, name), (organization, _) = FIRST[PROJECT], FIRST[ORGANIZATION]
    ids = [f"{number:024x}" for number in range(size)]
    for at in range(0, size, 100):
        for each in ids[at : at + 100]:
            content = (
                kept[first[PROJECT]].decode().replace(project, each).replace(name, json.dumps(each))
            )
            content = content.replace(organization, ids[at // 100])
            yield first[PROJECT]._replace(name=each), content.encode()
        content = kept[first[ORGANIZATION]].decode().replace(organization, ids[at // 100])
        names = {ids[at // 100]: {each: each for each in ids[at : at + 100]}}
        content = json.dumps({**json.loads(content), PROJECT_NAMES: names})
        yield first[ORGANIZATION]._replace(name=ids[at // 100]), content.encode()


def grown(folder: Path, size: int, durability: str) -> Peer:
    """Return opsemu on stored projects, of which some, picked at random, are read and changed."""
    peer = PEERS["opsemu, file:"]
    visited = random.Random(size).sample(range(size), min(size, VISITED))
    lists = [
        peer.reads[""].targets[0].replace(FIRST[PROJECT][0], f"{each:024x}") for each in visited
    ]
    state, is_end = f"{folder}/{size}{DURABILITY[durability]}", size in (SIZES[0], SIZES[-1])
    rounds = 5 if is_end else 3  # goals compare the ends
    return peer._replace(
        name=f"{size:,} projects{durability}",
        command=peer.command.replace("{folder}/state", state),
        warm_seconds=3,  # each project was read before it is measured
        reads={"": Request(lists, auth="digest", rounds=0 if durability else rounds)},
        writes={"": Request([f"{path}/SLACK" for path in lists], "PUT", "digest", rounds=rounds)},
    )
