"""What naive emulators get wrong, by number; most are marked where they are tested.

A mark `trap(number, sentence)` says which one a test is about; what concerns Atlas
alone is in `atlas/test_traps.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ..conftest import DEMO, HIDDEN
from ..wire import API, ask, body_of, call

TRAPS = range(1, 38)
PATH = f"{API}/groups/{DEMO}/integrations"
BETRAYING = {"server", "connection", "x-error-code", "ratelimit-limit", "set-cookie", "location"}


@pytest.mark.trap(27, "any Accept will do, also none")
@pytest.mark.parametrize(
    "accept",
    ["*/*", "application/json", "text/html", "application/vnd.atlas.2023-01-01+json", "nonsense"],
)
@pytest.mark.evidence(
    "INFERRED", "DOCS: it answers application/json; of other types nothing is said"
)
def test_trap_27_any_accept_header_is_answered_with_json(api, demo, accept):
    answer = api.get(demo, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.trap(27, "any Accept will do, also none")
@pytest.mark.evidence("CLIENT", "clients of Ops Manager send none")
def test_trap_27_an_accept_header_is_not_needed(server):
    assert call(server, "GET", PATH).header("Content-Type") == "application/json"


@pytest.mark.trap(29, "no header betrays the emulator")
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", PATH, 200),
        ("DELETE", f"{PATH}/SLACK", 204),
        ("PATCH", PATH, 405),
        ("GET", f"{PATH}/WEBHOOK", 404),
        ("GET", PATH.replace(DEMO, HIDDEN), 401),
        ("POST", f"{PATH}/SLACK", 415),
    ],
)
@pytest.mark.evidence("RECORDED", "Ops Manager 2023: none of these")
def test_trap_29_no_header_betrays_the_emulator(server, method, path, status):
    answers = ask(server, method, path), call(server, method, path)
    assert [answer.status for answer in answers] == [401, status]
    for answer in answers:
        assert not BETRAYING & {name.lower() for name, _ in answer.headers}


@pytest.mark.trap(17, "errors are application/json and nothing more")
@pytest.mark.parametrize("path", [f"{PATH}/WEBHOOK", f"{PATH}/FOO", f"{API}/nothing"])
@pytest.mark.evidence("RECORDED", "Atlas: every error; the other headers are INFERRED as for a 200")
def test_trap_17_an_error_has_the_headers_of_a_success(server, path):
    good, bad = (call(server, "GET", where) for where in (PATH, path))
    assert [name for name, _ in bad.headers] == [name for name, _ in good.headers]
    assert bad.header("Content-Type") == "application/json"


@pytest.mark.trap(30, "X-MongoDB-Service-Version tells the version")
@pytest.mark.evidence("CLIENT", "the operator and the Go library split it at `versionString=`")
def test_trap_30_the_version_can_be_split_off(server):
    version = call(server, "GET", PATH).header("X-MongoDB-Service-Version").split("versionString=")
    assert re.fullmatch(r"\d+\.\d+\.\d+\.\d+\.\d{8}T\d{4}Z", version[1])


@pytest.mark.parametrize("name", ["DATADOG", "PAGER_DUTY"])
@pytest.mark.evidence("DOCS", "Ops Manager: neither ids, nor nulls, nor regions of these types")
def test_what_only_atlas_shows_is_not_shown(api, empty, name):
    sent = body_of(name)
    shown = api.put(f"{empty}/{name}", json=sent).json()["results"][0]
    assert set(shown) == set(sent)


def test_every_trap_is_tested():
    tests = "".join(path.read_text() for path in Path(__file__).parents[1].rglob("test_*.py"))
    marked = {int(number) for number in re.findall(r"^@pytest\.mark\.trap\((\d+),", tests, re.M)}
    assert marked == set(TRAPS)
