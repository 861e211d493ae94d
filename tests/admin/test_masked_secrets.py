"""Masks that are written back, and secrets that must not get out."""

from __future__ import annotations

import io
import json
import logging

import pytest
import requests

from opsemu.cli.stderr_log import json_formatter
from opsemu.schemas import REGISTRY
from opsemu.schemas.fields import Secret, SecretUrl
from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, integrations, signed

MASKED = [
    ("DATADOG", {"apiKey": "*" * 28 + "c4d5"}, "apiKey"),
    ("SLACK", {"apiToken": "****1234", "teamName": "T"}, "apiToken"),
    ("WEBHOOK", {"url": "https://example.com/****"}, "url"),
    ("WEBHOOK", {"url": "https://example.com/x", "secret": "********"}, "secret"),
]


@pytest.mark.evidence("ISSUE", "terraform-provider-mongodbatlas 963: a mask written back as a key")
@pytest.mark.parametrize(("type_name", "body", "field"), MASKED)
def test_a_mask_that_is_written_back_is_a_warning(world, type_name, body, field):
    assert world.put(type_name, **body).status_code == 200
    (row,) = world.admin("GET", "/requests").json()["requests"]
    assert row["warnings"] == [
        f"{field} of {type_name} looks like a mask: was it read and sent back?"
    ]


@pytest.mark.parametrize(("type_name", "body", "field"), MASKED)
def test_a_strict_server_refuses_it(type_name, body, field):
    with Emulator(seed="empty", strict=True) as running, signed(OWNER) as session:
        url = f"{integrations(running, EMPTY)}/{type_name}"
        answer = session.put(url, json={"type": type_name, **body})
        assert (answer.status_code, answer.json()["errorCode"]) == (
            400,
            "INVALID_INTEGRATION_SETTINGS",
        )
        assert field in answer.json()["detail"]
        assert session.get(url).status_code == 404


@pytest.mark.parametrize("value", ["a*b", "1234567890", "***", "********12345"])
def test_what_is_no_mask_is_no_warning(world, value):
    world.put("SLACK", apiToken="real-token", teamName=value)
    (row,) = world.admin("GET", "/requests").json()["requests"]
    assert row["warnings"] == []


def canary(type_name, name, field):
    text = f"canary-{type_name}-{name}-of-the-mine".lower().replace("_", "-")
    return f"https://example.com/{text}" if isinstance(field, SecretUrl) else text


def planted(type_name):
    """A type's example with a canary in the place of each secret, and the canaries."""
    cls = REGISTRY[type_name]
    fields = cls._declared_fields.items()
    secrets = {
        name: canary(type_name, name, field)
        for name, field in fields
        if name in cls.example and (isinstance(field, (Secret, SecretUrl)) or field.load_only)
    }
    return {**cls.example, **secrets, "type": type_name}, secrets.values()


@pytest.fixture
def log_lines():
    """Everything that is logged meanwhile, as text and as JSON."""
    lines = io.StringIO()
    text, as_json = logging.StreamHandler(lines), logging.StreamHandler(lines)
    as_json.setFormatter(json_formatter())
    logger = logging.getLogger("opsemu")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    logger.addHandler(text)
    logger.addHandler(as_json)
    yield lines
    logger.removeHandler(text)
    logger.removeHandler(as_json)
    logger.setLevel(level)


ADMIN = ("/requests", "/requests/unmatched", "/state", "/snapshots/s", "/faults", "/config")
ADMIN += ("/snapshots/diff?before=s", "/metrics", "/coverage", "/worlds", "/openapi.json")


@pytest.mark.parametrize("type_name", sorted(REGISTRY))
def test_no_canary_leaves_the_process(world, log_lines, type_name):
    body, canaries = planted(type_name)
    heard = []
    world.admin("POST", "/snapshots", json={"name": "s"})
    for method in ("POST", "PUT", "GET", "DELETE"):
        heard.append(world.session.request(method, f"{world.url}/{type_name}", json=body).text)
    world.put(type_name, **{**body, "nothing": list(canaries)})
    world.put(type_name, **{**body, "type": type_name})
    world.admin("POST", "/faults", json={"name": "mongodb.unexpected_error", "times": 1})
    world.put(type_name, **body)
    for secret in canaries:
        requests.get(world.url, headers={"Authorization": secret})
        requests.get(world.url, headers={"Authorization": f"Bearer {secret}"})
        requests.get(world.url, auth=(secret, secret))
        world.session.get(f"{world.url}/{secret}?apiKey={secret}")
    heard += [world.admin("GET", path).text for path in ADMIN]
    project = {"project": world.made["mongodb"]["projects"][0]["id"]}
    heard.append(world.admin("GET", "/integrations", params=project).text)
    assert type_name in heard[-1]
    rows = world.admin("GET", "/requests").json()["requests"]
    heard += [world.admin("GET", f"/requests/{row['id']}/explain").text for row in rows]
    out = "\n".join([*heard, log_lines.getvalue()])
    assert [secret for secret in [*canaries, world.key[1]] if secret in out] == []


def test_the_log_has_a_line_for_each_call_with_its_reason(world, log_lines):
    world.session.get(f"{world.url}/DATADOG")
    signed((world.key[0], "wrong")).get(world.url)
    lines = log_lines.getvalue().splitlines()
    found = [json.loads(line) for line in lines if line.startswith("{")]
    assert [row["status"] for row in found if row["level"] == "INFO"] == [404, 401]
    assert found[1]["operation"] == "getIntegration"
    assert any("404 getIntegration" in line and "[ISSUE]" in line for line in lines)
    assert any("was not made with the private key" in line for line in lines)


def test_no_canary_of_opsramp_leaves_the_process(world, log_lines):
    made = world.made["opsramp"]["tenants"][0]
    key = made["keys"][0]
    form = {"grant_type": "client_credentials", "client_id": key["key"]}
    form["client_secret"] = key["secret"]
    base, heard = world.server.base_url, []
    token = requests.post(f"{base}/auth/oauth/token", data=form).json()["access_token"]
    secrets = {name: f"canary-{name}-of-the-mine" for name in ("password", "apiSecret")}
    notifier = {"type": "REST_API", "baseURI": "www.example.com", "authType": "OAUTH2", **secrets}
    url = f"{base}/api/v2/tenants/{made['id']}/integrations/install/CUSTOM"
    body = {
        "displayName": "Mine",
        "category": "Custom",
        "outboundConfig": {"baseNotifier": notifier},
    }
    world.admin("POST", "/snapshots", json={"name": "s"})
    answer = requests.post(url, json=body, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    heard = [answer.text, *(world.admin("GET", path).text for path in ADMIN)]
    heard.append(world.admin("GET", "/installed", params={"tenant": made["id"]}).text)
    assert "REST_API" in heard[-1]
    out = "\n".join([*heard, log_lines.getvalue()])
    hidden = [*secrets.values(), key["secret"], token]
    assert [secret for secret in hidden if secret in out] == []
