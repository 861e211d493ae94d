"""The benchmark: goals are judged by the figures, and whatever is stated is on the page."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.bench import soak
from tests.bench.measurements import GROUPS, IN_PROCESS
from tests.bench.peers import PEERS, Peer, configured
from tests.bench.report import GOALS, Goal, judge, render
from tests.bench.wrk import USES, figures, prepared

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
GET = "GET, 8 connections, good/s"
FAMILIES = {"first": "ours", "second": "ours, v2"}
START = Goal("Start", 15, "at most", "inprocess", "ms", {"": "ours"}, unit=" ms")


def against(peer: str, limit: float) -> Goal:
    """A goal of two rows against a peer."""
    return Goal(f"GET against {peer}", limit, rows=FAMILIES, against=peer, note="It is quick.")


@pytest.fixture
def raw() -> dict[str, Any]:
    """Figures of three rounds; `gone` could not be installed."""
    rates = {"ours": [30, 90, 40], "ours, v2": [50, 60, 20], "other": [10, 10, 10]}
    return {
        **{"command": "python -m tests.bench", "rounds": 3, "seconds": 1, "bytes": 545},
        "machine": {"processor": "abacus"},
        "peers": [["other", "pip other==1.2", "no authentication"]],
        "missing": {"gone": "java is not installed"},
        "figures": {
            "load": {name: {GET: values} for name, values in rates.items()},
            "inprocess": {"ours": {"ms": [14.0, 16.0, 90.0]}},
        },
    }


@pytest.mark.parametrize(
    ("goal", "measured", "state"),
    [
        (against("other", 4), "first 4x (3–9); second 5x (2–6)", "met"),  # noqa: RUF001
        (against("other", 5), "first 4x (3–9); second 5x (2–6)", "missed"),  # noqa: RUF001
        (START, "16 ms (14–90)", "missed"),  # noqa: RUF001
        (against("gone", 4), "gone: java is not installed", "not measured"),
    ],
)
def test_a_goal_is_met_if_the_median_of_each_row_meets_it(raw, goal, measured, state):
    assert judge(goal, raw) == (measured, state)


def test_a_miss_counts_though_another_row_is_not_measured(raw):
    del raw["figures"]["load"]["ours, v2"]
    assert judge(against("other", 5), raw)[1] == "missed"
    assert judge(against("other", 4), raw)[1] == "not measured"


def test_the_page_states_goals_reasons_figures_peers_and_machine(raw):
    page = render(raw, [against("other", 5), against("gone", 4), START])
    assert "| at least 5x | first 4x (3–9); second 5x (2–6) | missed |" in page  # noqa: RUF001
    assert "* GET against other (missed): It is quick." in page
    assert "* Start (missed): no reason is written down yet" in page
    assert "| ours | 40 (30–90) |" in page  # noqa: RUF001
    assert "| other | pip other==1.2 | no authentication |" in page
    assert "* gone: java is not installed" in page
    assert "* processor: abacus" in page


def test_the_committed_page_has_a_row_for_each_goal():
    page = PAGE.read_text()
    rows = [f"| {goal.text} | {goal.bound} {goal.limit:g}{goal.unit} |" for goal in GOALS]
    assert [row for row in rows if row not in page] == []


def test_goals_are_about_groups_and_peers_that_exist():
    reads = {f"{peer.name}, {read}" for peer in PEERS.values() for read in peer.reads}
    for goal in GOALS:
        assert goal.group in {*GROUPS, "soak"}
        if goal.group == "load":
            assert {*goal.rows.values(), goal.against} <= {*PEERS, *reads, ""}
        if goal.group == "inprocess":
            assert IN_PROCESS.keys() >= set(goal.rows.values())


@pytest.mark.parametrize("peer", PEERS.values(), ids=lambda peer: peer.name)
def test_a_peer_is_configured_in_its_folder_alone(peer: Peer, tmp_path: Path):
    command = configured(peer, tmp_path, 8790)
    assert not [word for word in command if re.search(r"\{\w*\}", word)]
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files == ([tmp_path / peer.config] if peer.config else [])
    assert not [file for file in files if re.search(r'"\{\w+\}"', file.read_text())]


def test_answers_of_an_unexpected_status_are_errors():
    summary = {"accepted": 90, "refused": 8, "broken": 2, "seconds": 2, "ran_out": 0}
    summary |= {"p50": 1, "p99": 3}
    assert figures(summary, False) == {"good/s": 45, "errors": 10, "p50 us": 1, "p99 us": 3}
    assert figures(summary, True) == {"good/s": 4, "errors": 92, "p50 us": 1, "p99 us": 3}


def test_no_count_of_a_nonce_is_used_twice(server):
    request = PEERS["opsemu, memory:"].reads[""]
    texts = [each.decode() for each in islice(prepared(request, server.port), USES + 1)]
    uses = re.findall(r'nonce="(.+?)".*?nc=(\w+)', "".join(texts))
    assert len(set(uses)) == USES + 1
    for text in (texts[0], texts[-1]):
        headers = dict(re.findall(r"(\S+): (.+)\r\n", text))
        url = server.base_url + request.targets[0]
        assert requests.get(url, headers=headers, timeout=10).status_code == 200


@pytest.mark.parametrize(("megabytes", "ratio"), [([50.0] * 60, 1), ([*range(60)], 52 / 22)])
def test_growth_is_the_last_quarter_over_the_second(megabytes, ratio):
    assert soak.growth(megabytes) == pytest.approx(ratio, rel=0.01)
