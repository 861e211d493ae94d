"""The expectation is the recording: challenges, headers, errors."""

from __future__ import annotations

import re

import pytest

from opsemu.server import Emulator
from opsemu.store import Owner

from ..conftest import DEMO, OWNER, tear
from ..recordings import FULL, NONE, case, each, header, header_names, level, recorded, said
from ..wire import API, ask, body_of, call, fresh_nonce, key_with, seed_file

SLACK = f"{FULL}/SLACK"
# Ops Manager's challenge is the one that Atlas had until July 2026.
SINCE = ',\n  "errorCode" : "UNEXPECTED_ERROR"'
PROMETHEUS = body_of("PROMETHEUS", sendCollectionLatencyMetrics=False)


@each("om-seed-create-slack")
def test_the_documented_example_is_answered_value_for_value(server, name):
    theirs = recorded(name)
    ours = call(server, "POST", SLACK, theirs["request"]["body"]).body.decode()
    expected = theirs["response"]["body"].replace("https://<OpsManagerHost>:<Port>", "BASE")
    assert ours.replace(server.base_url, "BASE") == expected.replace("{PROJECT-ID}", DEMO)


@pytest.mark.trap(29, "no header betrays the emulator")
@pytest.mark.trap(30, "X-MongoDB-Service-Version tells the version")
@each("om-2023-09-05-put-automationconfig")
def test_headers_come_in_the_recorded_order_and_case(server, name):
    ours = call(server, "PUT", SLACK, {"type": "SLACK"}).headers
    theirs = recorded(name)["response"]["headers"]
    assert [key for key, _ in ours] == [key for key, _ in theirs]
    for (key, mine), (_, real) in zip(ours, theirs, strict=True):
        if key not in ("Date", "Content-Length"):
            assert mine.partition("versionString=")[:2] == real.partition("versionString=")[:2]


@each(
    "v2-2025-401-challenge-no-errorcode",
    "v2-2025-401-challenge-delete-empty",
    "v2-2026-08-10-401-challenge",
)
def test_the_first_answer_is_the_recorded_challenge(server, name):
    ours = ask(server, recorded(name)["request"]["method"], FULL)
    status, body = said(name)
    assert (ours.status, ours.body.decode()) == (status, body.replace(SINCE, ""))
    assert header_names(ours.headers) == header_names(recorded(name)["response"]["headers"])
    assert ours.header("Content-Type") == header(name, "Content-Type")
    assert level(ours.header("WWW-Authenticate")) == level(header(name, "WWW-Authenticate"))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        case("v2-2026-08-10-401-wrong-private-key", (OWNER[0], "wrong")),
        case("v2-2026-08-10-401-wrong-public-key", ("wrong", OWNER[1])),
    ],
)
def test_a_wrong_key_is_told_what_was_recorded(server, name, key):
    ours = call(server, "POST", SLACK, body_of("SLACK"), key=key)
    status, body = said(name)
    assert (ours.status, ours.body.decode()) == (status, body.replace(SINCE, ""))
    assert level(ours.header("WWW-Authenticate")) == level(header(name, "WWW-Authenticate"))


@each("v1-2020-09-16-get-clusters-headers")
def test_a_nonce_is_used_again_as_recorded(server, name):
    nonce = fresh_nonce(server)
    counts = re.findall(r"nc=(\d+)", recorded(name)["notes"])
    assert len(counts) == 2
    for count in counts:
        answer = call(server, "GET", FULL, nonce=nonce, nc=count)
        assert answer.status == recorded(name)["response"]["status"]


@pytest.mark.trap(17, "errors are application/json and nothing more")
@pytest.mark.parametrize(
    ("name", "method", "path", "body"),
    [
        case("v1-2020-404-integration-not-configured", "GET", f"{NONE}/WEBHOOK", None),
        case(
            "v1-2023-409-integration-already-configured",
            "POST",
            f"{NONE}/DATADOG",
            body_of("DATADOG"),
        ),
        case("v1-docs-404-unknown-path", "GET", f"{API}/softwareComponents/version", None),
        case("v2-2025-400-invalid-attribute", "POST", f"{NONE}/PROMETHEUS", PROMETHEUS),
    ],
)
def test_an_error_is_the_recorded_one(server, name, method, path, body):
    call(server, "PUT", f"{NONE}/DATADOG", body_of("DATADOG"))
    ours = call(server, method, path, body)
    assert (ours.status, level(ours.body.decode())) == said(name)
    assert ours.header("Content-Type") == "application/json"


@pytest.mark.parametrize(
    ("name", "listed"),
    [case("v2-2026-08-10-404-group-not-found", []), case("v2-403-ip-access-list", ["192.0.2.1"])],
)
def test_a_refusal_of_a_global_key_is_the_recorded_one(tmp_path, name, listed):
    key = key_with({"roleName": "GLOBAL_OWNER"}, accessList=listed)
    with Emulator(seed=seed_file(tmp_path, apiKeys=[key])) as server:
        ours = call(server, "GET", FULL.replace(DEMO, "1" * 24))
    assert (ours.status, level(ours.body.decode())) == said(name)


@each("v2-500-unexpected")
def test_a_failure_inside_is_the_recorded_one(server, name):
    tear(server.store, Owner("default", "project", NONE.split("/")[-2]), b"torn")
    ours = call(server, "GET", NONE)
    assert (ours.status, ours.body.decode()) == said(name)
    assert ours.header("Content-Type") == header(name, "Content-Type")
