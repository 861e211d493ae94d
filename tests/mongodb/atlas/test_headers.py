"""What Atlas says in headers, and what it wants to read there."""

from __future__ import annotations

import pytest
import requests

from ...conftest import DEMO, EMPTY
from .conftest import ACCEPT, ATLAS, PREFIXES

GUARDS = {
    "strict-transport-security": "max-age=31536000; includeSubdomains;",
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-permitted-cross-domain-policies": "none",
    "x-content-type-options": "nosniff",
    "server": "mdbws",
}
SET = GUARDS.keys() | {
    "content-length",
    "content-type",
    "date",
    "ratelimit-limit",
    "ratelimit-remaining",
    "x-envoy-upstream-service-time",
    "x-frame-options",
    "x-java-method",
    "x-java-version",
    "x-mongodb-service-version",
}
VND = "application/vnd.atlas.2023-01-01+json;charset=utf-8"
LIST = f"/groups/{DEMO}/integrations"


def lower(answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def bucket(answer) -> int:
    return int(answer.headers["Ratelimit-Remaining"])


@pytest.mark.evidence("RECORDED", "Atlas v2, 2026-08: the whole set; INFERRED the same for v1.0")
@pytest.mark.parametrize("family", ATLAS)
def test_atlas_sends_the_recorded_headers_and_no_others(callers, family):
    found = lower(callers[family]("GET", LIST))
    assert found.keys() == SET
    assert found.items() >= GUARDS.items()
    assert found["x-java-method"] == "ApiGroupIntegrationsResource::getIntegrations"


@pytest.mark.evidence("RECORDED", "Ops Manager, 2023: none of the proxy's or of Atlas's headers")
def test_ops_manager_sends_none_of_them(callers):
    found = lower(callers["ops-manager"]("GET", LIST))
    more = {"ratelimit-limit", "ratelimit-remaining", "server", "x-envoy-upstream-service-time"}
    assert found.keys() == SET - more - {"x-java-method", "x-java-version"}


@pytest.mark.evidence("RECORDED", "Atlas v2: errors are application/json and name their code")
@pytest.mark.parametrize("family", ATLAS)
def test_an_error_of_atlas_names_its_code_in_a_header(callers, family):
    answer = callers[family]("GET", f"{LIST}/WEBHOOK")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Error-Code"] == answer.json()["errorCode"]
    assert "X-Error-Code" not in callers["ops-manager"]("GET", f"{LIST}/WEBHOOK").headers


@pytest.mark.evidence("RECORDED", "1199 to 1192 across POST, GET and DELETE of one project")
def test_the_calls_of_a_projects_integrations_share_a_bucket(v2):
    assert bucket(v2("GET", LIST)) == 1199
    assert bucket(v2("PUT", f"{LIST}/SLACK", {"type": "SLACK"})) == 1198
    assert bucket(v2("DELETE", f"{LIST}/SLACK")) == 1197
    assert bucket(v2("GET", f"/groups/{EMPTY}/integrations")) == 1199
    assert bucket(v2("GET", f"/groups/{DEMO}")) == 1199


@pytest.mark.evidence("RECORDED", "GROUP_NOT_FOUND comes before limits and version are known")
@pytest.mark.parametrize("family", ATLAS)
def test_an_unknown_project_is_refused_before_the_limiter(callers, family):
    answer = callers[family]("GET", f"/groups/{'1' * 24}/integrations")
    assert answer.json()["errorCode"] == "GROUP_NOT_FOUND"
    assert not lower(answer).keys() & {"ratelimit-limit", "x-mongodb-service-version"}


@pytest.mark.evidence("ISSUE", "two third parties saw it without a versioned Accept")
@pytest.mark.evidence("INFERRED", "`*/*`, preview and dates before the first version are none")
@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "application/vnd.atlas.preview+json",
        "application/vnd.atlas.2022-12-31+json",
        "application/vnd.atlas.2023-13-01+json",
        "application/vnd.atlas.2023-1-1+json",
        "",
    ],
)
def test_atlas_v2_wants_a_version(v2, accept):
    answer = v2("GET", LIST, headers={"Accept": accept})
    assert (answer.status_code, answer.json()["errorCode"]) == (406, "INVALID_VERSION_DATE")


@pytest.mark.evidence("SPEC", "a later date means the newest version that is no younger")
@pytest.mark.parametrize(
    ("path", "asked", "got"),
    [
        (LIST, "2023-01-01", "2023-01-01"),
        (LIST, "2026-05-05", "2023-01-01"),
        (f"/groups/{DEMO}/clusters", "2023-01-01", "2023-01-01"),
        (f"/groups/{DEMO}/clusters", "2024-08-04", "2023-02-01"),
        (f"/groups/{DEMO}/clusters", "2024-08-05", "2024-08-05"),
    ],
)
def test_atlas_v2_answers_the_version_that_the_date_means(v2, path, asked, got):
    answer = v2("GET", path, headers={"Accept": f"application/vnd.atlas.{asked}+json"})
    assert answer.headers["Content-Type"] == f"application/vnd.atlas.{got}+json;charset=utf-8"


@pytest.mark.evidence(
    "INFERRED", "DOCS: it answers application/json; of other types nothing is said"
)
@pytest.mark.parametrize("accept", ["*/*", ACCEPT, "text/html"])
def test_atlas_v1_takes_any_accept(callers, accept):
    answer = callers["atlas-v1"]("GET", LIST, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")


@pytest.mark.evidence("CLIENT", "the Go SDK sends the versioned type, the operator plain JSON")
@pytest.mark.parametrize(
    ("family", "sent", "status"),
    [
        ("atlas-v2", "application/vnd.atlas.2023-01-01+json", 200),
        ("atlas-v2", "application/json; charset=UTF-8", 200),
        ("atlas-v2", "text/plain", 415),
        ("atlas-v2", "application/vnd.atlas.2023-01-01+csv", 415),
        ("atlas-v1", "application/json; charset=UTF-8", 200),
        ("atlas-v1", "application/vnd.atlas.2023-01-01+json", 415),
    ],
)
def test_a_body_is_read_by_its_type(callers, family, sent, status):
    body = b'{"type":"SLACK","apiToken":"t"}'
    answer = callers[family]("PUT", f"{LIST}/SLACK", data=body, headers={"Content-Type": sent})
    assert answer.status_code == status


@pytest.mark.evidence("RECORDED", "Atlas v2: also the 204, which has no length")
def test_a_removal_names_the_media_type(v2):
    found = lower(v2("DELETE", f"{LIST}/SLACK"))
    assert found.keys() == SET - {"content-length"}
    assert found["content-type"] == VND


@pytest.mark.evidence("RECORDED", "Atlas, 2026-08-10: 142 bytes for every method")
@pytest.mark.parametrize("family", PREFIXES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_the_challenge_of_each_family(server, family, method):
    answer = requests.request(method, f"{server.base_url}{PREFIXES[family]}{LIST}")
    atlas, paged = family in ATLAS, method in ("GET", "POST")
    assert answer.status_code == 401
    assert len(answer.content) == (142 if atlas else 106 if paged else 0)
    assert answer.headers["WWW-Authenticate"].startswith('Digest realm="MMS Public API", domain=')
    assert answer.headers.get("Server") == ("mdbws" if atlas else None)


@pytest.mark.evidence("RECORDED", "Atlas v2, 2025-04: a list asked for with a slash keeps it")
@pytest.mark.parametrize("family", PREFIXES)
def test_a_slash_at_the_end_is_kept_in_links(callers, family):
    links = callers[family]("GET", "/groups/?itemsPerPage=1").json()["links"]
    base = f"{callers[family].url}/groups/?"
    assert [link["rel"] for link in links] == ["self", "next"]
    assert links[0]["href"] == f"{base}pageNum=1&itemsPerPage=1"
    assert links[1]["href"] == f"{base}itemsPerPage=1&pageNum=2"
