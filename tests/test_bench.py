"""The benchmark says what was measured: goals met and missed, and who is missing."""

from __future__ import annotations

import json
import re
from itertools import islice
from pathlib import Path

import pytest
import requests

from tests.bench import soak, soak_figures
from tests.bench.goals import Cell, Comparison, Goal, judged
from tests.bench.page import UNEXPLAINED, render, written_notes
from tests.bench.signing import USES, Request, prepared
from tests.bench.wanted import GOALS
from tests.conftest import DEMO, OWNER

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
GET = "GET, 8 connections, good/s"


def against(peer: str, wanted: float) -> Goal:
    """A goal of two families against a peer."""
    theirs = Cell("load", peer, GET)
    mine = [Comparison(name, Cell("load", name, GET), theirs) for name in ("ours", "ours, v2")]
    return Goal(f"get-{peer}", f"GET against {peer}", True, wanted, "x", tuple(mine))


QUICK = Goal("quick", "Start", False, 15, " ms", (Comparison("", Cell("startup", "ours", "ms")),))


@pytest.fixture
def raw() -> dict[str, object]:
    """Figures of a small run: `quiet` is beaten, `gone` could not be had."""
    load = {"ours": [30, 90, 40], "ours, v2": [50, 60, 20], "quiet": [10, 10, 10]}
    return {
        "command": "python -m tests.bench --canned",
        "machine": {"wrk": "wrk 4.1.0", "processor": "abacus"},
        "rounds": 3,
        "seconds": 1,
        "bytes": 545,
        "peers": {name: {"version": "1.2", "note": ""} for name in ("ours", "quiet", "gone")},
        "missing": {"gone": "java is not installed"},
        "figures": {
            "load": {name: {GET: rates} for name, rates in load.items()},
            "startup": {"ours": {"ms": [14.0, 16.0, 90.0]}},
        },
    }


def states(raw, *goals):
    """What became of each goal."""
    return [verdict.state for verdict in judged(raw, goals)]


def test_a_goal_is_met_when_every_family_meets_it(raw):
    assert states(raw, against("quiet", 4), against("quiet", 5)) == ["met", "missed"]


def test_a_limit_from_above_is_missed_by_a_higher_median(raw):
    assert states(raw, QUICK) == ["missed"]


def test_a_missing_peer_is_named_with_its_reason(raw):
    goal = against("gone", 4)
    page = render(raw, {}, (goal,))
    assert states(raw, goal) == ["not measured"]
    assert "| at least 4x | gone: java is not installed | not measured |" in page
    assert "| gone: missing |" in page
    assert "\n* gone: java is not installed\n" in page


def test_a_missed_goal_is_shown_with_its_figures_and_its_sentence(raw):
    page = render(raw, {"get-quiet": "It is too quiet."}, (against("quiet", 5), QUICK))
    assert "| at least 5x | ours 4x (3–9); ours, v2 5x (2–6) | missed |" in page  # noqa: RUF001
    assert "* GET against quiet (missed): It is too quiet." in page
    assert f"* Start (missed): {UNEXPLAINED}" in page


def test_the_page_tells_command_machine_and_versions(raw):
    page = render(raw, {}, ())
    assert "\npython -m tests.bench --canned\n" in page
    assert "* processor: abacus" in page
    assert "| quiet | 1.2 |" in page


def test_each_goal_has_a_key_of_its_own_and_notes_are_about_goals():
    keys = [goal.key for goal in GOALS]
    assert len(set(keys)) == len(keys)
    assert set(written_notes()) <= set(keys)


def test_the_committed_page_has_a_row_for_each_goal():
    page = PAGE.read_text()
    assert [goal.text for goal in GOALS if f"| {goal.text} | {goal.limit()} |" not in page] == []


def test_no_count_of_a_nonce_is_used_twice(server):
    target = f"/api/public/v1.0/groups/{DEMO}/integrations"
    made = list(islice(prepared(Request("GET", (target,), key=OWNER), server.port), USES + 1))
    uses = re.findall(r'nonce="(.+?)".*?nc=(\w+)', " ".join(str(each.headers) for each in made))
    assert len(set(uses)) == USES + 1
    for each in (made[0], made[-1]):
        answer = requests.get(f"{server.base_url}{target}", headers=each.headers, timeout=10)
        assert answer.status_code == 200


@pytest.mark.parametrize(("growth", "good"), [(0.0, True), (1.0, False)])
def test_a_soak_is_good_while_memory_is_flat(growth, good):
    samples = [(float(second), 50 + growth * second) for second in range(60)]
    ratio = soak.quarter(samples, 3)[0] / soak.quarter(samples, 1)[0]
    assert soak.is_good({"ratio": ratio, "errors": []}) is good
    assert soak.slope(samples) == pytest.approx(growth * 60)


def test_a_soak_with_an_error_is_not_good():
    assert not soak.is_good({"ratio": 1.0, "errors": ["GET answered 500"]})


def test_a_short_soak_is_no_figure_for_ten_minutes(tmp_path):
    missing: dict[str, str] = {}
    kept = tmp_path / "soak.json"
    kept.write_text(json.dumps({"minutes": 2, "ratio": 1.0, "errors": []}))
    assert soak_figures.read(kept, missing) == {}
    assert missing == {"soak": "the last soak was of 2 minutes only"}
