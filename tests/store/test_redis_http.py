"""The API on state that is on a Redis server: two emulators, as on two machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER
from tests.mongodb.atlas.conftest import PREFIXES, caller
from tests.opsramp.conftest import Client
from tests.redis_servers import Server, fresh
from tests.serving import authorization, challenge, exchange, request, statuses
from tests.storm.writers import last_values, seed, storm

LIST = f"/groups/{EMPTY}/integrations"
PAGER_DUTY = {"type": "PAGER_DUTY", "serviceKey": "a0b1c2d3e4f5a6b7c8d9e0f1a2b35678"}


@pytest.fixture(scope="module", params=["redis_server", "redis_cluster"])
def pair(request) -> Iterator[tuple[Emulator, Emulator]]:
    """Two emulators on one state, as on two machines."""
    found = request.getfixturevalue(request.param)
    state = fresh(found if isinstance(found, Server) else found[0])
    with Emulator(state=state) as first, Emulator(state=state) as second:
        yield first, second


@pytest.mark.parametrize("family", PREFIXES)
def test_what_is_written_through_one_server_is_seen_through_the_other(pair, family):
    here, there = (caller(server, family) for server in pair)
    with here.session, there.session:
        assert here("POST", f"{LIST}/PAGER_DUTY", PAGER_DUTY).status_code == 200
        assert there("POST", f"{LIST}/PAGER_DUTY", PAGER_DUTY).status_code == 409
        assert there.types() == ["PAGER_DUTY"]
        changed = {**PAGER_DUTY, "serviceKey": "f" * 28 + "1234"}
        assert there("PUT", f"{LIST}/PAGER_DUTY", changed).status_code == 200
        assert here.get("PAGER_DUTY")["serviceKey"].endswith("1234")
        assert here("DELETE", f"{LIST}/PAGER_DUTY").status_code == 204
        assert there("GET", f"{LIST}/PAGER_DUTY").status_code == 404


def test_opsramps_integrations_and_tokens_are_the_same_through_both(pair):
    with Client(pair[0].base_url) as here, Client(pair[1].base_url) as there:
        assert here.headers["Authorization"] == there.headers["Authorization"]
        made = here.post("install/JIRA").json()
        assert there.post("install/JIRA").status_code == 500
        assert there.post(f"installed/{made['id']}/disable").status_code == 200
        assert here.get(f"installed/{made['id']}").json()["status"] == "disabled"
        gone = here.delete(f"installed/{made['id']}", json={"uninstallReason": "over"})
        assert gone.status_code == 200
        assert there.get(f"installed/{made['id']}").status_code == 500


def test_a_nonce_of_one_server_is_honoured_by_the_other(pair):
    path = PREFIXES["ops-manager"] + LIST
    signature = authorization(OWNER, "GET", path, challenge(pair[0].port))
    sent = request("GET", path, signature, b"", "Connection: close")
    assert statuses(exchange(pair[1].port, sent)) == [200]


def test_a_world_is_made_reset_and_ended_for_all_servers(pair):
    made = requests.post(f"{pair[0].admin_url}/worlds", json={"seed": "demo"}, timeout=20).json()
    name, key = made["name"], made["mongodb"]["keys"][0]
    there = caller(pair[1], "ops-manager", (key["publicKey"], key["privateKey"]))
    with there.session:
        assert there("POST", f"{LIST}/PAGER_DUTY", PAGER_DUTY).status_code == 200
        reset = requests.post(f"{pair[0].admin_url}/reset?world={name}", timeout=20)
        assert (reset.ok, there.types()) == (True, [])
        assert name in requests.get(f"{pair[1].admin_url}/worlds", timeout=20).text
        assert requests.delete(f"{pair[0].admin_url}/worlds/{name}", timeout=20).ok
        assert there("GET", LIST).status_code == 401
        assert name not in requests.get(f"{pair[1].admin_url}/worlds", timeout=20).text


def test_writers_through_both_servers_lose_nothing(redis_server, tmp_path):
    (tmp_path / "seed.json").write_text(json.dumps(seed()))
    settings = {"state": fresh(redis_server), "seed": str(tmp_path / "seed.json")}
    with ExitStack() as stack:
        ports = [stack.enter_context(Emulator(**settings)).port for _ in range(2)]
        assert storm(ports, 8) == 15 * 8
        kept = [last_values(port) for port in ports]
    assert kept == [dict.fromkeys(kept[0], "value 7")] * 2
