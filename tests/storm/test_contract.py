"""Schemathesis against the documents that opsemu makes of the APIs it emulates.

And against the constraints of Atlas' integrations, written down from the vendor's document.
"""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest
import requests

from opsemu.admin.docs import NAMES
from opsemu.server import Emulator

from ..conftest import ADMIN, EMPTY, HIDDEN, OWNER
from .test_control_plane import TOOL

ACCOUNT = {
    "grant_type": "client_credentials",
    "client_id": "mdb_sa_id_c0ffeec0ffeec0ffeec0ffee",
    "client_secret": "mdb_sa_sk_demo_00000000000000000000000000000000",
}
# Half a minute a document: the coverage phase makes tens of thousands of requests.
OPTIONS = ("--phases", "examples,fuzzing", "--max-examples", "2", "--seed", "1")
OPTIONS += ("--continue-on-failure", "--warnings", "off", "--suppress-health-check", "all")
TRUE = "status_code_conformance,content_type_conformance,response_schema_conformance"
# What is in the demo; what would end the run: its own project, organization and key.
SETTINGS = f"""
[generation]
with-security-parameters = false

[parameters]
"path.groupId" = "{EMPTY}"
"path.orgId" = "decafbaddecafbaddecafbad"
"path.tenantId" = "client_8"

[[operations]]
include-operation-id = ["deleteGroup", "deleteOrg"]
parameters = {{"path.groupId" = "{HIDDEN}", "path.orgId" = "badc0ffeebadc0ffeebadc0f"}}

[[operations]]
include-method = ["DELETE", "PATCH"]
include-path-regex = "/apiKeys/.keyId.$"
parameters = {{"path.keyId" = "{"0" * 24}"}}
"""
SIGN = """
import os
import schemathesis
from requests.auth import HTTPDigestAuth

schemathesis.auth.set_from_requests(HTTPDigestAuth(*os.environ["KEY"].split(":")))
"""
TOKEN = {
    "grant_type": "client_credentials",
    "client_id": "opsemu-demo-key",
    "client_secret": "opsemu-demo-secret",
}
MEDIA_TYPE = "application/vnd.atlas.2023-01-01+json"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance"
CHECKS += ",response_schema_conformance,negative_data_rejection"
UNSET = ({"type": "null"}, {"type": "string", "maxLength": 0})
TEXT, FLAG = {"type": "string", "minLength": 1}, {"type": "boolean"}
URL = {"type": "string", "enum": ["https://example.com/hook"]}


def one_of(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": [*values]}


HEXADECIMAL, UUID = one_of("0123456789abcdef" * 2), one_of("00000000-aaaa-4222-8bbb-333333333311")
# Attributes of each type (SPEC); the required ones come first, so many as the number says.
TYPES: dict[str, tuple[int, dict[str, Any]]] = {
    "PAGER_DUTY": (1, {"serviceKey": HEXADECIMAL, "region": one_of("US", "EU")}),
    "SLACK": (1, {"apiToken": TEXT, "teamName": TEXT, "channelName": TEXT}),
    "DATADOG": (
        1,
        {
            "apiKey": HEXADECIMAL,
            "region": one_of("US", "EU", "US3", "US5", "AP1", "US1_FED"),
            "sendCollectionLatencyMetrics": FLAG,
            "sendDatabaseMetrics": FLAG,
        },
    ),
    "NEW_RELIC": (
        4,
        {"accountId": TEXT, "licenseKey": TEXT, "readToken": TEXT, "writeToken": TEXT},
    ),
    "OPS_GENIE": (1, {"apiKey": UUID, "region": one_of("US", "EU")}),
    "VICTOR_OPS": (1, {"apiKey": UUID, "routingKey": TEXT}),
    "WEBHOOK": (1, {"url": URL, "secret": TEXT}),
    "PROMETHEUS": (
        3,
        {
            "username": TEXT,
            "serviceDiscovery": one_of("http", "file"),
            "enabled": FLAG,
            "password": TEXT,
        },
    ),
    "MICROSOFT_TEAMS": (1, {"microsoftTeamsWebhookUrl": URL}),
}


def body(name: str, *, is_new: bool) -> dict[str, Any]:
    """What a client sends to create or change an integration of a type.

    A change may leave out anything. An attribute that may be left out may be null, and empty.
    """
    count, attributes = TYPES[name]
    required = list(attributes)[: count if is_new else 0]
    optional = {each: {"anyOf": [attributes[each], *UNSET]} for each in attributes}
    return {
        "type": "object",
        "properties": {
            "type": one_of(name),
            **{each: (attributes if each in required else optional)[each] for each in attributes},
        },
        "required": ["type", *required],
        "additionalProperties": False,
    }


def answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": "", "content": {MEDIA_TYPE: {"schema": schema}}}


def document() -> dict[str, Any]:
    """An OpenAPI document with the operations on each type's integration."""
    integration = {"type": "object", "properties": {"type": one_of(*TYPES)}, "required": ["type"]}
    page = {
        "type": "object",
        "properties": {
            "results": {"type": "array", "items": integration},
            "totalCount": {"type": "integer"},
            "links": {"type": "array"},
        },
        "required": ["results", "totalCount", "links"],
    }
    error = {
        "type": "object",
        "properties": {
            "error": {"type": "integer"},
            "errorCode": {"type": "string"},
            "reason": {"type": "string"},
            "detail": {"type": "string"},
            "parameters": {"type": "array"},
        },
        "required": ["error", "errorCode", "reason", "detail"],
        "additionalProperties": False,
    }
    failures = {
        status: {"description": "", "content": {"application/json": {"schema": error}}}
        for status in ("400", "404", "409")
    }
    failures["415"] = {"description": ""}
    collection = f"/api/atlas/v2/groups/{EMPTY}/integrations"
    paths: dict[str, Any] = {collection: {"get": {"responses": {"200": answer(page), **failures}}}}
    for name in TYPES:
        new, changed = (
            {"required": True, "content": {MEDIA_TYPE: {"schema": body(name, is_new=is_new)}}}
            for is_new in (True, False)
        )
        listed = {"responses": {"200": answer(page), **failures}}
        paths[f"{collection}/{name}"] = {
            "get": {"responses": {"200": answer(integration), **failures}},
            "post": {"requestBody": new, **listed},
            "put": {"requestBody": changed, **listed},
            "delete": {"responses": {"204": {"description": ""}, **failures}},
        }
    return {"openapi": "3.1.0", "info": {"title": "Integrations", "version": "1"}, "paths": paths}


@pytest.mark.storm
@pytest.mark.skipif(not TOOL.exists(), reason="make storm installs schemathesis")
@pytest.mark.evidence("SPEC", "attributes, enumerations and required ones of each type")
def test_what_the_contract_does_not_allow_is_refused(tmp_path):
    (tmp_path / "contract.json").write_text(json.dumps(document()))
    with Emulator(seed="demo") as running:
        token = requests.post(f"{running.base_url}/api/oauth/token", data=ACCOUNT, timeout=10)
        command = [TOOL, "run", tmp_path / "contract.json", "--url", running.base_url]
        command += ["--header", f"Authorization: Bearer {token.json()['access_token']}"]
        command += ["--header", f"Accept: {MEDIA_TYPE}", "--checks", CHECKS]
        command += ["--phases", "coverage,fuzzing", "--seed", "1", "--max-examples", "50"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.storm
@pytest.mark.skipif(not TOOL.exists(), reason="make storm installs schemathesis")
@pytest.mark.parametrize("name", NAMES)
def test_each_document_of_an_api_is_true(tmp_path, name, caplog):
    (tmp_path / "sign.py").write_text(SIGN)
    (tmp_path / "settings.toml").write_text(SETTINGS)
    profile = name if name == "cloud-manager" else "ops-manager"
    with Emulator(seed="demo", profile=profile) as running:
        described = requests.get(f"{running.admin_url}/openapi/{name}.json", timeout=10)
        (tmp_path / "document.json").write_text(described.text)
        command = [TOOL, "--config-file", tmp_path / "settings.toml", "run"]
        command += [tmp_path / "document.json", "--url", running.base_url, "--checks", TRUE]
        command += [*OPTIONS, "--header", "Accept: application/vnd.atlas.2099-01-01+json"]
        environment = dict(os.environ)
        if name == "opsramp":
            answer = requests.post(f"{running.base_url}/auth/oauth/token", TOKEN, timeout=10)
            command += ["--header", f"Authorization: Bearer {answer.json()['access_token']}"]
        else:
            key = ":".join(ADMIN if name == "ops-manager" else OWNER)
            environment |= {"SCHEMATHESIS_HOOKS": str(tmp_path / "sign.py"), "KEY": key}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout
    assert [record for record in caplog.records if record.exc_info] == []
