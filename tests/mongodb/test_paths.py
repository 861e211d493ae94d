"""Paths with doubled slashes, and paths that no vendor serves."""

from __future__ import annotations

import pytest

from ..conftest import DEMO
from ..wire import API, ask, body_of, call

LIST = f"{API}/groups/{DEMO}/integrations"
DOUBLED = [
    f"/{LIST}",
    LIST.replace("/groups", "//groups"),
    LIST.replace(DEMO, f"/{DEMO}"),
    f"{LIST}//",
]


@pytest.mark.evidence(
    "ISSUE", "mongodb-enterprise-kubernetes #149: a base URL with a slash at its end"
)
@pytest.mark.parametrize("path", [*DOUBLED, f"//{LIST}", LIST.replace("/v1.0", "//v1.0")])
def test_a_doubled_slash_is_served_as_one(server, path):
    answer = call(server, "GET", path)
    assert (answer.status, b"PAGER_DUTY" in answer.body) == (200, True)


@pytest.mark.evidence("ISSUE", "mongodb-enterprise-kubernetes #149; INFERRED for every method")
@pytest.mark.parametrize("path", DOUBLED[:3])
def test_a_doubled_slash_is_served_as_one_in_a_write(server, path):
    assert call(server, "PUT", f"{path}/WEBHOOK", body_of("WEBHOOK")).status == 200
    assert call(server, "DELETE", f"{path}//WEBHOOK").status == 204


@pytest.mark.evidence("CLIENT", "HPE's provider for Terraform calls /api/v3 of OpsRamp")
@pytest.mark.parametrize("path", ["/api/v2/nothing", "/api/v3/nothing", "/api/v3/tenants/client_8"])
def test_a_path_of_opsramp_that_is_not_served_is_opsramps_own(server, path):
    answer = ask(server, "GET", path)
    assert answer.header("WWW-Authenticate") is None
    assert b"errorCode" not in answer.body
    form = (
        b"grant_type=client_credentials&client_id=opsemu-demo-key&client_secret=opsemu-demo-secret"
    )
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    token = ask(server, "POST", "/auth/oauth/token", headers, form).body.decode()
    token = token.partition('"access_token":"')[2].partition('"')[0]
    answer = ask(server, "GET", path, {"Authorization": f"Bearer {token}"})
    assert (answer.status, answer.body) == (404, b"")
