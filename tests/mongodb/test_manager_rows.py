"""What a project of Ops Manager keeps, and what is empty in it."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest
import requests

from tests.conftest import EMPTY

HOST = "a" * 32
JOB = {
    "resourceType": "PROCESS",
    "resourceName": "h:27017",
    "sizeRequestedPerFileBytes": 10_000_000,
    "logTypes": ["MONGODB", "FTDC"],
    "redacted": True,
}
OPERATOR = {"name": "mongodb-kubernetes-operator", "version": "1.2.3"}

pytestmark = pytest.mark.evidence("DOCS", "CLIENT: mongocli and the Kubernetes operator")


@pytest.fixture
def group(server):
    return f"{server.url}/groups/{EMPTY}"


@pytest.fixture
def feature(group):
    return f"{group}/controlledFeature"


@pytest.fixture
def host(api, group):
    """A host that is there, once hosts are served."""
    made = api.post(f"{group}/hosts", json={"hostname": "h", "port": 27017}).json()
    return f"{group}/hosts/{made.get('id', HOST)}"


@pytest.fixture
def jobs(group):
    return f"{group}/logCollectionJobs"


@pytest.mark.evidence("INFERRED", "CLIENT: the operator reads it first")
def test_a_new_project_is_controlled_by_nobody(api, feature):
    fresh = api.get(feature).json()
    system = {"name": None, "systemId": None, "version": None}
    assert (fresh["externalManagementSystem"], fresh["policies"]) == (system, [])
    assert fresh["created"] == fresh["updated"]


def test_policies_are_in_capitals_and_those_of_the_docs_in_camel_case_are_read(api, feature):
    policies = [
        {"policy": "ExternallyManagedLock", "disabledParams": []},
        {"policy": "DISABLE_SET_MONGOD_VERSION", "disabledParams": None},
        {"policy": "DisableSetMongodConfig", "disabledParams": ["net.tls.CAFile"]},
    ]
    kept = api.put(feature, json={"externalManagementSystem": OPERATOR, "policies": policies})
    assert kept.status_code == 200
    assert kept.json()["policies"] == [
        {"policy": "EXTERNALLY_MANAGED_LOCK"},
        {"policy": "DISABLE_SET_MONGOD_VERSION"},
        {"disabledParams": ["net.tls.CAFile"], "policy": "DISABLE_SET_MONGOD_CONFIG"},
    ]
    assert len(kept.json()["externalManagementSystem"]["systemId"]) == 24
    assert api.get(feature).json() == kept.json()


def test_an_empty_list_clears_policies_and_null_is_refused(api, feature):
    lock = [{"policy": "EXTERNALLY_MANAGED_LOCK"}]
    api.put(feature, json={"externalManagementSystem": OPERATOR, "policies": lock})
    refused = api.put(feature, json={"externalManagementSystem": OPERATOR, "policies": None})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, "MISSING_ATTRIBUTE")
    assert api.get(feature).json()["policies"] == lock
    cleared = api.put(feature, json={"externalManagementSystem": OPERATOR, "policies": []})
    assert (cleared.status_code, cleared.json()["policies"]) == (200, [])


@pytest.mark.parametrize(
    ("policies", "code"),
    [
        ([{"policy": "DISABLE_EVERYTHING"}], "INVALID_ENUM_VALUE"),
        ([{"disabledParams": ["net"]}], "MISSING_ATTRIBUTE"),
        (["EXTERNALLY_MANAGED_LOCK"], "INVALID_JSON_ATTRIBUTE"),
        ("EXTERNALLY_MANAGED_LOCK", "INVALID_JSON_ATTRIBUTE"),
    ],
)
def test_a_bad_policy_is_refused(api, feature, policies, code):
    body = {"externalManagementSystem": OPERATOR, "policies": policies}
    refused = api.put(feature, json=body)
    assert (refused.status_code, refused.json()["errorCode"]) == (400, code)


def test_the_available_policies_are_those_that_a_project_may_have(api, server, feature):
    available = api.get(f"{server.url}/groups/availablePolicies").json()
    assert len(available["policies"]) == 10
    body = {"externalManagementSystem": OPERATOR, "policies": available["policies"]}
    assert api.put(feature, json=body).json()["policies"] == available["policies"]


def test_a_log_collection_job_has_succeeded_at_once_with_an_empty_archive(api, jobs):
    made = api.post(jobs, json=JOB)
    assert (made.status_code, list(made.json())) == (201, ["id"])
    one = f"{jobs}/{made.json()['id']}"
    job = api.get(one).json()
    assert JOB.items() <= job.items()
    assert (job["status"], list(job)) == ("SUCCESS", sorted(job))
    assert api.get(jobs).json()["results"] == [job]
    archive = api.get(job["downloadUrl"])
    assert archive.headers["Content-Type"] == "application/gzip"
    with tarfile.open(fileobj=io.BytesIO(archive.content), mode="r:gz") as opened:
        assert opened.getnames() == []
    extended = api.patch(one, json={"expirationDate": "2040-01-02T03:04:05Z"}).json()
    assert extended == {**job, "expirationDate": "2040-01-02T03:04:05Z"}
    again = api.put(f"{one}/retry")
    assert (again.status_code, again.json()["errorCode"]) == (
        400,
        "ONLY_FAILED_JOB_CAN_BE_RESTARTED",
    )
    assert (api.delete(one).status_code, api.get(one).json()["errorCode"]) == (
        200,
        "LOG_COLLECTION_JOB_NOT_FOUND_IN_GROUP",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"logTypes": []}, "INVALID_LOG_REQUEST_TYPES"),
        ({"logTypes": ["MONGOD"]}, "INVALID_LOG_REQUEST_TYPES"),
        ({"sizeRequestedPerFileBytes": 0}, "INVALID_LOG_REQUEST_SIZE"),
        ({"resourceType": "HOST"}, "INVALID_ENUM_VALUE"),
        ({"resourceName": None}, "MISSING_ATTRIBUTE"),
    ],
)
def test_a_bad_log_collection_job_is_refused(api, jobs, change, code):
    refused = api.post(jobs, json={**JOB, **change})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, code)


def test_diagnostics_are_an_empty_archive(api, group):
    answer = api.get(f"{group}/diagnostics?minutes=10")
    assert (answer.status_code, gzip.decompress(answer.content)) == (200, b"")


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["", "/servers", "/requests/1"])
def test_the_server_pool_is_switched_off(api, server, group, method, path):
    for url in (f"{server.url}/serverPool{path}", f"{group}/serverPool{path}"):
        answer = api.request(method, url)
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "SERVER_POOL_DISABLED")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("namespaces", {"namespaces": []}),
        ("slowQueryLogs", {"slowQueries": []}),
        ("suggestedIndexes", {"shapes": [], "suggestedIndexes": []}),
    ],
)
def test_the_performance_advisor_has_no_advice(api, host, path, body):
    assert api.get(f"{host}/performanceAdvisor/{path}").json() == body


@pytest.mark.evidence("CLIENT", "opsmanager 0.5.3, tests/test_live.py")
def test_the_performance_advisor_knows_a_host_by_its_name(api, group, host):
    assert api.get(host).json()["hostname"] == "h"
    advice = "performanceAdvisor/namespaces"
    assert api.get(f"{group}/hosts/h:27017/{advice}").json() == {"namespaces": []}
    missing = api.get(f"{group}/hosts/h:1/{advice}").json()
    assert (missing["errorCode"], missing["parameters"][0]) == ("HOST_NOT_FOUND", "h:1")


@pytest.mark.parametrize("path", ["measurements?granularity=PT1H&period=P1D", "databases", "disks"])
def test_an_unknown_host_has_no_measurements(api, group, path):
    missing = api.get(f"{group}/hosts/0/{path}")
    assert (missing.status_code, missing.json()["errorCode"]) == (404, "HOST_NOT_FOUND")


def test_measurements_have_points_without_values(api, server, host):
    requests.post(
        f"{server.admin_url}/clock/freeze", json={"at": "2026-11-28T09:00:30Z"}, timeout=9
    )
    query = "granularity=PT30S&period=PT1M30S&m=CONNECTIONS&m=SYSTEM_NORMALIZED_CPU_USER"
    body = api.get(f"{host}/measurements?{query}").json()
    requests.post(f"{server.admin_url}/clock/free", timeout=9)
    times = ["2026-11-28T08:59:30Z", "2026-11-28T09:00:00Z", "2026-11-28T09:00:30Z"]
    points = [{"timestamp": time, "value": None} for time in times]
    assert body["measurements"] == [
        {"dataPoints": points, "name": "CONNECTIONS", "units": "SCALAR"},
        {"dataPoints": points, "name": "SYSTEM_NORMALIZED_CPU_USER", "units": "PERCENT"},
    ]
    assert (body["start"], body["end"]) == ("2026-11-28T08:59:00Z", "2026-11-28T09:00:30Z")
    assert (body["hostId"], body["groupId"], list(body)) == (host[-32:], EMPTY, sorted(body))


def test_databases_and_disks_are_measured_too(api, host):
    for kind, member in (("databases", "databaseName"), ("disks", "partitionName")):
        parts = api.get(f"{host}/{kind}").json()["results"]
        url = parts[0]["links"][0]["href"]
        assert api.get(url).json() == parts[0]
        body = api.get(f"{url}/measurements?granularity=P1D&period=P2D").json()
        assert body[member] == parts[0][member]
        assert {len(each["dataPoints"]) for each in body["measurements"]} == {2}


def test_an_answer_has_no_more_points_than_can_be_made_at_once(api, host):
    body = api.get(f"{host}/measurements?granularity=PT1S&period=P9Y").json()
    assert 90_000 < sum(len(each["dataPoints"]) for each in body["measurements"]) <= 100_000


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("measurements", 400, "MISSING_QUERY_PARAMETER"),
        ("measurements?granularity=PT1H", 400, "MISSING_QUERY_PARAMETER"),
        ("measurements?granularity=1h&period=P1D", 400, "INVALID_GRANULARITY"),
        ("measurements?granularity=PT0S&period=P1D", 400, "INVALID_GRANULARITY"),
        ("measurements?granularity=PT1H&period=day", 400, "INVALID_PERIOD"),
        ("measurements?granularity=PT1H&period=P99999999D", 400, "INVALID_PERIOD"),
        (
            "measurements?granularity=PT1H&start=2026-11-28T00:00:00Z",
            400,
            "MISSING_QUERY_PARAMETER",
        ),
        ("measurements?granularity=PT1H&start=then&end=now", 400, "INVALID_QUERY_PARAMETER"),
        (
            "measurements?granularity=PT1H&start=2026-11-28T00:00:00Z&end=2026-11-27T00:00:00Z",
            400,
            "INVALID_PERIOD",
        ),
        (
            "measurements?granularity=PT1H&period=P1D&end=2026-11-28T00:00:00Z",
            400,
            "MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS",
        ),
        ("measurements?granularity=PT1H&period=P1D&m=CONNECTION", 404, "INVALID_METRIC_NAME"),
        ("databases/nothing", 404, "DATABASE_NOT_FOUND"),
        ("disks/sda/measurements?granularity=PT1H&period=P1D", 404, "DEVICE_NOT_FOUND"),
    ],
)
def test_a_bad_question_is_refused(api, host, path, status, code):
    refused = api.get(f"{host}/{path}")
    assert (refused.status_code, refused.json()["errorCode"]) == (status, code)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("groups/nothing/controlledFeature", "INVALID_GROUP_ID"),
        ("groups/nothing/logCollectionJobs", "INVALID_GROUP_ID"),
        ("orgs/nothing", "INVALID_ORG_ID"),
        ("orgs/nothing/groups", "INVALID_ORG_ID"),
        (f"groups/{EMPTY}/maintenanceWindows/nothing", "INVALID_WINDOW_ID"),
        (f"groups/{EMPTY}/logCollectionJobs/nothing", "INVALID_LOG_COLLECTION_JOB_ID"),
    ],
)
def test_an_id_that_is_none_has_an_error_of_its_own(api, server, path, code):
    refused = api.get(f"{server.url}/{path}")
    assert (refused.status_code, refused.json()["errorCode"]) == (404, code)
