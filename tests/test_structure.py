"""The house has rooms, imports go one way, and modules stay small."""

from __future__ import annotations

import pytest

from tests import structure

MAX_LINES = 200


def test_imports_between_rooms_go_one_way():
    assert structure.upward() == []


def test_no_rooms_and_no_modules_import_each_other_in_a_circle():
    assert structure.circles(set(structure.arrows())) == []
    assert structure.circles(structure.module_edges()) == []


def test_there_are_few_floors():
    assert structure.floors() <= 13


def test_imports_stand_at_the_top_of_a_module():
    assert structure.misplaced() == []


def test_a_stranger_can_read_the_top_level():
    names = {path.name for path in structure.ROOT.glob("app/*")} - {"__pycache__"}
    assert len(names) <= 16
    rooms = {name for names in structure.LAYERS for name in names}
    assert {name.removesuffix(".py") for name in names} <= rooms | {
        "__init__",
        "__main__",
        "py.typed",
    }


@pytest.mark.parametrize("path", structure.sources(), ids=structure.module_name)
def test_a_module_is_small(path):
    assert path.read_text().count("\n") <= MAX_LINES


def test_a_circle_is_found():
    assert structure.circles({("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")}) == [{"a", "b", "c"}]
