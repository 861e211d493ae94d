"""Documents of an Atlas project: what clients write, read again, and delete."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import requests

from ...conftest import EMPTY
from .conftest import ATLAS

PROJECT = f"/groups/{EMPTY}"
LIST, ROLES, USERS = (
    f"{PROJECT}/{below}" for below in ("accessList", "customDBRoles/roles", "databaseUsers")
)
WINDOW = f"{PROJECT}/maintenanceWindow"
FAR = "2100-01-01T00:00:00Z"
ROLE = {
    "roleName": "auditor",
    "actions": [{"action": "FIND", "resources": [{"cluster": False, "collection": "", "db": "d"}]}],
    "inheritedRoles": [],
}
USER = {
    "databaseName": "admin",
    "username": "a/b c",
    "password": "correct horse battery",
    "roles": [{"databaseName": "admin", "roleName": "auditor"}],
}
BLOCK = {"cidrBlock": "192.0.2.0/24", "comment": "office"}
ADDRESS = {"ipAddress": "198.51.100.7", "groupId": EMPTY, "deleteAfterDate": FAR}
GROUP = {"awsSecurityGroup": "sg-0123456789abcdef0"}

pytestmark = pytest.mark.evidence("RECORDED", "Atlas v2, 2026-08; errors: DOCS")


def code(answer) -> tuple[int, str]:
    """Status and error code."""
    return answer.status_code, answer.json()["errorCode"]


@pytest.fixture(params=ATLAS)
def atlas(callers, request):
    """The owner's caller of each version of Atlas."""
    return callers[request.param]


def test_an_access_list_is_answered_whole(atlas):
    assert atlas("POST", LIST, [BLOCK]).status_code == 201
    page = atlas("POST", f"{LIST}?includeCount=true", [ADDRESS, GROUP]).json()
    assert page["totalCount"] == 3
    block, address, group = page["results"]
    assert list(block) == ["cidrBlock", "comment", "groupId", "links"]
    assert address["cidrBlock"] == "198.51.100.7/32"
    assert address["links"][0]["href"].endswith("/accessList/198.51.100.7%2F32")
    assert group["awsSecurityGroup"] == GROUP["awsSecurityGroup"]
    assert atlas("GET", LIST).json()["results"] == page["results"]


@pytest.mark.parametrize("name", ["198.51.100.7", "198.51.100.7%2F32", "198.51.100.7/32"])
def test_an_entry_is_found_by_its_address_and_its_block(atlas, name):
    atlas("POST", LIST, [ADDRESS])
    assert atlas("GET", f"{LIST}/{name}").json()["ipAddress"] == "198.51.100.7"
    assert atlas("GET", f"{LIST}/{name}/status").json() == {"STATUS": "ACTIVE"}
    assert atlas("DELETE", f"{LIST}/{name}").status_code == 204
    gone = (404, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND")
    assert code(atlas("GET", f"{LIST}/{name}")) == gone
    assert code(atlas("GET", f"{LIST}/{name}/status")) == gone
    assert code(atlas("DELETE", f"{LIST}/{name}")) == gone


@pytest.mark.evidence("INFERRED", "the operator posts all entries again and again")
def test_an_entry_that_is_posted_again_has_the_new_comment(v2):
    v2("POST", LIST, [BLOCK])
    assert v2("POST", LIST, [{**BLOCK, "comment": "home"}]).json()["totalCount"] == 1
    assert v2("GET", f"{LIST}/192.0.2.0%2F24").json()["comment"] == "home"


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({"ipAddress": "192.0.2.300"}, "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"),
        ({"cidrBlock": "192.0.2.1/24"}, "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"),
        ({"ipAddress": "::1%0"}, "INVALID_IP_ADDRESS_OR_CIDR_NOTATION"),
        ({**BLOCK, **ADDRESS}, "MULTIPLE_VALUES_SPECIFIED_FOR_ONE_NETWORK_PERMISSION_ENTRY"),
        ({**BLOCK, "comment": "x" * 81}, "INVALID_NETWORK_PERMISSION_COMMENT"),
        ({**BLOCK, "deleteAfterDate": "2020-01-01T00:00:00Z"}, "EXPIRATION_DATE_IN_PAST"),
        ({"comment": "nothing"}, "MISSING_ATTRIBUTE"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(v2, entry, error):
    assert code(v2("POST", LIST, [{"ipAddress": "203.0.113.1"}, entry])) == (400, error)
    assert v2("GET", LIST).json()["totalCount"] == 0


@pytest.mark.evidence("SPEC", "deleteAfterDate")
@pytest.mark.parametrize(
    ("path", "body"), [(LIST, [{"ipAddress": "192.0.2.1"}]), (USERS, {**USER, "username": "u"})]
)
def test_what_is_temporary_is_gone_in_its_time(server, v2, path, body):
    first = body[0] if isinstance(body, list) else body
    soon = datetime.now(timezone.utc) + timedelta(hours=1)
    first["deleteAfterDate"] = f"{soon:%Y-%m-%dT%H:%M:%SZ}"
    v2("POST", path, body)
    assert v2("GET", path).json()["totalCount"] == 1
    requests.post(f"{server.admin_url}/clock/advance", json={"seconds": 3_601}, timeout=9)
    assert v2("GET", path).json()["totalCount"] == 0
    first.pop("deleteAfterDate")
    assert v2("POST", path, body).status_code == 201


def test_a_maintenance_window_is_set_deferred_and_reset(atlas):
    unset = atlas("GET", WINDOW).json()
    assert (unset["dayOfWeek"], unset["hourOfDay"]) == (0, 0)
    assert code(atlas("POST", f"{WINDOW}/defer")) == (400, "ATLAS_MAINTENANCE_WINDOW_NOT_DEFINED")
    changed = atlas("PATCH", WINDOW, {"dayOfWeek": 7, "hourOfDay": 23, "startASAP": False})
    assert (changed.status_code, changed.content) == (200, b"")
    assert "Content-Type" not in changed.headers
    assert atlas("POST", f"{WINDOW}/defer").status_code == 200
    assert atlas("POST", f"{WINDOW}/autoDefer").status_code == 200
    window = atlas("GET", WINDOW).json()
    assert window == {
        "autoDeferOnceEnabled": True,
        "dayOfWeek": 7,
        "hourOfDay": 23,
        "numberOfDeferrals": 1,
        "startASAP": False,
        "timeZoneId": "UTC",
    }
    atlas("POST", f"{WINDOW}/autoDefer")
    assert atlas("GET", WINDOW).json()["autoDeferOnceEnabled"] is False
    assert atlas("DELETE", WINDOW).status_code == 204
    assert atlas("GET", WINDOW).json() == unset


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"dayOfWeek": 8}, "ATLAS_INVALID_MAINTENANCE_WINDOW_DAY_OF_WEEK"),
        ({"dayOfWeek": 1, "hourOfDay": 24}, "ATLAS_INVALID_MAINTENANCE_WINDOW_HOUR_OF_DAY"),
        ({"hourOfDay": 1}, "MISSING_ATTRIBUTE"),
        ({"day": 1}, "INVALID_ATTRIBUTE"),
    ],
)
def test_a_maintenance_window_that_cannot_be_is_refused(v2, body, error):
    assert code(v2("PATCH", WINDOW, body)) == (400, error)
    assert v2("GET", WINDOW).json()["dayOfWeek"] == 0


def test_a_custom_role_is_kept_without_what_is_empty(atlas):
    made = atlas("POST", ROLES, ROLE)
    shown = {**ROLE, "actions": [{"action": "FIND", "resources": [{"db": "d"}]}]}
    assert (made.status_code, made.json()) == (202, shown)
    again = (409, "ATLAS_CUSTOM_ROLE_NAME_ALREADY_EXISTS")
    assert code(atlas("POST", ROLES, ROLE)) == again
    atlas("POST", ROLES, {**ROLE, "roleName": "another"})
    changed = atlas("PATCH", f"{ROLES}/auditor", {"actions": [], "inheritedRoles": []})
    assert code(changed) == (400, "ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS")
    role = {"db": "admin", "role": "read"}
    changed = atlas("PATCH", f"{ROLES}/auditor", {"inheritedRoles": [role]})
    assert changed.json() == {**shown, "inheritedRoles": [role]}
    assert [each["roleName"] for each in atlas("GET", ROLES).json()] == ["auditor", "another"]
    assert atlas("DELETE", f"{ROLES}/auditor").status_code == 204
    assert code(atlas("GET", f"{ROLES}/auditor")) == (404, "ATLAS_CUSTOM_ROLE_NOT_FOUND")


@pytest.mark.evidence("DOCS", "the codes; INFERRED sentences")
def test_a_custom_role_in_use_is_not_deleted(v2):
    v2("POST", ROLES, ROLE)
    heir = {"roleName": "heir", "inheritedRoles": [{"db": "admin", "role": "auditor"}]}
    v2("POST", ROLES, heir)
    v2("POST", USERS, {**USER, "username": "u"})
    for path, error in (
        (f"{USERS}/admin/u", "ATLAS_CUSTOM_ROLE_IN_USE_BY_USERS"),
        (f"{ROLES}/heir", "ATLAS_CUSTOM_ROLE_IN_USE_BY_ROLES"),
    ):
        assert code(v2("DELETE", f"{ROLES}/auditor")) == (409, error)
        assert v2("DELETE", path).status_code == 204
    assert v2("DELETE", f"{ROLES}/auditor").status_code == 204


@pytest.mark.evidence("SPEC", "Terraform deletes these two")
def test_parts_of_user_security_are_taken_away(atlas):
    path, mapping = f"{PROJECT}/userSecurity", [{"match": "(.+)", "substitution": "{0}"}]
    ldap = {"hostname": "ldap.example.com", "userToDNMapping": mapping}
    atlas("PATCH", path, {"customerX509": {"cas": "-----BEGIN"}, "ldap": ldap})
    answer = atlas("DELETE", f"{path}/customerX509")
    assert (answer.status_code, answer.json()["customerX509"]) == (202, {})
    without = atlas("DELETE", f"{path}/ldap/userToDNMapping").json()
    assert without["ldap"] == {"hostname": "ldap.example.com"}
    assert atlas("GET", path).json() == without


def test_a_database_user_is_changed_in_part_and_keeps_its_name(atlas):
    made = atlas("POST", USERS, USER)
    user = made.json()
    assert (made.status_code, user["scopes"], user["x509Type"]) == (201, [], "NONE")
    assert "password" not in user
    assert user["links"][0]["href"].endswith("/databaseUsers/admin/a%2Fb%20c")
    one = f"{USERS}/admin/a%2Fb%20c"
    assert code(atlas("POST", USERS, USER)) == (409, "USER_ALREADY_EXISTS")
    sent = {"databaseName": "admin", "username": "a/b c", "password": "x", "roles": None}
    assert atlas("PATCH", one, sent).json() == user
    labels = [{"key": "team", "value": "blue"}]
    assert atlas("PATCH", one, {"labels": labels}).json() == {**user, "labels": labels}
    renamed = atlas("PATCH", one, {"username": "c"})
    assert code(renamed) == (409, "DATABASE_USERNAME_CANNOT_BE_CHANGED")
    assert atlas("GET", f"{USERS}/alice/certs").json()["results"] == []
    assert atlas("DELETE", one).status_code == 204
    assert code(atlas("GET", one)) == (404, "USERNAME_NOT_FOUND")
    assert code(atlas("DELETE", one)) == (404, "USER_NOT_FOUND")


@pytest.mark.evidence("INFERRED", "the codes are DOCS, what raises them is not")
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"databaseName": "test"}, "DATABASE_NAME_INVALID_ADMIN"),
        ({"x509Type": "MANAGED"}, "DATABASE_NAME_INVALID_EXTERNAL"),
        ({"x509Type": "SOME"}, "INVALID_ENUM_VALUE"),
        ({"username": None}, "MISSING_ATTRIBUTE"),
    ],
)
def test_a_database_user_that_cannot_be_is_refused(v2, change, error):
    assert code(v2("POST", USERS, {**USER, **change})) == (400, error)


@pytest.mark.parametrize(
    ("below", "body"),
    [
        ("auditLog", {"enabled": True, "auditFilter": '{ "atype": "authenticate" }'}),
        ("awsCustomDNS", {"enabled": True}),
        ("privateEndpoint/regionalMode", {"enabled": True}),
        ("userSecurity", {"ldap": {"hostname": "ldap.example.com", "port": 636}}),
    ],
)
def test_a_setting_is_accepted_and_shown(atlas, below, body):
    changed = atlas("PATCH", f"{PROJECT}/{below}", body)
    assert changed.status_code == 202
    assert changed.json().items() >= body.items()
    assert atlas("GET", f"{PROJECT}/{below}").json() == changed.json()


@pytest.mark.evidence("CLIENT", "Terraform deletes an audit log by an empty filter")
def test_an_audit_log_tells_whether_it_has_a_filter(v2):
    kinds = []
    for text in ("{}", ""):
        body = {"auditAuthorizationSuccess": False, "enabled": False, "auditFilter": text}
        kinds.append(v2("PATCH", f"{PROJECT}/auditLog", body).json()["configurationType"])
    assert kinds == ["FILTER_JSON", "NONE"]


@pytest.mark.evidence("SPEC", "these are never shown again")
def test_secrets_of_settings_are_neither_shown_nor_kept(server, v2):
    secret = "0123456789abcdef-never-shown"
    v2("POST", USERS, {**USER, "password": secret})
    v2("PATCH", f"{PROJECT}/userSecurity", {"ldap": {"bindPassword": secret}})
    keys = {
        "awsKms": {"enabled": True, "secretAccessKey": secret},
        "azureKeyVault": {"secret": secret},
        "googleCloudKms": {"serviceAccountKey": secret},
    }
    shown = v2("PATCH", f"{PROJECT}/encryptionAtRest", keys)
    assert shown.json()["awsKms"] == {"enabled": True}
    state = requests.get(f"{server.admin_url}/state", timeout=9).text
    requested = requests.get(f"{server.admin_url}/requests", timeout=9).text
    assert secret not in shown.text + state + requested


@pytest.mark.evidence("RECORDED", "after a PUT; CLIENT: an empty object before")
def test_a_backup_policy_is_empty_until_it_is_set(atlas):
    path = f"{PROJECT}/backupCompliancePolicy"
    assert atlas("GET", path).json() == {}
    policy = atlas("PUT", path, {"authorizedEmail": "a@example.com", "projectId": EMPTY}).json()
    assert (policy["state"], policy["updatedUser"], policy["projectId"]) == (
        "ACTIVE",
        "opsowner",
        EMPTY,
    )
    assert atlas("GET", path).json() == policy


@pytest.mark.evidence("SPEC", "an array without a page; 13 names")
def test_a_limit_is_that_of_all_projects_until_it_is_set(atlas):
    limits = f"{PROJECT}/limits"
    before = atlas("GET", limits).json()
    name = "atlas.project.deployment.clusters"
    assert {"currentUsage": 0, "defaultLimit": 25, "name": name, "value": 25} in before
    assert atlas("PATCH", f"{limits}/{name}", {"name": name, "value": 30}).json()["value"] == 30
    assert atlas("GET", f"{limits}/{name}").json()["defaultLimit"] == 25
    query = "dataFederation.bytesProcessed.query"
    assert atlas("GET", f"{limits}/{query}").status_code == 404
    atlas("PATCH", f"{limits}/{query}", {"value": 1_000_000})
    assert len(atlas("GET", limits).json()) == len(before) + 1
    for each in (name, query):
        assert atlas("DELETE", f"{limits}/{each}").status_code == 204
    assert atlas("GET", limits).json() == before
    assert code(atlas("PATCH", f"{limits}/no.limit", {"value": 1})) == (400, "INVALID_ENUM_VALUE")


LOGS, METRICS = f"{PROJECT}/logIntegrations", f"{PROJECT}/metricIntegrations"
V2025 = {"Accept": "application/vnd.atlas.2025-03-12+json"}
HEADER = {"name": "X-Custom", "value": "0123456789abcdef-never-shown"}
LOG = {
    "type": "OTEL_LOG_EXPORT",
    "logTypes": ["MONGOD", "MONGOS_AUDIT"],
    "otelEndpoint": "https://otel.example.com:4318/v1/logs",
    "otelSuppliedHeaders": [HEADER],
}
METRIC = {
    "aggregationTemporality": "DELTA",
    "endpoint": "https://otel.example.com:4318/v1/metrics",
    "headers": [HEADER],
    "integrationType": "OTEL",
    "metricSelection": ["HARDWARE"],
    "providerType": "DATADOG",
}


@pytest.mark.evidence("SPEC", "for logs; CLIENT for metrics: the SDK for Go; INFERRED masks")
@pytest.mark.parametrize(
    ("path", "body", "key", "headers"),
    [
        (LOGS, LOG, "id", "otelSuppliedHeaders"),
        (METRICS, METRIC, "metricIntegrationId", "headersRedacted"),
    ],
)
def test_an_export_is_made_replaced_and_deleted(server, v2, path, body, key, headers):
    made = v2("POST", path, body, headers=V2025)
    shown = made.json()
    assert made.status_code == 201
    assert made.headers["Content-Type"] == ("application/vnd.atlas.2025-03-12+json;charset=utf-8")
    assert shown[headers] == [{"name": "X-Custom", "value": f"{'*' * 24}hown"}]
    one = f"{path}/{shown[key]}"
    changed = v2("PUT", one, body, headers=V2025)
    assert (changed.json(), v2("GET", one, headers=V2025).json()) == (shown, shown)
    assert v2("GET", path, headers=V2025).json()["results"] == [shown]
    assert HEADER["value"] not in requests.get(f"{server.admin_url}/state", timeout=9).text
    assert v2("DELETE", one, headers=V2025).status_code == 204
    assert v2("GET", one, headers=V2025).status_code == 404
    assert code(v2("GET", path)) == (406, "INVALID_VERSION_DATE")


@pytest.mark.evidence("SPEC", "what each type requires")
@pytest.mark.parametrize(
    ("type_name", "missing"),
    [
        ("S3_LOG_EXPORT", "bucketName"),
        ("GCS_LOG_EXPORT", "bucketName"),
        ("AZURE_LOG_EXPORT", "prefixPath"),
        ("DATADOG_LOG_EXPORT", "apiKey"),
        ("SPLUNK_LOG_EXPORT", "hecToken"),
        ("OTEL_LOG_EXPORT", "otelEndpoint"),
    ],
)
def test_an_export_of_logs_needs_what_its_type_needs(v2, type_name, missing):
    answer = v2("POST", LOGS, {"type": type_name, "logTypes": ["MONGOD"]}, headers=V2025)
    assert (answer.status_code, answer.json()["parameters"]) == (400, [missing])


def test_documents_are_in_states_and_forgotten_by_a_reset(server, v2):
    v2("POST", LIST, [BLOCK, ADDRESS])
    v2("POST", USERS, USER)
    v2("POST", ROLES, ROLE)
    v2("PATCH", WINDOW, {"dayOfWeek": 2})
    v2("PUT", f"{PROJECT}/backupCompliancePolicy", {"authorizedEmail": "a@example.com"})
    v2("PATCH", f"{PROJECT}/limits/atlas.project.deployment.clusters", {"value": 30})
    v2("POST", METRICS, METRIC, headers=V2025)
    v2("POST", LOGS, LOG, headers=V2025)
    paths = (LIST, USERS, ROLES, WINDOW, f"{PROJECT}/backupCompliancePolicy", f"{PROJECT}/limits")
    read = lambda: [v2("GET", path).json() for path in paths]  # noqa: E731
    before, state = read(), requests.get(f"{server.admin_url}/state", timeout=9).json()
    server.reset()
    assert all(mine != theirs for mine, theirs in zip(read(), before, strict=True))
    restored = requests.put(f"{server.admin_url}/state", json=state, timeout=9)
    assert restored.status_code == 204, restored.text
    assert read() == before


@pytest.mark.parametrize(
    ("method", "below", "body"),
    [
        ("POST", "accessList", [BLOCK]),
        ("PATCH", "maintenanceWindow", {"dayOfWeek": 1}),
        ("PATCH", "limits/atlas.project.deployment.clusters", {"value": 1}),
        ("DELETE", "customDBRoles/roles/auditor", None),
    ],
)
def test_a_read_only_key_changes_no_document(looker, family, method, below, body):
    answer = looker(method, f"{PROJECT}/{below}", body)
    served = family in ATLAS
    assert code(answer) == ((401, "USER_UNAUTHORIZED") if served else (404, "RESOURCE_NOT_FOUND"))
