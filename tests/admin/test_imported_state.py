"""What is imported or restored is checked whole, by the rules by which it is read."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from opsemu.admin.stored_tables import TABLES
from opsemu.schemas import REGISTRY
from opsemu.schemas.notifications import NOTIFICATIONS
from opsemu.store import Owner
from opsemu.worlds import snapshots
from opsemu.worlds.stored_tables import InvalidState, check_state
from tests.conftest import DEMO, EMPTY
from tests.wire import TYPES

ORG = "decafbaddecafbaddecafbad"
CONFIG = "b" * 24
TENANT = "client_8"
METRIC = {"metricName": "CONNECTIONS", "threshold": 1}
MATCHER = {"fieldName": "INSTANCE_NAME", "operator": "EQUALS", "value": "v"}
EXTRAS: dict[str, dict[str, Any]] = {
    "EMAIL": {"emailAddress": "a@example.com"},
    "SMS": {"mobileNumber": "1"},
    "HIP_CHAT": {"notificationToken": "0123456789", "roomName": "r"},
    "GROUP": {"emailEnabled": True, "roles": ["GROUP_OWNER"]},
    "ORG": {"smsEnabled": True},
    "USER": {"emailEnabled": True, "username": "owner@example.com"},
    "TEAM": {"emailEnabled": True, "teamId": "badc0ffeebadc0ffeebadc0f"},
}
EVENT = {
    "name": "Create",
    "entity": "INCIDENT",
    "eventPayload": "text",
    "notifier": {"type": "REST_API", "baseURI": "a", "password": "p"},
    "headers": [{"key": "k", "value": "v"}],
    "filterCriteria": {
        "matchType": "ANY",
        "rules": [{"key": "k", "operator": "o", "value": "v", "resourceType": "r"}],
    },
}
INSTALLED = {
    "displayName": "D",
    "description": "d",
    "category": "Custom",
    "direction": "Inbound",
    "parentIntg": {"id": "p"},
    "inboundConfig": {
        "authentication": {"authType": "WEBHOOK", "role": {"uniqueId": "ROLE-1"}},
        "dropAlerts": True,
        "entityTypes": ["ALERT"],
        "mapAttributes": [
            {
                "name": "Subject",
                "entityType": "INCIDENT",
                "thirdPartyAttrName": "s",
                "attrValues": [{"attrValue": "1", "thirdPartyAttrValue": "2"}],
                "parsingProperty": {"p": 1},
            }
        ],
    },
    "outboundConfig": {"baseNotifier": {"type": "REST_API", "apiKey": "k", "apiSecret": "s"}},
    "alertSource": "Custom",
    "singleSignOnAuthentication": {"issuerUrl": "i", "certificate": "c"},
    "credential": {"ClientID": "c", "SecretKey": "s"},
    "discoveryProfiles": [{"id": 1, "name": "n"}],
    "ticketType": "INCIDENT",
}
ALERT = {
    "subject": "s",
    "currentState": "Ok",
    "serviceName": "m",
    "device": {"hostName": "h", "ipAddress": "i"},
    "monitorName": "m",
    "extAlertId": "e",
    "ackUrl": "u",
}


class Callers:
    """Sessions of a world's service account, of its API key, and of its tenant."""

    def __init__(self, world: Any) -> None:
        base, self.world = world.server.base_url, world
        account = world.made["mongodb"]["serviceAccounts"][0]
        (key,) = world.made["opsramp"]["tenants"][0]["keys"]
        self.atlas = f"{base}/api/atlas/v2"
        self.manager = f"{base}/api/public/v1.0"
        self.opsramp = f"{base}/api/v2/tenants/{TENANT}/integrations"
        self._sessions = {self.manager: world.session}
        for place, url, pair in (
            (self.atlas, f"{base}/api/oauth/token", (account["clientId"], account["clientSecret"])),
            (self.opsramp, f"{base}/auth/oauth/token", (key["key"], key["secret"])),
        ):
            answer = requests.post(url, {"grant_type": "client_credentials"}, auth=pair, timeout=9)
            session = self._sessions[place] = requests.Session()
            session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        self.tenant = self.opsramp.removesuffix("/integrations")
        self._sessions[self.tenant] = self._sessions[self.opsramp]
        self._sessions[self.atlas].headers["Accept"] = "application/vnd.atlas.2025-03-12+json"

    def call(self, base: str, method: str, path: str, json: Any = None) -> requests.Response:
        answer = self._sessions[base].request(method, base + path, json=json, timeout=9)
        assert answer.status_code < 400 or json is None, (path, json, answer.text)
        return answer

    def close(self) -> None:
        for session in self._sessions.values():
            session.close()


@pytest.fixture
def callers(new_world):
    opened = Callers(new_world(seed="demo"))
    yield opened
    opened.close()


def use_everything(callers: Callers) -> None:
    """Write a document of each kind by the APIs."""
    groups = f"/groups/{EMPTY}"
    for name in TYPES:
        cls = REGISTRY[name]
        base = callers.manager if name == "HIP_CHAT" else callers.atlas
        body = {**cls.example, "type": name, "scheme": "http"}
        body = body if name == "PROMETHEUS" else cls.example
        base = callers.manager if name == "PROMETHEUS" else base
        callers.call(base, "PUT", f"{groups}/integrations/{name}", {**body, "type": name})
    shared = {"eventTypeName": "OUTSIDE_STREAM_PROCESSOR_METRIC_THRESHOLD", "enabled": True}
    shared |= {"threshold": {"threshold": 1}, "metricThreshold": METRIC, "matchers": [MATCHER]}
    for name in (name for name, cls in NOTIFICATIONS.items() if not cls.is_global):
        base = callers.manager if name == "HIP_CHAT" else callers.atlas
        notification = {"typeName": name, "delayMin": 1, "intervalMin": 7, **EXTRAS.get(name, {})}
        config = {**shared, "notifications": [notification]}
        callers.call(base, "POST", f"{groups}/alertConfigs", config)
    callers.call(callers.atlas, "PATCH", f"{groups}/settings", {"isDataExplorerEnabled": False})
    callers.call(callers.atlas, "DELETE", f"{groups}/managedSlowMs/disable")
    named = {"name": "A token", "orgId": ORG, "tags": [{"key": "k", "value": "v"}]}
    made = callers.call(callers.atlas, "POST", "/groups", named).json()
    callers.call(callers.atlas, "PATCH", f"/groups/{made['id']}", {"name": "Another token"})
    callers.call(callers.manager, "PATCH", f"/groups/{EMPTY}", {"tags": ["WORD"]})
    for _ in range(2):
        callers.call(callers.tenant, "POST", "/alert", ALERT)
    for kind in ("CUSTOM", "EMAILALERTS"):
        made = callers.call(callers.opsramp, "POST", f"/install/{kind}", INSTALLED).json()
        one = f"/installed/{made['id']}"
        callers.call(callers.opsramp, "POST", f"{one}/event", EVENT)
        callers.call(callers.opsramp, "POST", f"{one}/template/assign", {"uniqID": "t"})
        callers.call(callers.opsramp, "POST", f"{one}/additionalProps", {"token": "t", "n": None})
        access = {"authType": "OAUTH2"}
        callers.call(callers.opsramp, "POST", f"{one}/inbound/authentication", access)


def read_everything(
    callers: Callers, place: str, tables: Any, path: tuple[Any, ...]
) -> Iterator[requests.Response]:
    """The answers to all reads of an owner that show the document at a path."""
    kind, _, name = place.partition("/")
    mongodb = (callers.atlas, callers.manager)
    for base in mongodb if kind == "organization" else ():
        for each in ("", f"/{name}", f"/{name}/groups"):
            yield callers.call(base, "GET", f"/orgs{each}")
    for base in mongodb if kind == "project" else ():
        ids = [f"/{path[0]}/{each}" for each in path[1:2] if path[0] == "alertConfigs"]
        for each in ("", "/integrations", "/alertConfigs", *ids, "/settings", "/managedSlowMs"):
            yield callers.call(base, "GET", f"/groups/{name}{each}")
    if kind == "tenant":
        for each in ("/installed/search", "/activity"):
            yield callers.call(callers.opsramp, "GET", each)
        yield callers.call(callers.tenant, "GET", "/alerts/search")
        for intg_id in set(path[1:2]) & tables.get("installed", {}).keys():
            for each in ("", "/mappingAttr", "/events", "/inbound/installedIntgMappings"):
                yield callers.call(callers.opsramp, "GET", f"/installed/{intg_id}{each}")
    listed = {"project": "/integrations", "tenant": "/installed"}.get(kind, "/state")
    yield callers.world.admin("GET", listed, params={kind: name} if listed != "/state" else {})


@pytest.mark.parametrize("seed", ["demo", "empty"])
@pytest.mark.parametrize("used", [False, True])
def test_what_is_exported_can_be_imported(new_world, callers, seed, used):
    if used:
        use_everything(callers)
    one, other = callers.world if used else new_world(seed=seed), new_world(seed="empty")
    state = one.admin("GET", "/state")
    answer = other.admin("PUT", "/state", json=state.json())
    assert (answer.status_code, answer.text) == (204, "")
    assert other.admin("GET", "/state").content == state.content


def test_a_snapshot_of_everything_can_be_restored(callers):
    use_everything(callers)
    store, name = callers.world.server.store, callers.world.name
    state = snapshots.collect(store, name)
    callers.world.admin("POST", "/snapshots", json={"name": "all"})
    callers.world.admin("POST", "/reset")
    answer = callers.world.admin("POST", "/snapshots/all/restore")
    assert (answer.status_code, snapshots.collect(store, name)) == (204, state)


def test_a_project_named_like_a_secret_keeps_its_name_in_an_export(callers):
    use_everything(callers)
    owners = callers.world.admin("GET", "/state").json()["owners"]
    assert "*" not in owners[f"organization/{ORG}"]["names"][ORG]["Another token"]


PROJECT = {"id": EMPTY, "name": "P", "orgId": ORG, "created": "2026-01-01T00:00:00Z"}
CONFIGURED = {"id": CONFIG, "eventTypeName": "E", "created": "c", "updated": "u"}
ABOUT = {"id": TENANT, "name": "T", "deactivated": False}
INSTALLATION = {"id": "INTG-1", "catalogue": "CUSTOM"}


def project(**tables: Any) -> dict[str, Any]:
    return {f"project/{EMPTY}": {"project": {EMPTY: PROJECT}, **tables}}


def tenant(**document: Any) -> dict[str, Any]:
    installed = {"INTG-1": {**INSTALLATION, **document}}
    return {f"tenant/{TENANT}": {"tenant": {TENANT: ABOUT}, "installed": installed}}


KEY = {"publicKey": "ownersky", "id": "b" * 24, "roles": [], "accessEntries": []}


def api_key(**changes):
    """A state with a key that was made over the API."""
    return {"apiKey/ownersky": {"apiKey": {"ownersky": {**KEY, **changes}}}}


def deployment(**host):
    """A state with a host of a deployment."""
    return project(automation={EMPTY: {"hosts": {"a" * 32: {"created": 0, **host}}}})


WRONG = [
    (deployment(created=2**63), ".created: Must be greater than or equal to 0 and less than"),
    (deployment(kept={"hostname": "h", "port": 1, "lastPing": 5}), ".kept.lastPing: Not a valid"),
    (project(backups={"c": {"since": -1}}), ".backups.c.since: Must be greater than"),
    (
        project(customDBRoles={"r": {"roleName": "r", "created": "c", "updated": "u"}}),
        ".customDBRoles.r.id: Missing data",
    ),
    ({"planet/x": {}}, "owners.planet/x: expected one of alert, apiKey, "),
    ({f"project/{EMPTY}": {}}, f"owners.project/{EMPTY}: the table 'project' is missing"),
    (project(tables={}), ".tables: expected one of accessList, "),
    (project(project={DEMO: PROJECT}), f".project: expected one document, with the key '{EMPTY}'"),
    (
        {"project/" + "x" * 300: {"project": {"x" * 300: {**PROJECT, "id": "x" * 300}}}},
        ".id: not 24 lower-case hexadecimal digits",
    ),
    (project(project={EMPTY: {**PROJECT, "id": DEMO}}), f".id: expected '{EMPTY}', as its place"),
    (project(project={EMPTY: {**PROJECT, "name": None}}), ".name: Field may not be null"),
    (project(integrations={"NONE": {}}), ".integrations.NONE: expected one of DATADOG, FLOWDOCK"),
    (project(integrations={"SLACK": {"id": "i", "apiToken": 7}}), ".apiToken: Not a valid string"),
    (project(integrations={"SLACK": {"apiToken": "t"}}), "SLACK.id: Missing data"),
    (
        project(integrations={"OPS_GENIE": {"id": "i", "apiKey": "k", "region": "X"}}),
        ".region: INVALID_ENUM_VALUE X",
    ),
    (
        project(alertConfigs={CONFIG: {**CONFIGURED, "notifications": [{"typeName": "NONE"}]}}),
        f".alertConfigs.{CONFIG}.notifications[0].typeName: not a type of notification",
    ),
    (project(settings={"settings": {"isDataExplorerEnabled": 1}}), ".isDataExplorerEnabled: Not"),
    (project(settings={"other": {}}), ".settings.other: expected one of managedSlowMs, settings"),
    (
        {f"organization/{ORG}": {"organization": {ORG: {"id": ORG, "name": "O"}}, "names": {}}},
        f".names: expected one document, with the key '{ORG}'",
    ),
    (api_key(roles=[{"roleName": "ORG_OWNER"}]), ".roles[0]: ORG_OWNER goes with orgId"),
    (api_key(world="default"), ".apiKey.ownersky.world: Unknown field"),
    (api_key(secretHash="0" * 64), ".apiKey.ownersky.secretHash: Unknown field"),
    (api_key(accessEntries=[{"cidrBlock": "10.0.0.1/8"}]), ".cidrBlock: 10.0.0.1/8 has host bits"),
    (api_key(deleted=False), ".apiKey.ownersky."),
    ({"apiKey/a key": {"apiKey": {"a key": {**KEY, "publicKey": "a key"}}}}, "not 1 to 64 letters"),
    (tenant(catalogue=""), ".installed.INTG-1.catalogue: Shorter than minimum length 1"),
    (tenant(rows=[{"name": "n"}]), ".rows[0].attrName: Missing data"),
    (tenant(authentication={"apiKeyPairs": [5]}), ".authentication.apiKeyPairs[0]: Invalid input"),
    (
        tenant(events={"E": {"id": "F", "name": "n", "active": True}}),
        ".events: the event 'E' has the id 'F'",
    ),
    (tenant(serial=1 << 62), ".serial: Must be greater than or equal to 0 and less than"),
    (tenant(id=None), ".installed.INTG-1.id: Field may not be null"),
]


@pytest.mark.parametrize(("owners", "sentence"), WRONG)
def test_a_wrong_document_is_refused_with_its_place_and_nothing_is_lost(world, owners, sentence):
    before = world.admin("GET", "/state").content
    whole = {f"project/{DEMO}": {"project": {DEMO: {**PROJECT, "id": DEMO}}}}
    answer = world.admin("PUT", "/state", json={"format": 1, "owners": {**whole, **owners}})
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_state")
    assert sentence in answer.json()["message"]
    assert world.admin("GET", "/state").content == before


def test_a_state_that_is_nested_too_deeply_is_refused(world):
    deep: Any = {}
    for _ in range(260):
        deep = {"d": deep}
    owners = tenant(parentIntg=deep)
    answer = world.admin("PUT", "/state", json={"format": 1, "owners": owners})
    assert answer.status_code == 400
    with pytest.raises(InvalidState, match=r"owners: .*ecursion"):
        check_state(owners, TABLES)


def test_a_snapshot_with_a_wrong_document_is_refused_and_nothing_is_lost(world):
    world.admin("POST", "/snapshots", json={"name": "torn"})
    owner, store = Owner("global", "snapshot", f"{world.name}/torn"), world.server.store
    tables = store.tables(owner)
    tables["state"][f"project/{DEMO}"]["integrations"]["SLACK"]["teamName"] = 7
    store.put(owner, tables)
    answer = world.admin("POST", "/snapshots/torn/restore")
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_state")
    assert world.session.get(world.url).json()["totalCount"] == 2


MISSING = object()
ODD = (None, 7, -1.5, True, "", "x", [], {}, [None], {"x": None}, 2**63, "\x00/é", MISSING)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all values in a JSON value."""
    yield path
    steps = value.items() if isinstance(value, dict) else ()
    for step, inner in enumerate(value) if isinstance(value, list) else steps:
        yield from paths(inner, (*path, step))


def replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A copy of a JSON value with another value at a path."""
    whole = copy.deepcopy(value)
    *steps, last = path
    inner = whole
    for step in steps:
        inner = inner[step]
    if odd is MISSING:
        del inner[last]
    else:
        inner[last] = odd
    return whole


@pytest.mark.parametrize(
    "step", [pytest.param(1, id="all", marks=pytest.mark.storm), pytest.param(131, id="some")]
)
def test_no_odd_value_anywhere_in_a_state_breaks_an_answer(callers, caplog, step):
    use_everything(callers)
    world = callers.world
    state = world.admin("GET", "/state").json()["owners"]
    tried = accepted = 0
    for place, tables in state.items():
        kind, _, name = place.partition("/")
        cases = [(path, odd) for path in paths(tables) if path for odd in ODD]
        for path, odd in cases[tried % step :: step]:
            tried += 1
            document = {"format": 1, "owners": {place: replaced(tables, path, odd)}}
            try:
                owners = snapshots.read(document, TABLES)
            except InvalidState:
                continue
            accepted += 1
            assert check_state(owners, TABLES) == owners
            world.server.store.put(Owner(world.name, kind, name), owners[place])
            for answer in read_everything(callers, place, owners[place], path):
                failed = [record.getMessage() for record in caplog.records if record.exc_info]
                assert not failed, (path, odd, failed)
                assert answer.status_code < 500, (path, odd, answer.text)
        world.server.store.put(Owner(world.name, kind, name), tables)
    assert 0 < accepted < tried / 2
