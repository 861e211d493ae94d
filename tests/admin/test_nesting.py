"""Bodies that are nested deeply: what is taken can be exported, and the journal shows the rest."""

from __future__ import annotations

import pytest
import requests

from opsemu.worlds.redaction import MAX_DEPTH, TOO_DEEP

from .canaries import Canaries

JSON = {"Content-Type": "application/json"}
DEEP = [MAX_DEPTH + 1, 260, 1_000]
PAGES = ("/requests", "/requests/unmatched", "/state", "/snapshots/s", "/snapshots/diff?before=s")


def nested(depth: int, inside: str = "1") -> str:
    """The JSON of objects in each other."""
    return '{"a":' * depth + inside + "}" * depth


@pytest.fixture
def pages(world):
    world.admin("POST", "/snapshots", json={"name": "s"})

    def statuses() -> set[int]:
        return {world.admin("GET", path).status_code for path in PAGES}

    return statuses


@pytest.fixture
def properties(world):
    """Posts additional properties of an integration of OpsRamp."""
    tenant = world.made["opsramp"]["tenants"][0]
    base, key = world.server.base_url, tenant["keys"][0]
    form = {"grant_type": "client_credentials", "client_id": key["key"]}
    form["client_secret"] = key["secret"]
    token = requests.post(f"{base}/auth/oauth/token", data=form, timeout=20).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"{base}/api/v2/tenants/{tenant['id']}/integrations"
    body = {"displayName": "Mine", "category": "Custom"}
    made = requests.post(f"{url}/install/CUSTOM", json=body, headers=headers, timeout=20).json()

    def post(body: str) -> requests.Response:
        place = f"{url}/installed/{made['id']}/additionalProps"
        return requests.post(place, data=body, headers=headers, timeout=20)

    return post


@pytest.mark.parametrize("depth", DEEP)
@pytest.mark.evidence("INFERRED", "the vendor's limit is not known")
def test_a_body_nested_too_deeply_is_refused_and_the_journal_stays_readable(world, pages, depth):
    answer = world.session.put(f"{world.url}/SLACK", data=nested(depth), headers=JSON)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_JSON")
    assert pages() == {200}


@pytest.mark.parametrize("depth", DEEP)
@pytest.mark.evidence("INFERRED", "the vendor's limit is not known")
def test_opsramp_refuses_it_likewise(pages, properties, depth):
    answer = properties(nested(depth))
    assert (answer.status_code, answer.json()[0]["code"]) == (400, "0002")
    assert pages() == {200}


def test_what_is_nested_as_deeply_as_is_taken_can_be_exported_and_imported(
    world, pages, properties
):
    assert properties(nested(MAX_DEPTH)).status_code == 200
    assert pages() == {200}
    state = world.admin("GET", "/state").json()
    assert world.admin("PUT", "/state", json=state).status_code == 204
    assert world.admin("GET", "/state").json() == state


def test_a_body_without_credentials_leaves_the_journal_readable(world, pages):
    requests.put(f"{world.url}/SLACK", data=nested(1_000), timeout=20)
    assert pages() == {200}


def test_a_deep_body_is_shown_up_to_the_limit_and_without_secrets(world):
    canaries = Canaries()
    inside = f'{{"password": "{canaries.text()}"}}'
    deep = f'{{"apiToken": "{canaries.text()}", "deep": {nested(250, inside)}}}'
    world.session.put(f"{world.url}/SLACK", data=deep)
    text = world.admin("GET", "/requests").text
    assert TOO_DEEP in text
    assert [canary for canary in canaries if canary in text] == []


@pytest.mark.parametrize(("method", "path"), [("PUT", "/state"), ("POST", "/requests/find")])
def test_the_admin_api_refuses_a_body_nested_too_deeply(world, method, path):
    answer = world.admin(method, path, data=nested(260))
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "the body is nested more than 210 deep",
    )


def test_a_seed_nested_too_deeply_is_refused(world):
    tenant = f'{{"id": "t", "name": "T", "installed": [{nested(MAX_DEPTH)}]}}'
    answer = world.admin("POST", "/worlds", data=f'{{"document": {{"tenants": [{tenant}]}}}}')
    assert (answer.status_code, answer.json()["message"]) == (
        400,
        "seed in the request: it is nested more than 200 deep",
    )
