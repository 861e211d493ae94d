"""The OpenAPI documents of the emulated APIs: complete, valid, and true of what comes."""

from __future__ import annotations

import re
from functools import cache

import pytest
import requests
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from opsemu.admin.docs import NAMES
from opsemu.admin.openapi.families import document as document_of
from opsemu.api.coverage import coverage
from opsemu.application import create_app
from opsemu.config import Config
from tests.conftest import ADMIN, EMPTY, OWNER, signed

URL = "http://localhost:8080"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ORGANIZATION = "decafbaddecafbaddecafbad"
FAMILIES = {"atlas-v2": ("atlas-v2", "atlas-oauth", "atlas-private")}
PREFIXES = {"ops-manager": "/api/public/v1.0", "atlas-v2": "/api/atlas/v2"}
# What refuses each request.
REFUSING = {
    "getCheckpoint", "getProjectServerPool", "getServerPool", "getUserAccessList",
    "getUserWhitelist", "retryLogCollectionJob",
}  # fmt: skip
IDS = {"groupId": EMPTY, "orgId": ORGANIZATION, "tenantId": "client_8"}


@cache
def describe(name):
    """A document as the server answers with it."""
    return document_of(name, create_app, Config().profile, URL)


def get(server, name):
    answer = requests.get(f"{server.admin_url}/openapi/{name}.json", timeout=9)
    assert answer.status_code == 200
    return answer.json()


@pytest.fixture(params=NAMES)
def document(request):
    return describe(request.param)


def operations(document):
    return [
        (path, method.upper(), operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def validator(document, schema):
    return Draft202012Validator({**schema, "components": document["components"]})


def parts(value, name):
    """All members of a name, however deep."""
    if isinstance(value, dict):
        if name in value:
            yield value[name], value
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from parts(item, name)


@pytest.mark.storm
@pytest.mark.parametrize("name", NAMES)
def test_each_document_is_valid_openapi(name):
    validate(describe(name))


def test_every_reference_leads_to_a_component(document):
    references = {target for target, _ in parts(document, "$ref")}
    for reference in references:
        _, components, kind, name = reference.split("/")
        assert name in document[components][kind]


@pytest.mark.parametrize(
    ("profile", "names"),
    [("ops-manager", {*NAMES} - {"cloud-manager"}), ("cloud-manager", {"cloud-manager"})],
)
def test_every_operation_that_is_served_is_described_and_no_other(profile, names):
    app = create_app(Config(seed="empty", profile=profile))
    rows = coverage(app.extensions["opsemu"])
    for name in names:
        families = FAMILIES.get(name, (name,))
        served = {row["operation"] for row in rows if row["family"] in families} - {None}
        ids = [operation["operationId"] for _, _, operation in operations(describe(name))]
        assert len(ids) == len(set(ids))
        assert served <= {*ids}
        assert {re.sub(r"\d+$", "", each) for each in {*ids} - served} <= served


def test_every_operation_says_what_is_known_and_what_comes(document):
    for path, method, operation in operations(document):
        assert operation["x-evidence"] in ("RECORDED", "SPEC", "DOCS", "CLIENT", "INFERRED")
        name = re.sub(r"\d+$", "", operation["operationId"])
        has_success = any(status < "300" for status in operation["responses"])
        assert has_success or name in REFUSING, f"{name}: run python -m tests.operation_answers"
        assert operation["summary"].endswith("."), operation
        names = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
        assert names == {*re.findall(r"\{(\w+)\}", path)}
        assert method in METHODS


def test_examples_have_the_form_of_their_schemas(document):
    """Recorded ones too, which may have members that are not emulated."""
    count = 0
    for examples, media in parts(document["paths"], "examples"):
        for example in examples.values():
            if "$ref" in example:
                example = document["components"]["examples"][example["$ref"].split("/")[-1]]
            validator(document, media["schema"]).validate(example["value"])
            count += 1
    assert count > 100


def test_integrations_are_told_apart_by_their_type():
    body = describe("ops-manager")["paths"][
        "/api/public/v1.0/groups/{groupId}/integrations/{typeName}"
    ]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["discriminator"] == {"propertyName": "type"}
    assert len(body["oneOf"]) > 5


def test_bodies_of_atlas_v2_have_the_dates_of_their_versions():
    described = describe("atlas-v2")["paths"]["/api/atlas/v2/groups/{groupId}/clusters"]["get"]
    assert list(described["responses"]["200"]["content"]) == [
        f"application/vnd.atlas.{date}+json" for date in ("2023-01-01", "2023-02-01", "2024-08-05")
    ]


def test_clients_are_told_the_address_that_they_use_and_how_to_sign(server):
    atlas, opsramp = get(server, "atlas-v2"), get(server, "opsramp")
    assert atlas["servers"] == [{"url": server.base_url}]
    assert atlas["components"]["securitySchemes"]["digest"] == {"type": "http", "scheme": "digest"}
    tokens = opsramp["components"]["securitySchemes"]["token"]["flows"]["clientCredentials"]
    assert tokens["tokenUrl"] == f"{server.base_url}/auth/oauth/token"
    assert opsramp["security"] == [{"bearer": []}, {"token": []}]


def test_an_operation_says_where_it_needs_other_credentials_or_none():
    paths = describe("ops-manager")["paths"]
    assert paths["/api/private/unauth/version"]["get"]["security"] == []
    targets = paths["/prometheus/v1.0/groups/{groupId}/discovery"]["get"]
    assert targets["security"] == [{"basic": []}, {"digest": []}]
    assert "security" not in paths["/api/public/v1.0/groups"]["get"]


def test_no_other_document_is_there(server):
    answer = requests.get(f"{server.admin_url}/openapi/atlas.json", timeout=9)
    assert answer.status_code == 404
    assert "ops-manager" in answer.json()["message"]


def session_for(server, name):
    """A session of a key with all rights, or with OpsRamp's token."""
    if name != "opsramp":
        session = signed(ADMIN if name == "ops-manager" else OWNER)
        session.headers["Accept"] = "application/vnd.atlas.2099-01-01+json"
        return session
    key = {"client_id": "opsemu-demo-key", "client_secret": "opsemu-demo-secret"}
    form = {"grant_type": "client_credentials", **key}
    token = requests.post(f"{server.base_url}/auth/oauth/token", form, timeout=9).json()
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token['access_token']}"
    return session


@pytest.mark.parametrize("name", ["ops-manager", "atlas-v2", "opsramp"])
def test_what_comes_is_what_the_document_says(server, name):
    """Each GET, without credentials, for what is not there, and for what is."""
    document, session = describe(name), session_for(server, name)
    for path, method, operation in operations(document):
        if method != "GET" or path.startswith("/monitor"):
            continue
        there = re.sub(r"\{(\w+)\}", lambda match: IDS.get(match[1], "0" * 24), path)
        missing = re.sub(r"\{\w+\}", "0" * 24, path)
        answers = [requests.get(server.base_url + there, timeout=9)]
        answers += [session.get(server.base_url + each) for each in {there, missing}]
        for answer in answers:
            described = operation["responses"].get(str(answer.status_code))
            assert described, (path, answer.status_code, answer.text)
            content = described.get("content", {})
            media_type = answer.headers.get("Content-Type", "").partition(";")[0]
            if answer.content and content and "json" in media_type:
                assert media_type in content, path
                validator(document, content[media_type]["schema"]).validate(answer.json())


@pytest.mark.parametrize("name", ["ops-manager", "atlas-v2"])
def test_what_is_called_required_is_required(server, name):
    document, session = describe(name), session_for(server, name)
    checked = 0
    for path, method, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        schema = next(iter(content.values()), {}).get("schema", {})
        component = schema.get("$ref", "").split("/")[-1]
        required = document["components"]["schemas"].get(component, {}).get("required")
        if required:
            url = re.sub(r"\{(\w+)\}", lambda match: IDS.get(match[1], "0" * 24), path)
            answer = session.request(method, server.base_url + url, json={})
            assert 400 <= answer.status_code < 500, (path, answer.text)
            checked += 1
    assert checked >= 30


@pytest.mark.parametrize("name", ["ops-manager", "atlas-v2"])
def test_each_attribute_that_an_integration_needs_is_required(server, name):
    document, session = describe(name), session_for(server, name)
    schemas = document["components"]["schemas"]
    bodies = [schemas[each] for each in schemas if not each.endswith("Changes")]
    bodies = [body for body in bodies if "example" in body]
    assert bodies
    for body in bodies:
        example = body["example"]
        validator(document, body).validate(example)
        url = f"{server.base_url}{PREFIXES[name]}/groups/{EMPTY}/integrations/{example['type']}"
        for missing in {*body["required"]} - {"type"}:
            sent = {each: example[each] for each in example if each != missing}
            assert session.post(url, json=sent).status_code == 400
        assert session.post(url, json=example).status_code == 200
