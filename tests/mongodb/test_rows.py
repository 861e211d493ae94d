"""Resources that are documents kept and given back, by the example of maintenance windows."""

import pytest
import requests

from tests.conftest import DEMO, EMPTY, signed

WINDOW = {
    "startDate": "2026-11-28T10:00:00-0400",
    "endDate": "2026-11-28T16:00:00.123456Z",
    "alertTypeNames": ["HOST", "AGENT"],
    "description": "an upgrade",
}
SHOWN = {**WINDOW, "startDate": "2026-11-28T14:00:00Z", "endDate": "2026-11-28T16:00:00Z"}

pytestmark = [
    pytest.mark.evidence("DOCS", "maintenance windows pages of the manual"),
    pytest.mark.evidence("CLIENT", "clients in OpsManagerScripts: statuses, dates"),
]


@pytest.fixture
def windows(server):
    return f"{server.url}/groups/{EMPTY}/maintenanceWindows"


def test_a_document_is_kept_changed_and_deleted(api, windows):
    made = api.post(f"{windows}/", json=WINDOW)
    window = made.json()
    assert made.status_code == 200
    assert {name: window[name] for name in SHOWN} == SHOWN
    assert list(window) == sorted(window)
    assert window["groupId"] == EMPTY
    one = f"{windows}/{window['id']}"
    changed = api.patch(one, json={"description": "another", "id": "0" * 24}).json()
    assert changed == {**window, "description": "another", "updated": changed["updated"]}
    listed = api.get(windows).json()
    assert (listed["results"], listed["totalCount"]) == ([changed], 1)
    assert api.get(one).json() == changed
    gone = api.delete(one)
    assert (gone.status_code, gone.content) == (204, b"")
    again = api.delete(one)
    assert (again.status_code, again.json()["errorCode"]) == (404, "MAINTENANCE_WINDOW_NOT_FOUND")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"startDate": None}, "MISSING_MAINTENANCE_WINDOW_START_DATE"),
        ({"endDate": None}, "MISSING_MAINTENANCE_WINDOW_END_DATE"),
        ({"alertTypeNames": None}, "MISSING_MAINTENANCE_WINDOW_ALERT_TYPE_NAME"),
        ({"alertTypeNames": []}, "MISSING_MAINTENANCE_WINDOW_ALERT_TYPE_NAME"),
        ({"alertTypeNames": ["HOSTS"]}, "INVALID_ENUM_VALUE"),
        ({"startDate": "tomorrow"}, "INVALID_JSON_ATTRIBUTE"),
        ({"endDate": "2026-11-28T13:00:00Z"}, "MAINTENANCE_WINDOW_START_DATE_AFTER_END_DATE"),
        ({"begins": "now"}, "INVALID_ATTRIBUTE"),
    ],
)
def test_a_bad_document_is_refused_and_nothing_is_kept(api, windows, change, code):
    body = {name: value for name, value in {**WINDOW, **change}.items() if value is not None}
    refused = api.post(windows, json=body)
    assert (refused.status_code, refused.json()["errorCode"]) == (400, code)
    assert api.get(windows).json()["totalCount"] == 0


def test_a_change_that_contradicts_the_rest_is_refused(api, windows):
    window = api.post(windows, json=WINDOW).json()
    refused = api.patch(f"{windows}/{window['id']}", json={"endDate": "2020-01-01T00:00:00Z"})
    assert refused.json()["errorCode"] == "MAINTENANCE_WINDOW_START_DATE_AFTER_END_DATE"
    assert api.get(f"{windows}/{window['id']}").json() == window


@pytest.mark.evidence("INFERRED", "as for all other writes: a key is checked before a body")
@pytest.mark.parametrize(
    "path", ["maintenanceWindows/0123456789abcdef01234567", "controlledFeature"]
)
def test_who_may_not_write_learns_nothing_of_the_body(server, viewer, path):
    url = f"{server.url}/groups/{DEMO}/{path}"
    method = "PATCH" if "Windows" in path else "PUT"
    refused = viewer.request(method, url, json={"no": "such attribute"})
    assert (refused.status_code, refused.json()["errorCode"]) == (401, "USER_UNAUTHORIZED")


def test_reading_needs_a_role_and_writing_the_right_one(server, windows, viewer):
    refused = viewer.post(windows, json=WINDOW)
    assert (refused.status_code, refused.json()["errorCode"]) == (401, "USER_UNAUTHORIZED")
    assert viewer.get(windows).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [("GROUP_MONITORING_ADMIN", 200), ("GROUP_BACKUP_ADMIN", 401)]
)
def test_an_admin_role_may_write_what_it_is_for(server, role, status):
    document = {
        "projects": [{"id": EMPTY, "name": "Empty", "orgId": "d" * 24}],
        "apiKeys": [
            {
                "publicKey": "admin",
                "privateKey": "k",
                "roles": [{"roleName": role, "groupId": EMPTY}],
            }
        ],
    }
    worlds = f"{server.admin_url}/worlds"
    made = requests.post(worlds, json={"document": document}, timeout=9).json()
    (key,) = made["mongodb"]["keys"]
    with signed((key["publicKey"], key["privateKey"])) as session:
        windows = f"{server.url}/groups/{EMPTY}/maintenanceWindows"
        assert session.get(windows).status_code == 200
        assert session.post(windows, json=WINDOW).status_code == status
    requests.delete(f"{worlds}/{made['name']}", timeout=9)


def test_documents_are_in_states_snapshots_and_resets(server, api, windows):
    made = api.post(windows, json=WINDOW).json()
    state = requests.get(f"{server.admin_url}/state", timeout=9).json()
    server.reset()
    assert api.get(windows).json()["results"] == []
    restored = requests.put(f"{server.admin_url}/state", json=state, timeout=9)
    assert restored.status_code == 204, restored.text
    assert api.get(windows).json()["results"] == [made]


@pytest.mark.evidence("INFERRED", "maintenance windows of Atlas are another resource")
def test_atlas_has_other_windows(api, server):
    path = f"{server.base_url}/api/atlas/v1.0/groups/{EMPTY}/maintenanceWindows"
    assert api.get(path).json()["errorCode"] == "RESOURCE_NOT_FOUND"
