"""Each operation that a vendor has is served or declined, and a request for it is told so."""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from types import SimpleNamespace

import pytest
import requests
from werkzeug.routing import Map, Rule

from opsemu.api import coverage, vendor_operations
from opsemu.api.routes import Operation
from opsemu.application import create_app
from opsemu.config import Config
from opsemu.testing import ControlError

from ..conftest import DEMO, OWNER, signed

V2 = {"Accept": "application/vnd.atlas.2023-01-01+json"}
VOLATILE = {"Date", "X-Envoy-Upstream-Service-Time", "Ratelimit-Remaining"}
GROUP = f"groups/{DEMO}"
LISTS = ("ops-manager", "atlas", "opsramp")
# A project's route takes the last part of the path for an id.
SHADOWED = {"/api/public/v1.0/groups/availablePolicies"}


@pytest.fixture(scope="module", params=["ops-manager", "cloud-manager"])
def application(request):
    """The application with each of the families that share an address."""
    return create_app(Config(seed="empty", profile=request.param))


@pytest.fixture(scope="module")
def services(application):
    return application.extensions["opsemu"]


@pytest.fixture(scope="module")
def rows(services):
    return coverage.coverage(services)


def key(row):
    return row["family"], row["path"], row["method"]


def test_each_operation_of_the_lists_is_of_one_kind(services, rows):
    listed = {
        (family.name, start + path, method)
        for family in services.dialects
        for section, start in (("resources", family.prefix), ("elsewhere", ""))
        for paths in vendor_operations.load_list(family.operations)[section].values()
        for path, methods in paths.items()
        for method in methods
    }
    shown = {key(row) for row in rows if row["resource"] != coverage.BESIDE}
    assert {family for family, _, _ in listed - shown} <= {"cloud-manager"}
    assert len(shown) > 1250
    assert shown <= listed
    assert len({*map(key, rows)}) == len(rows)
    for row in rows:
        assert row["kind"] in coverage.KINDS
        assert bool(row["reason"]) == (row["kind"] == "declined") == (row["operation"] is None)


def test_each_route_is_in_the_coverage(services, rows):
    shown = {row["operation"] for row in rows} - {None}
    assert shown == {
        services.router.endpoints[rule.endpoint].name
        for rule in services.router.url_map.iter_rules()
        if not rule.rule.startswith("/__")
    }


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/integrations", "served"),
        ("/logCollectionJobs/{JOB-ID}", "stored"),
        ("/hosts/{HOST-ID}/metrics", "declined"),
    ],
)
def test_an_operation_has_the_kind_of_its_resource(rows, path, kind):
    path = "/api/public/v1.0/groups/{PROJECT-ID}" + path
    assert {row["kind"] for row in rows if row["path"] == path} == {kind}


def test_no_operation_that_is_declined_has_a_route(application, rows):
    reached = set()
    for row in (row for row in rows if row["kind"] == "declined"):
        path = row["path"].replace("{", "a").replace("}", "z")
        with application.test_request_context(path, method=row["method"]) as context:
            if context.request.routing_exception is None:
                reached.add(row["path"])
    assert reached <= SHADOWED


@pytest.mark.parametrize("name", LISTS)
def test_each_reason_is_that_of_an_operation(name):
    listed = vendor_operations.load_list(name)
    declined = [
        row
        for profile in ("ops-manager", "cloud-manager")
        for row in coverage.coverage(create_app(Config(profile=profile)).extensions["opsemu"])
    ]
    unused = [
        (reason, pattern)
        for reason, patterns in listed["declined"].items()
        for pattern in patterns
        if not any(
            row["reason"] == reason
            and (row["resource"] == pattern or fnmatchcase(row["path"], f"*{pattern}"))
            for row in declined
        )
    ]
    assert unused == [], "these are served now: remove them from data/operations"


@pytest.mark.parametrize("name", LISTS)
def test_a_family_lacks_paths_that_the_list_has(name):
    listed = vendor_operations.load_list(name)
    paths = [
        path
        for section in ("resources", "elsewhere")
        for paths in listed[section].values()
        for path in paths
    ]
    for patterns in listed["absent"].values():
        assert all(any(fnmatchcase(path, each) for path in paths) for each in patterns)


@pytest.mark.parametrize(
    ("rule", "listed", "kind"),
    [
        ("/admin/backup/snapshot/<kind>Configs", "/admin/backup/snapshot/s3Configs", "stored"),
        ("/admin/backup/<any(snapshot, sync):kind>/mongoConfigs",
         "/admin/backup/sync/mongoConfigs", "stored"),
        ("/groups/<g>/agents/BACKUP", "/groups/{PROJECT-ID}/agents/{TYPE}", "stored"),
        ("/admin/backup/daemon/configs/<path:key>",
         "/admin/backup/daemon/configs/{MACHINE}", "stored"),
        ("/admin/backup/daemon/configs/<path:key>",
         "/admin/backup/daemon/configs/{MACHINE}/{HEAD-ROOT-DIRECTORY}", "stored"),
        ("/groups/<path:name>/invites", "/groups/{PROJECT-ID}/invites", "stored"),
        ("/groups/<g>", "/groups/availablePolicies", "declined"),
        ("/groups/<g>/invites", "/groups/{PROJECT-ID}/teams", "declined"),
    ],
)  # fmt: skip
def test_a_route_is_joined_with_the_operations_that_it_answers(services, rule, listed, kind):
    prefix = "/api/public/v1.0"
    routed = SimpleNamespace(
        dialects=services.dialects,
        router=SimpleNamespace(
            endpoints={"one": Operation("getOne", emulation="stored")},
            url_map=Map([Rule(prefix + rule, endpoint="one", methods=["GET"])]),
        ),
    )
    kinds = {
        row["path"]: row["kind"] for row in coverage.coverage(routed) if row["method"] == "GET"
    }
    # Cloud Manager has no backup administration of its own.
    assert kinds.get(prefix + listed, kind) == kind


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", f"/api/atlas/v2/{GROUP}/streams", 404, "listGroupStreamWorkspaces (stream pro"),
        ("HEAD", f"/api/atlas/v2/{GROUP}/streams", 404, "listGroupStreamWorkspaces (stream pro"),
        ("GET", f"/api/atlas/v1.0/{GROUP}/streams/", 404, "listGroupStreamWorkspaces (stream pro"),
        ("POST", f"/api/atlas/v2/{GROUP}/clusters", 405, "createGroupCluster (needs a real clust"),
        ("GET", "/api/public/v1.0/usage//report", 404, "GET /api/public/v1.0/usage/report (repo"),
        ("POST", "/api/private/v1.0/groups/1/markAsBackingDatabase", 404,
         "POST /api/private/v1.0/groups/{PROJECT-ID}/markAsBackingDatabase (opsemu has no"),
    ],
)  # fmt: skip
def test_a_request_for_an_operation_that_is_not_served_says_so(
    server, caplog, method, path, status, name
):
    with caplog.at_level(logging.INFO, "opsemu.access"), signed(OWNER) as session:
        answer = session.request(method, server.base_url + path, headers=V2)
    last = requests.get(f"{server.admin_url}/requests/last/explain", timeout=20).json()
    reason = f"not emulated: {name}"
    assert (answer.status_code, last["operation"]) == (status, None)
    assert last["reasons"][0].startswith(reason)
    assert f" | {reason}" in caplog.text


def test_a_failing_test_is_told_of_a_path_that_is_not_emulated(ops_manager):
    ops_manager.session.get(f"{ops_manager.url}/usage/report")
    with pytest.raises((AssertionError, ControlError)) as failure:
        ops_manager.requests.assert_called("getIntegrations")
    assert "404  (not emulated: GET /api/public/v1.0/usage/report (" in str(failure.value)


@pytest.mark.parametrize("path", [f"/{GROUP}/nothing", "/nowhere", f"/{GROUP}/integrations/NONE"])
def test_a_path_that_no_vendor_has_is_not_called_emulated_or_not(server, path):
    with signed(OWNER) as session:
        assert session.get(server.url + path).status_code in (400, 404)
    last = requests.get(f"{server.admin_url}/requests/last/explain", timeout=20).json()
    assert last["reasons"]
    assert "not emulated" not in str(last["reasons"])


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["v2/{}/streams", "v2/{}/clusters?pretty=true", "v1.0/usage/x"])
def test_the_client_gets_the_same_bytes_with_and_without_the_reason(
    server, monkeypatch, method, path
):
    def answer():
        with signed(OWNER) as session:
            url = f"{server.base_url}/api/atlas/{path.format(GROUP)}"
            response = session.request(method, url, headers=V2)
            fields = [field for field in response.headers.items() if field[0] not in VOLATILE]
            return response.status_code, fields, response.content

    told = answer()
    monkeypatch.setattr("opsemu.api.responses.explain_unserved", lambda ctx: None)
    assert told == answer()


def test_a_request_that_is_served_costs_no_look_at_the_lists(server, monkeypatch):
    looks = []
    monkeypatch.setattr("opsemu.api.responses.explain_unserved", looks.append)
    with signed(OWNER) as session:
        for path, status in ((GROUP, 200), (f"{GROUP}/integrations/NEW_RELIC", 404)):
            assert session.get(f"{server.url}/{path}").status_code == status
        assert looks == []
        session.get(f"{server.url}/usage/report")
    assert len(looks) == 1
