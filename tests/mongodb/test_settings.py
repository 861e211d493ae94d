"""Settings where two good sources disagree: of the server, and of a world by its seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from opsemu.config import SETTINGS
from opsemu.server import Emulator
from opsemu.worlds.seed_errors import SeedError
from tests.conftest import EMPTY, OWNER, signed
from tests.wire import body_of, seed_file

SLACK = {"type": "SLACK", "apiToken": "1234567890", "teamName": "My Team"}
CHANNEL = {**SLACK, "channelName": "My Channel"}
EU = body_of("OPS_GENIE", region="EU")
FULL = body_of("WEBHOOK", secret="1234567890")
ALERT = {
    "typeName": "OPS_GENIE",
    "opsGenieApiKey": "00000000-aaaa-4bbb-8ccc-0123456789ab",
    "opsGenieRegion": "EU",
}

# By the value of a setting: requests one after the other, and what the last one is answered.
OUTCOMES = {
    ("slack_post", "reconfigure"): ([("POST", CHANNEL), ("POST", SLACK)], 200, "My Channel"),
    ("slack_post", "conflict"): ([("POST", CHANNEL), ("POST", SLACK)], 409, "ALREADY_CONFIGURED"),
    ("put", "merge"): ([("PUT", CHANNEL), ("PUT", SLACK)], 200, "My Channel"),
    ("put", "replace"): ([("PUT", CHANNEL), ("PUT", SLACK)], 200, '"channelName":""'),
    ("opsgenie_eu", "true"): ([("PUT", EU)], 200, '"region":"EU"'),
    ("opsgenie_eu", "false"): ([("PUT", EU)], 400, "Invalid attribute region specified."),
    ("webhook_secret", "partial"): ([("PUT", FULL)], 200, '"******7890"'),
    ("webhook_secret", "full"): ([("PUT", FULL)], 200, '"**********"'),
}
SOURCES = {
    "slack_post": "the seed: when you reconfigure; Cloud Manager's newest page: the request fails",
    "put": "DOCS against DOCS: updates the changed fields; replaces the entire configuration",
    "opsgenie_eu": "DOCS: the EU region needs opsgenie.api.url",
    "webhook_secret": "RECORDED on Atlas partial; DOCS completely",
}
outcomes = pytest.mark.parametrize(
    ("name", "value", "sent", "status", "text"),
    [
        pytest.param(
            *key, *outcome, marks=pytest.mark.evidence("INFERRED", f"{key[0]}: {SOURCES[key[0]]}")
        )
        for key, outcome in OUTCOMES.items()
    ],
)


def last(url, key, sent):
    """The last answer to writes of integrations of the empty project."""
    with signed(key) as session:
        for method, body in sent:
            path = f"{url}/groups/{EMPTY}/integrations/{body['type']}"
            answer = session.request(method, path, json=body)
    return answer


@outcomes
def test_a_setting_of_the_server_decides(name, value, sent, status, text):
    with Emulator(**{name: value}) as server:
        answer = last(server.url, OWNER, sent)
    assert (answer.status_code, text in answer.text) == (status, True), answer.text


@outcomes
def test_a_setting_in_a_seed_decides_for_its_world_alone(server, name, value, sent, status, text):
    role = {"roleName": "ORG_OWNER", "orgId": "d" * 24}
    document = {
        "projects": [{"id": EMPTY, "name": "Empty", "orgId": "d" * 24}],
        "apiKeys": [{"publicKey": "owner", "privateKey": "k", "roles": [role]}],
        "settings": {name: value},
    }
    worlds = f"{server.admin_url}/worlds"
    made = requests.post(worlds, json={"document": document}, timeout=9).json()
    (key,) = made["mongodb"]["keys"]
    answer = last(server.url, (key["publicKey"], key["privateKey"]), sent)
    assert (answer.status_code, text in answer.text) == (status, True), answer.text
    # The setting stays when the world is reset, and other worlds keep the server's.
    requests.post(f"{server.admin_url}/reset", params={"world": made["name"]}, timeout=9)
    again = last(server.url, (key["publicKey"], key["privateKey"]), sent)
    assert (again.status_code, text in again.text) == (status, True)
    default = OUTCOMES[name, str(SETTINGS[name].default)]
    elsewhere = last(server.url, OWNER, sent)
    assert (elsewhere.status_code, default[2] in elsewhere.text) == (default[1], True)
    requests.delete(f"{worlds}/{made['name']}", timeout=9)


def test_a_world_that_is_seeded_anew_takes_the_settings_of_its_seed(server, tmp_path):
    made = requests.post(f"{server.admin_url}/worlds", json={"seed": "demo"}, timeout=9).json()
    document = json.loads(Path(seed_file(tmp_path, settings={"put": "replace"})).read_text())
    query = {"world": made["name"]}
    seeded = requests.post(f"{server.admin_url}/seed", params=query, json=document, timeout=9)
    assert seeded.status_code == 204
    key = made["mongodb"]["keys"][0]
    sent, status, text = OUTCOMES["put", "replace"]
    answer = last(server.url, (key["publicKey"], key["privateKey"]), sent)
    assert (answer.status_code, text in answer.text) == (status, True)


def test_an_exported_state_keeps_settings_and_all_that_came_with_them(server, tmp_path):
    document = json.loads(Path(seed_file(tmp_path, settings={"put": "replace"})).read_text())
    made = requests.post(
        f"{server.admin_url}/worlds", json={"document": document}, timeout=9
    ).json()
    key, query = made["mongodb"]["keys"][0], {"world": made["name"]}
    key = (key["publicKey"], key["privateKey"])
    accept = {"Accept": "application/vnd.atlas.2023-01-01+json"}
    with signed(key) as session:
        body = {"name": "New", "orgId": made["mongodb"]["projects"][0]["orgId"]}
        groups = f"{server.base_url}/api/atlas/v2/groups"
        for _ in range(2):
            new = session.post(groups, json=body, headers=accept).json()
            session.delete(f"{groups}/{new['id']}", headers=accept)
        session.post(groups, json=body, headers=accept)
    state = requests.get(f"{server.admin_url}/state", params=query, timeout=9).json()
    assert len(state["owners"]["organization/decafbaddecafbaddecafbad"]["deleted"]) == 1
    requests.post(f"{server.admin_url}/reset", params={**query, "to": "empty"}, timeout=9)
    answer = requests.put(f"{server.admin_url}/state", params=query, json=state, timeout=9)
    assert answer.status_code == 204, answer.text
    again = requests.get(f"{server.admin_url}/state", params=query, timeout=9).json()
    assert again["owners"] == state["owners"]
    sent, status, text = OUTCOMES["put", "replace"]
    answer = last(server.url, key, sent)
    assert (answer.status_code, text in answer.text) == (status, True)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"slak_post": "conflict"},
            "settings: 'slak_post' is no setting of a world; the nearest is 'slack_post'.",
        ),
        ({"state": "memory:"}, "'state' is no setting of a world; the nearest is '"),
        (
            {"put": "merg"},
            "settings: put: 'merg' is not one of 'merge', 'replace'.",
        ),
        ({"put": {}}, "settings: put: {} is not one of 'merge', 'replace'."),
        ({"opsgenie_eu": "perhaps"}, "opsgenie_eu: 'perhaps' is not one of 'true', 'false'."),
        ([], "settings: Not a valid mapping type."),
    ],
)
def test_a_setting_that_does_not_exist_is_refused_with_the_nearest(tmp_path, settings, sentence):
    with pytest.raises(SeedError) as refused, Emulator(seed=seed_file(tmp_path, settings=settings)):
        pass
    assert sentence in str(refused.value)


@pytest.mark.parametrize(("value", "status"), [(True, 200), (False, 400), ("FALSE", 400)])
def test_a_flag_in_a_seed_is_a_boolean_or_a_word(tmp_path, value, status):
    seed = seed_file(tmp_path, settings={"opsgenie_eu": value})
    with Emulator(seed=seed) as server:
        assert last(server.url, OWNER, [("PUT", EU)]).status_code == status


@pytest.mark.evidence("DOCS", "Ops Manager: the EU region needs opsgenie.api.url")
def test_without_an_address_ops_manager_sends_no_alerts_to_opsgenies_eu():
    with Emulator(opsgenie_eu=False) as server, signed(OWNER) as session:
        body = {"eventTypeName": "NO_PRIMARY", "notifications": [ALERT]}
        path = f"/groups/{EMPTY}/alertConfigs"
        answer = session.post(server.url + path, json=body)
        assert (answer.status_code, answer.json()["parameters"]) == (400, ["opsGenieRegion"])
        atlas = session.post(f"{server.base_url}/api/atlas/v1.0{path}", json=body)
        assert atlas.status_code == 201
