"""Writers whose every write can be told from every other, so that none can be lost unnoticed.

A PUT merges. So writers that own one attribute each of the same integration must
never undo each other: whoever reads, changes and writes without a lock, does.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from opsemu.schemas import REGISTRY

from ..conftest import DEMO
from .client import Client

# Attributes that are shown as they were written.
SHARED = [
    ("HIP_CHAT", "roomName"),
    ("NEW_RELIC", "accountId"),
    ("VICTOR_OPS", "routingKey"),
    ("PROMETHEUS", "username"),
    ("PROMETHEUS", "listenAddress"),
    ("PROMETHEUS", "tlsPemPath"),
    ("SLACK", "teamName"),
    ("SLACK", "channelName"),
]
ALONE = ["OPS_GENIE", "WEBHOOK", "DATADOG"]  # added and removed again, by one writer each
PROJECTS = [f"{number:024x}" for number in range(1, 5)]  # with one writer each


def address(group_id: str, type_name: str) -> str:
    """The path of an integration."""
    return f"/api/public/v1.0/groups/{group_id}/integrations/{type_name}"


def body(type_name: str, **changed: str) -> dict[str, Any]:
    """A whole body of the type."""
    return {**REGISTRY[type_name].example, "type": type_name, **changed}


def seed() -> dict[str, Any]:
    """A world with all that the writers write to."""
    types = sorted({type_name for type_name, _ in SHARED})
    rows = {DEMO: [body(name) for name in types], **{group_id: [] for group_id in PROJECTS}}
    return {
        "organizations": [{"id": "d" * 24, "name": "O"}],
        "projects": [
            {"id": group_id, "name": group_id, "orgId": "d" * 24, "integrations": integrations}
            for group_id, integrations in rows.items()
        ],
        "apiKeys": [
            {
                "publicKey": "opsowner",
                "privateKey": "00000000-0000-4000-8000-00000000c0de",
                "roles": [{"roleName": "ORG_OWNER", "orgId": "d" * 24}],
            }
        ],
    }


def change(count: int, type_name: str, field: str, ports: Sequence[int]) -> int:
    """Change one attribute through one server, and see each change through the other."""
    path = address(DEMO, type_name)
    with Client(ports[0]) as writer, Client(ports[1]) as reader:
        for number in range(count):
            value = {"type": type_name, field: f"value {number}"}
            assert writer.call("PUT", path, value)[0] == 200
            assert reader.call("GET", path)[1][field] == f"value {number}"
    return count


def come_and_go(count: int, group_id: str, type_name: str, ports: Sequence[int]) -> int:
    """Add and remove an integration, each through the other server than the one before."""
    path = address(group_id, type_name)
    with Client(ports[0]) as adder, Client(ports[1]) as remover:
        for _ in range(count // 2):
            assert adder.call("POST", path, body(type_name))[0] == 200
            assert remover.call("POST", path, body(type_name))[0] == 409
            assert remover.call("DELETE", path)[0] == 204
            assert adder.call("GET", path)[0] == 404
    return count // 2 * 2


def storm(ports: Sequence[int], count: int) -> int:
    """All writers at once, `count` writes each and half of them through each server; the sum."""
    work = [partial(change, count, *slot) for slot in SHARED]
    work += [partial(come_and_go, count, DEMO, type_name) for type_name in ALONE]
    work += [partial(come_and_go, count, group_id, "PAGER_DUTY") for group_id in PROJECTS]
    with ThreadPoolExecutor(len(work)) as threads:
        sides = (ports, ports[::-1])
        running = [threads.submit(task, sides[turn % 2]) for turn, task in enumerate(work)]
        return sum(each.result() for each in running)


def last_values(port: int) -> dict[tuple[str, str], str]:
    """What the shared attributes are in the end."""
    with Client(port) as reader:
        return {
            (type_name, field): reader.call("GET", address(DEMO, type_name))[1][field]
            for type_name, field in SHARED
        }
