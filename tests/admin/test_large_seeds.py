"""The work that a seed makes grows with its size, not with the square of it."""

from __future__ import annotations

from typing import Any

import pytest

from opsemu.mongodb import seeding
from opsemu.worlds.clock import Clocks
from opsemu.worlds.seed_errors import SeedError, check_unique

MANY = 2_000


class Name(str):
    """A text that counts how often one is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Name.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


class Row(dict[str, Any]):
    """A row of a seed that counts how often one is read."""

    read = 0

    def __getitem__(self, name: str) -> Any:
        Row.read += 1
        return super().__getitem__(name)


def test_names_are_compared_with_few_others():
    Name.compared = 0
    check_unique([Name(number) for number in range(MANY)], "place")
    assert Name.compared < MANY
    with pytest.raises(SeedError, match=r"place\[2\]: 'a' is there twice"):
        check_unique(["a", "b", "a"], "place")


NONE: dict[str, object] = {"integrations": {}, "alertConfigs": {}, "servers": []}


def test_projects_are_read_once_and_not_for_each_organization():
    organizations = [{"id": f"{number:024x}", "name": "O"} for number in range(MANY)]
    projects = [
        Row(id=f"{number:024x}", name=f"P{number}", orgId=f"{number:024x}", **NONE)
        for number in range(MANY)
    ]
    seed = {"organizations": organizations, "projects": projects}
    Row.read = 0
    owners = dict(seeding.owners(seed, Clocks().time("default")))  # type: ignore[arg-type]
    assert len(owners) == 2 * MANY
    assert Row.read < 20 * MANY
