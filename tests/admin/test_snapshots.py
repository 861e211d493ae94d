"""A world's state as a file, and snapshots of it."""

from __future__ import annotations

import pytest
import requests

from opsemu.server import Emulator

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"


def everything(world):
    world.put("DATADOG", apiKey=KEY)
    world.put("WEBHOOK", url=f"https://hooks.example.com/{KEY}", secret=KEY)
    world.put(
        "PROMETHEUS",
        username="p",
        password=KEY,
        listenAddress="127.0.0.1:9216",
        serviceDiscovery="http",
        scheme="http",
        enabled=True,
    )


@pytest.mark.parametrize("base", ["public/v1.0", "atlas/v1.0"])
def test_an_imported_state_answers_like_the_exported_one(new_world, base):
    one, other = new_world(seed="demo"), new_world(seed="empty")
    everything(one)
    state = one.admin("GET", "/state")
    assert other.admin("PUT", "/state", json=state.json()).status_code == 204
    url = one.url.replace("public/v1.0", base)
    assert one.session.get(url).json() == other.session.get(url).json()
    assert other.admin("GET", "/state").content == state.content


def test_an_exported_state_shows_no_more_than_the_api(world):
    everything(world)
    text = world.admin("GET", "/state").text
    assert KEY not in text
    assert "*" * 28 + "c4d5" in text


def test_keys_are_in_a_stable_order(world):
    everything(world)
    first = world.admin("GET", "/state").text
    world.admin("PUT", "/state", json=dict(reversed(world.admin("GET", "/state").json().items())))
    assert world.admin("GET", "/state").text == first


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"format": 2, "opsemu": "9.9", "owners": {}}, "format 2, of opsemu 9.9"),
        ({"format": 0, "owners": {}}, "no format"),
        ({"owners": {}}, "format"),
        ({"format": 1, "owners": {"project": {}}}, "kind/name"),
        ({"format": 1, "owners": {"project/x": {"t": 1}}}, "kind/name"),
        ({"format": 1, "owners": {}, "more": 1}, "more"),
    ],
)
def test_what_is_no_state_is_refused_and_nothing_is_lost(world, document, sentence):
    answer = world.admin("PUT", "/state", json=document)
    assert (answer.status_code, sentence in answer.json()["message"]) == (400, True)
    assert world.session.get(world.url).json()["totalCount"] == 2


def test_a_snapshot_brings_back_what_there_was(world):
    world.put("DATADOG", apiKey=KEY)
    world.admin("POST", "/snapshots", json={"name": "before"})
    world.session.delete(f"{world.url}/DATADOG")
    world.put("SLACK", apiToken="xoxb-other", teamName="T")
    assert world.admin("POST", "/snapshots/before/restore").status_code == 204
    assert world.shown("DATADOG")["apiKey"].endswith("c4d5")
    assert world.shown("SLACK")["teamName"] == "My Team"


def test_a_diff_names_what_changed_without_secrets(world):
    world.put("DATADOG", apiKey=KEY)
    world.admin("POST", "/snapshots", json={"name": "a"})
    world.put("DATADOG", apiKey="f" * 28 + "c4d5")
    world.put("SLACK", apiToken="xoxb-0987654321", teamName="Other Team")
    answer = world.admin("GET", "/snapshots/diff", params={"before": "a"})
    rows = {
        row["path"].rpartition("/integrations/")[2]: row for row in answer.json()["differences"]
    }
    assert rows["SLACK/teamName"]["before"] == "My Team"
    assert rows["SLACK/teamName"]["after"] == "Other Team"
    assert rows["DATADOG/apiKey"]["before"] == "*" * 28 + "c4d5"
    assert KEY not in answer.text


def test_two_snapshots_are_compared(world):
    for name in ("a", "b"):
        world.admin("POST", "/snapshots", json={"name": name})
    answer = world.admin("GET", "/snapshots/diff", params={"before": "a", "after": "b"})
    assert answer.json() == {"differences": []}


def test_snapshots_are_listed_shown_and_forgotten(new_world):
    one, other = new_world(seed="demo"), new_world(seed="demo")
    one.admin("POST", "/snapshots", json={"name": "mine"})
    assert one.admin("GET", "/snapshots").json() == {"snapshots": ["mine"]}
    assert other.admin("GET", "/snapshots").json() == {"snapshots": []}
    assert one.admin("GET", "/snapshots/mine").json() == one.admin("GET", "/state").json()
    assert one.admin("DELETE", "/snapshots/mine").status_code == 204
    assert one.admin("GET", "/snapshots/mine").status_code == 404


def test_snapshots_outlive_a_reset_but_not_their_world(new_world):
    world = new_world(name="briefly")
    world.admin("POST", "/snapshots", json={"name": "mine"})
    world.admin("POST", "/reset")
    assert world.admin("GET", "/snapshots").json() == {"snapshots": ["mine"]}
    world.admin("DELETE", "/worlds/briefly")
    assert new_world(name="briefly").admin("GET", "/snapshots").json() == {"snapshots": []}


def test_snapshots_are_kept_in_the_state_directory(tmp_path):
    for verb in ("POST", "GET"):
        with Emulator(state=f"file:{tmp_path}/state") as running:
            url = f"{running.admin_url}/snapshots"
            answer = requests.request(verb, url, json={"name": "kept"} if verb == "POST" else None)
    assert answer.json() == {"snapshots": ["kept"]}
