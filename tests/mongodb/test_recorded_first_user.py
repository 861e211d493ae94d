"""The first user of Ops Manager, and what answers before anyone has a key."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import signed
from tests.recordings import case, recorded
from tests.wire import API, ask

FIRST = {
    "username": "admin@example.com",
    "password": "Passw0rd-of-the-first",
    "firstName": "Native",
    "lastName": "Admin",
    "emailAddress": "admin@example.com",
}


@pytest.fixture
def unauth(server):
    return f"{server.url}/unauth/users"


def settled(text):
    text = re.sub(r"https?://[^/]+", "BASE", text)
    numbers = {}
    text = re.sub(
        r"\b[0-9a-f]{24}\b", lambda m: numbers.setdefault(m[0], f"<{len(numbers)}>"), text
    )
    text = re.sub(r'(?<="privateKey":")[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', "<uuid>", text)
    return re.sub(r'(?<="publicKey":")[a-z]{8}', "<public>", text)


@pytest.mark.parametrize("name", [case("ops-manager/om5-unauth-users")])
def test_the_first_user_is_answered_as_recorded(unauth, name):
    theirs = recorded(name)["response"]["body"]
    user = {
        "username": "timo.lackmann@example.com",
        "password": "p",
        "firstName": "Timo",
        "lastName": "Lackmann",
    }
    ours = requests.post(unauth, json=user, timeout=9)
    assert ours.status_code == 201
    assert settled(ours.text) == settled(theirs)


@pytest.mark.parametrize("name", [case("ops-manager/om5-create-group")])
def test_a_project_without_an_organization_is_answered_as_recorded(server, unauth, name):
    key = requests.post(unauth, json=FIRST, timeout=9).json()["programmaticApiKey"]
    theirs = recorded(name)["response"]["body"]
    with signed((key["publicKey"], key["privateKey"])) as session:
        body = {"name": requests.compat.json.loads(theirs)["name"]}
        ours = session.post(f"{server.url}/groups", json=body).text
    agent = re.compile(r'(?<="agentApiKey":")[0-9a-f]{56}')
    assert agent.sub("<agent>", settled(ours)) == agent.sub("<agent>", settled(theirs))


@pytest.mark.evidence("CLIENT", "ce-terraform-ops-manager: curl --digest; om_ansible: 201")
def test_no_credentials_are_asked_for(server, unauth):
    answer = ask(server, "POST", f"{API}/unauth/users", {"Content-Type": "application/json"}, b"")
    assert (answer.status, answer.header("WWW-Authenticate")) == (400, None)
    assert b"INVALID_JSON" in answer.body
    auth = requests.auth.HTTPDigestAuth("nobody", "nothing")
    made = requests.post(unauth, json=FIRST, auth=auth, timeout=9)
    assert (made.status_code, "WWW-Authenticate" in made.headers) == (201, False)


@pytest.mark.evidence("CLIENT", "the key works at once: every bootstrap script")
def test_the_first_users_key_works_at_once_and_owns_ops_manager(server, unauth):
    query = "?pretty=true&whitelist=192.0.2.0/24&whitelist=198.51.100.7&accessList=0.0.0.0%2F1"
    key = requests.post(unauth + query, json=FIRST, timeout=9).json()["programmaticApiKey"]
    with signed((key["publicKey"], key["privateKey"])) as session:
        made = session.post(f"{server.url}/orgs", json={"name": "mine"})
        assert made.status_code == 201
        project = {"name": "p", "orgId": made.json()["id"]}
        assert session.post(f"{server.url}/groups", json=project).status_code == 201
        assert session.get(f"{server.url}/users/byName/admin@example.com").status_code == 200
        assert session.get(f"{server.url}/users/byName/{key['publicKey']}").status_code == 404


@pytest.mark.evidence("CLIENT", "the Kubernetes operator: 409 for the same user")
@pytest.mark.evidence("DOCS", "another user gets neither a key nor a role")
def test_later_users_get_neither_key_nor_role(unauth):
    assert requests.post(unauth, json=FIRST, timeout=9).status_code == 201
    again = requests.post(unauth, json=FIRST, timeout=9)
    assert (again.status_code, again.json()["errorCode"]) == (409, "USER_ALREADY_EXISTS")
    later = requests.post(unauth, json={**FIRST, "username": "b"}, timeout=9)
    assert (later.status_code, list(later.json())) == (201, ["user"])
    assert later.json()["user"]["roles"] == []


@pytest.mark.evidence("INFERRED", "nothing is half-written")
@pytest.mark.parametrize(
    ("query", "change", "code"),
    [
        ("", {"username": None}, "MISSING_ATTRIBUTE"),
        ("", {"lastName": None}, "MISSING_ATTRIBUTE"),
        ("", {"nickname": "n"}, "INVALID_ATTRIBUTE"),
        ("?whitelist=everyone", {}, "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"),
    ],
)
def test_a_bad_first_user_is_refused_and_the_next_is_the_first(unauth, query, change, code):
    body = {name: value for name, value in {**FIRST, **change}.items() if value is not None}
    refused = requests.post(unauth + query, json=body, timeout=9)
    assert (refused.status_code, refused.json()["errorCode"]) == (400, code)
    assert "programmaticApiKey" in requests.post(unauth, json=FIRST, timeout=9).json()


def test_of_users_made_at_once_one_is_the_first(unauth):
    def make(number):
        body = {**FIRST, "username": f"user{number}"}
        return "programmaticApiKey" in requests.post(unauth, json=body, timeout=9).json()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(make, range(16))) == 1


def test_a_reset_makes_room_for_a_first_user_and_its_key_ends(server, unauth):
    key = requests.post(unauth, json=FIRST, timeout=9).json()["programmaticApiKey"]
    server.reset()
    with signed((key["publicKey"], key["privateKey"])) as session:
        assert session.get(f"{server.url}/orgs").status_code == 401
    assert "programmaticApiKey" in requests.post(unauth, json=FIRST, timeout=9).json()


def test_the_first_users_secrets_are_shown_once(server, unauth):
    key = requests.post(unauth, json=FIRST, timeout=9).json()["programmaticApiKey"]
    shown = [
        requests.get(f"{server.admin_url}/{path}", timeout=9).text for path in ("state", "requests")
    ]
    assert "createFirstUser" in shown[1]
    for secret in (key["privateKey"], FIRST["password"]):
        assert secret not in "".join(shown)


@pytest.mark.evidence("INFERRED", "Cloud Manager and Atlas have no first user")
def test_other_families_have_no_first_user():
    with Emulator(profile="cloud-manager") as server:
        for prefix in ("/api/public/v1.0", "/api/atlas/v1.0"):
            answer = requests.post(f"{server.base_url}{prefix}/unauth/users", json=FIRST, timeout=9)
            assert answer.status_code in (401, 404)


@pytest.mark.evidence("CLIENT", "scripts and probes ask these until they are 200")
@pytest.mark.parametrize("path", ["/monitor/health", "/user/login"])
def test_health_and_pages_are_answered_without_credentials(server, path):
    answer = requests.get(f"{server.base_url}{path}", timeout=9)
    assert (answer.status_code, "WWW-Authenticate" in answer.headers) == (200, False)
