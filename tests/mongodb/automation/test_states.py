"""Every kind of state holds a deployment; concurrent publications lose nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed
from tests.mongodb.automation.configs import replica_set
from tests.mongodb.automation.conftest import Group

READ = ("/automationConfig", "/automationStatus", "/agentapikeys", "/backupConfigs")


@pytest.mark.parametrize("kind", ["file", "redis"])
def test_a_deployment_outlives_the_server(request, tmp_path, kind):
    state = f"file:{tmp_path}/state"
    if kind == "redis":
        state = request.getfixturevalue("redis_url")
    shown = []
    for is_first in (True, False):
        with Emulator(state=state) as server, signed(OWNER) as session:
            group = Group(server, session)
            if is_first:
                group.publish(replica_set())
                group.call("POST", "/agentapikeys", {"desc": "a key"}, 201)
                cluster = group.results("/clusters")[0]["id"]
                start = {"statusName": "STARTED", "syncSource": "SECONDARY"}
                group.call("PATCH", f"/backupConfigs/{cluster}", start)
            bodies = [group.session.get(f"{group.url}{path}").json() for path in READ]
            bodies[-1] = bodies[-1]["results"][0]["statusName"]
            shown.append((bodies, [host["id"] for host in group.results("/hosts")]))
    assert shown[0] == shown[1]
    assert len(shown[0][1]) == 3


def test_of_two_publications_of_one_version_one_is_a_conflict(group):
    body = {**replica_set(), "version": 1}

    def put(_):
        with signed(OWNER) as session:
            url = f"{group.server.url}/groups/{EMPTY}/automationConfig"
            return session.put(url, json=body).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = sorted(threads.map(put, range(4)))
    assert statuses == [200, 409, 409, 409]
    assert group.get("/automationConfig")["version"] == 2
