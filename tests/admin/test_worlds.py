"""Worlds: alone for each test, whatever happens in others."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from opsemu.auth.api_keys import find_key
from opsemu.server import Emulator
from opsemu.store import Owner
from tests.conftest import DEMO, OWNER, integrations, signed

KEY = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3"


@pytest.fixture(params=["memory:", "file:{}?fsync=off"])
def own_server(request, tmp_path):
    with Emulator(seed="demo", state=request.param.format(tmp_path / "state")) as running:
        yield running


def make(server, **body):
    return requests.post(f"{server.admin_url}/worlds", json=body, timeout=9).json()


def owner_of(made):
    key = made["mongodb"]["keys"][0]
    return signed((key["publicKey"], key["privateKey"]))


def test_a_world_has_the_seeds_identifiers_and_keys_of_its_own(world):
    assert world.url.endswith(f"/groups/{DEMO}/integrations")
    assert world.key != OWNER
    assert [row["type"] for row in world.session.get(world.url).json()["results"]] == [
        "PAGER_DUTY",
        "SLACK",
    ]


def test_what_is_written_in_one_world_is_nowhere_else(new_world, api, demo):
    one, other = new_world(seed="demo"), new_world(seed="demo")
    one.put("PAGER_DUTY", serviceKey=KEY + "0001")
    assert one.shown("PAGER_DUTY")["serviceKey"].endswith("0001")
    assert other.shown("PAGER_DUTY")["serviceKey"] == "******7890"
    assert api.get(f"{demo}/PAGER_DUTY").json()["serviceKey"] == "******7890"


def test_a_seed_may_come_with_the_request(new_world):
    document = {
        "organizations": [{"id": "a" * 24, "name": "Mine"}],
        "projects": [{"id": "b" * 24, "name": "P", "orgId": "a" * 24, "integrations": []}],
        "apiKeys": [
            {
                "publicKey": "ignored",
                "privateKey": "ignored",
                "roles": [{"orgId": "a" * 24, "roleName": "ORG_OWNER"}],
            }
        ],
    }
    made = new_world(document=document)
    assert "/groups/" + "b" * 24 in made.url
    assert made.session.get(made.url).json()["totalCount"] == 0


@pytest.mark.parametrize(("to", "status"), [("seed", 200), ("empty", 401)])
def test_reset_forgets_what_was_written(world, to, status):
    world.put("DATADOG", apiKey=KEY)
    assert world.admin("POST", "/reset", params={"to": to}).status_code == 204
    assert world.session.get(world.url).status_code == status
    assert world.session.get(f"{world.url}/DATADOG").status_code >= 401


def test_a_reset_leaves_other_worlds_alone(new_world):
    one, other = new_world(seed="demo"), new_world(seed="demo")
    other.put("DATADOG", apiKey=KEY)
    one.admin("POST", "/reset")
    assert other.shown("DATADOG")["type"] == "DATADOG"


def test_a_world_that_is_deleted_takes_its_keys_along(world):
    assert world.session.get(world.url).status_code == 200
    assert world.admin("DELETE", f"/worlds/{world.name}").status_code == 204
    assert world.session.get(world.url).status_code == 401


def test_worlds_are_listed_and_shown_without_their_secrets(world, server):
    listed = requests.get(f"{server.admin_url}/worlds", timeout=9).json()["worlds"]
    shown = requests.get(f"{server.admin_url}/worlds/{world.name}", timeout=9)
    assert listed[0] == "default"
    assert world.name in listed
    assert shown.json()["keys"][0] == world.key[0]
    assert world.key[1] not in shown.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "word"),
    [
        ("POST", "/worlds", {"name": "default"}, 409, "world_taken"),
        ("POST", "/worlds", {"name": "Not A Name"}, 400, "bad_request"),
        ("POST", "/worlds", {"seed": "/etc/passwd"}, 400, "bad_request"),
        ("POST", "/worlds", {"document": {"projects": [{"id": "x"}]}}, 400, "bad_seed"),
        ("GET", "/worlds/nowhere", None, 404, "world_missing"),
        ("DELETE", "/worlds/nowhere", None, 404, "world_missing"),
        ("DELETE", "/worlds/default", None, 409, "world_fixed"),
        ("POST", "/reset?world=nowhere", None, 404, "world_missing"),
        ("POST", "/reset?too=seed", None, 400, "bad_request"),
        ("GET", "/integrations?project=nowhere", None, 404, "no_such_project"),
        ("DELETE", "/integrations/SLACK?project=nowhere", None, 404, "no_such_project"),
        ("DELETE", "/installed/x?tenant=nowhere", None, 404, "no_such_tenant"),
        ("GET", "/nothing", None, 404, "not_found"),
        ("PATCH", "/worlds", None, 405, "method_not_allowed"),
    ],
)
def test_what_cannot_be_done_is_said_in_json(server, method, path, body, status, word):
    answer = requests.request(method, f"{server.admin_url}{path}", json=body, timeout=9)
    assert (answer.status_code, answer.json()["error"]) == (status, word)


def test_worlds_are_the_same_on_every_kind_of_state(own_server):
    made = make(own_server, name="mine", seed="demo")
    url = f"{integrations(own_server, DEMO)}/DATADOG"
    with owner_of(made) as session:
        session.put(url, json={"type": "DATADOG", "apiKey": KEY})
        assert session.get(url).status_code == 200
        requests.post(f"{own_server.admin_url}/reset?world=mine", timeout=9)
        assert session.get(url).status_code == 404


def test_a_new_seed_is_in_force_after_the_next_reset_too(world):
    project = {"id": "b" * 24, "name": "P", "orgId": "a" * 24}
    key = {"publicKey": "opsowner", "privateKey": "p", "roles": [{"roleName": "GLOBAL_OWNER"}]}
    document = {"projects": [project], "apiKeys": [key]}
    assert world.admin("POST", "/seed", json=document).status_code == 204
    world.admin("POST", "/reset")
    answer = world.session.get(integrations(world.server, "b" * 24))
    assert answer.json()["totalCount"] == 0


def test_a_seeded_server_gives_the_same_keys_and_ids_each_time():
    made = []
    for _ in range(2):
        with Emulator(rng_seed="42") as running:
            made.append(make(running, name="mine", seed="demo"))
    assert made[0] == made[1]


def test_worlds_do_not_hear_each_other_in_a_crowd(new_world):
    def work(number):
        mine = new_world(name=f"crowd-{number}", seed="empty")
        for turn in range(10):
            secret = f"{KEY}-{number:02}{turn:02}"
            mine.put("PAGER_DUTY", serviceKey=secret)
            if mine.shown("PAGER_DUTY")["serviceKey"][-4:] != secret[-4:]:
                return f"world {number} reads a stranger's key"
        return "alone"

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(work, range(8))) == {"alone"}


def test_a_service_account_of_a_world_leads_there(new_world):
    one, other = new_world(seed="demo"), new_world(seed="demo")
    account = one.made["mongodb"]["serviceAccounts"][0]
    token = requests.post(
        f"{one.server.base_url}/api/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(account["clientId"], account["clientSecret"]),
    ).json()["access_token"]
    url = one.url.replace("/public/", "/atlas/")
    body = {"type": "DATADOG", "apiKey": KEY + "c4d5"}
    requests.put(f"{url}/DATADOG", json=body, headers={"Authorization": f"Bearer {token}"})
    assert one.shown("DATADOG")["type"] == "DATADOG"
    assert other.shown("DATADOG")["error"] == 404


ORG = "a" * 24
READER = {"roleName": "ORG_READ_ONLY", "orgId": ORG}
ORG_OWNER = {"roleName": "ORG_OWNER", "orgId": ORG}
PROJECT = {"id": "b" * 24, "name": "P", "orgId": ORG}


def api_key(name, *roles):
    return {"publicKey": name, "privateKey": "p", "roles": list(roles)}


def account(name, *roles):
    return {"clientId": name, "clientSecret": "s", "roles": list(roles)}


def roles_of(world):
    """The roles of a world's API keys, of its service accounts, and of its tenants' keys."""
    mongodb, (tenant,) = world.made["mongodb"], world.made["opsramp"]["tenants"]
    names = [
        [key["publicKey"] for key in mongodb["keys"]],
        [key["clientId"] for key in mongodb["serviceAccounts"]],
        [key["key"] for key in tenant["keys"]],
    ]
    return [[find_key(world.server.store, name).roles for name in row] for row in names]


def test_a_new_seed_raises_no_keys_rights(new_world):
    # By their places, the read-only key would get the owner's role.
    old = {"projects": [PROJECT], "apiKeys": [api_key("reader", READER)]}
    old["serviceAccounts"] = [account("account", ORG_OWNER)]
    old["tenants"] = [{"id": "t", "name": "T", "keys": [{"key": "k", "secret": "s"}]}]
    world = new_world(document=old)
    new = {**old, "apiKeys": [api_key("owner", ORG_OWNER), api_key("reader", READER)]}
    assert world.admin("POST", "/seed", json=new).status_code == 204
    tenant = ({"roleName": "TENANT_ADMINISTRATOR", "tenantId": "t"},)
    assert roles_of(world) == [[(READER,)], [(ORG_OWNER,)], [tenant]]
    assert world.put("SLACK", apiToken="t", teamName="T").json()["errorCode"] == "USER_UNAUTHORIZED"


@pytest.mark.parametrize(
    "document",
    [
        {"serviceAccounts": [account("reader", ORG_OWNER)]},  # of another kind
        {"tenants": [{"id": "t", "name": "T", "keys": [{"key": "owner", "secret": "s"}]}]},
        {"apiKeys": [api_key("other", ORG_OWNER)]},
    ],
)
def test_a_key_that_the_new_seed_does_not_have_gets_no_role(new_world, document):
    old = {"projects": [PROJECT], "apiKeys": [api_key("reader", READER)]}
    old["serviceAccounts"] = [account("owner", ORG_OWNER)]
    old["tenants"] = [{"id": "t", "name": "T", "keys": [{"key": "k", "secret": "s"}]}]
    world = new_world(document=old)
    document = {"projects": [PROJECT], **document}
    assert world.admin("POST", "/seed", json=document).status_code == 204
    assert roles_of(world) == [[()], [()], [()]]


@pytest.mark.parametrize("name", ["global", "seed", "default"])
def test_a_world_cannot_have_a_name_that_the_server_uses(server, name):
    answer = requests.post(f"{server.admin_url}/worlds", json={"name": name}, timeout=9)
    assert (answer.status_code, answer.json()["error"]) == (409, "world_taken")
    sentence = f"the server itself uses the name {name!r}: choose another one"
    assert answer.json()["message"] == sentence


def test_the_admin_api_reaches_no_keys_by_the_name_of_their_place(own_server):
    # As opsemu 0.1 stored a world of that name.
    record = {"name": "global", "seed": "empty", "keys": []}
    own_server.store.create(Owner("global", "world", "global"), {"world": {"global": record}})
    for method, path, body in (
        ("GET", "/state?world=global", None),
        ("PUT", "/state?world=global", {"format": 1, "owners": {}}),
        ("POST", "/reset?world=global", {}),
        ("POST", "/seed?world=global", {}),
        ("GET", "/snapshots?world=global", None),
        ("POST", "/snapshots?world=global", {"name": "x"}),
        ("GET", "/requests?world=global", None),
        ("POST", "/clock/freeze?world=global", {}),
        ("DELETE", "/worlds/global", None),
        ("GET", "/worlds/global", None),
    ):
        answer = requests.request(method, own_server.admin_url + path, json=body, timeout=9)
        assert (answer.status_code, answer.json()["error"]) == (404, "world_missing"), path
        assert "ha1" not in answer.text
    with signed(OWNER) as session:
        assert session.get(integrations(own_server, DEMO)).status_code == 200
    listed = requests.get(f"{own_server.admin_url}/worlds", timeout=9).json()
    assert listed == {"worlds": ["default"]}


def fetch_tokens(server, made):
    """Log in as the world's service account, twice, and as its tenant's key."""
    account, base = made["mongodb"]["serviceAccounts"][0], server.base_url
    (key,) = made["opsramp"]["tenants"][0]["keys"]
    pairs = [("/api/oauth/token", account["clientId"], account["clientSecret"])] * 2
    for path, name, secret in (*pairs, ("/auth/oauth/token", key["key"], key["secret"])):
        form = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
        assert requests.post(base + path, form, timeout=9).ok


@pytest.mark.parametrize(
    "worlds", [pytest.param(3_000, id="whole", marks=pytest.mark.storm), pytest.param(50, id="few")]
)
def test_nothing_of_a_world_stays_when_it_has_ended(own_server, tmp_path, worlds):
    services, store = own_server.services, own_server.store
    registries = (services.clocks._random, services.worlds._worlds)
    memory = services.shared_state
    registries += (memory._values, memory._logs, memory._pending)

    def sizes():
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        owners = list(store.owners("global"))
        return len(owners), len(files), [len(each) for each in registries]

    services.worlds.unmatched("default")  # the journal of no world, which stays
    before = sizes()
    for number in range(worlds):
        name = f"short-{number}"
        made = make(own_server, name=name, seed="demo")
        fetch_tokens(own_server, made)
        requests.post(f"{own_server.admin_url}/snapshots?world={name}", json={"name": "s"})
        requests.post(f"{own_server.admin_url}/clock/freeze?world={name}", json={})
        assert requests.delete(f"{own_server.admin_url}/worlds/{name}", timeout=9).ok
    for thread in [each for each in threading.enumerate() if each.name == "opsemu-remove"]:
        thread.join(9)
    assert sizes() == before


def test_a_world_that_cannot_be_made_leaves_nothing_behind(server):
    random = server.services.clocks._random
    before = dict(random)
    wrong = {"projects": [{"id": "x"}]}
    for name, document in (("wrong", wrong), ("global", {})):
        assert make(server, name=name, document=document)["error"]
    assert random == before
