"""All mistakes of a seed are told at once, each with its place and the nearest name."""

from __future__ import annotations

import json
import re

import pytest
import requests

from opsemu.application import SEEDS
from opsemu.worlds.clock import Clocks
from opsemu.worlds.seed_errors import MAX_MISTAKES, SeedError
from opsemu.worlds.seed_files import BUILT_IN

ORG, PROJECT = "a" * 24, "b" * 24


def project(number=0, **members):
    return {"id": f"{number:024x}", "name": f"P{number}", "orgId": ORG, **members}


def key(*roles):
    return {"publicKey": "k", "privateKey": "p", "roles": list(roles)}


def mistakes(**document):
    with pytest.raises(SeedError) as refused:
        SEEDS.read(document, "s", Clocks().time("seed"))
    assert str(refused.value).startswith("seed s: ")
    return str(refused.value).removeprefix("seed s: ").split(" | ")


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            {"projects": [project(), project(1, name="P0")]},
            "projects[1].name: 'P0' is the name of projects[0], too",
        ),
        (
            {"apiKeys": [key({"roleName": "ORG_ONWER", "orgId": ORG})]},
            "apiKeys[0].roles[0].roleName: there is no role 'ORG_ONWER'; did you mean 'ORG_OWNER'?",
        ),
        (
            {
                "projects": [project()],
                "apiKeys": [key({"roleName": "GROUP_OWNER", "groupId": f"{16:024x}"})],
            },
            f"apiKeys[0].roles[0].groupId: there is no project of the seed '{16:024x}'"
            f"; did you mean '{0:024x}'?",
        ),
        (  # as YAML may have it
            {"stubs": [{"path": "/api/x", "body": {1: 2}}]},
            "stubs[0].body: not JSON: Dict key must be str",
        ),
        (
            {"serviceAccounts": [key({"roleName": "ORG_OWNER", "orgId": ORG})]},
            "serviceAccounts[0].clientId: Missing data for required field.",
        ),
        (
            {"apiKeys": [key({"roleName": "ORG_OWNER", "orgId": ORG})]},
            f"apiKeys[0].roles[0].orgId: there is no organization of the seed '{ORG}'",
        ),
        (
            {"projects": [project(integrations=[{"type": "PAGERDUTY"}])]},
            "projects[0].integrations[0]: there is no type 'PAGERDUTY'; did you mean 'PAGER_DUTY'?",
        ),
        (
            {"projects": [project(integrations=[{"type": "DATADOG", "apikey": "x"}])]},
            "projects[0].integrations[0]: INVALID_ATTRIBUTE apikey; did you mean 'apiKey'?",
        ),
        (
            {"projects": [project(integrations=[{"type": "DATADOG"}])]},
            "projects[0].integrations[0]: MISSING_ATTRIBUTE apiKey",
        ),
        ({"project": []}, "project: Unknown field; did you mean 'projects'?"),
        (
            {"projects": [{"id": PROJECT, "name": "P", "ordId": ORG, "orgId": ORG}]},
            "projects[0].ordId: Unknown field; did you mean 'orgId'?",
        ),
    ],
)
def test_a_mistake_has_its_place_and_the_nearest_name(document, sentence):
    assert any(told.startswith(sentence) for told in mistakes(**document))


def test_all_mistakes_are_told_at_once():
    bad = [{"type": "DATADOG"}, {"type": "SLACK"}]
    told = mistakes(
        projects=[project(integrations=bad), project(1, name="P0")],
        apiKeys=[key({"roleName": "GROUP_OWNER", "groupId": PROJECT})],
        tenants=[{"id": "t", "name": "T", "installed": [{}, {"integration": 5}]}],
    )
    assert [sentence.partition(":")[0] for sentence in told] == [
        "projects[0].integrations[0]",
        "projects[0].integrations[1]",
        "projects[1].name",
        "apiKeys[0].roles[0].groupId",
        "tenants[0].installed[0]",
        "tenants[0].installed[1]",
    ]
    assert len(mistakes(projects=[{}], apiKeys=[{}])) == 6


def test_of_many_mistakes_the_rest_is_counted():
    told = mistakes(projects=[project(each, name="P") for each in range(100)])
    assert (len(told), told[-1]) == (MAX_MISTAKES + 1, f"and {99 - MAX_MISTAKES} more")


def test_projects_of_two_organizations_may_have_one_name():
    other = project(1, name="P0", orgId="c" * 24)
    assert SEEDS.read({"projects": [project(), other]}, "s", Clocks().time("seed"))


def test_a_seed_has_a_json_schema(server):
    schema = requests.get(f"{server.admin_url}/seed/schema", timeout=20).json()
    parts = schema["$defs"]
    assert set(schema["properties"]) == set(SEEDS.schema._declared_fields)
    assert set(parts) >= {"ApiKey", "ServiceAccount", "Project", "Tenant", "Role"}
    assert parts["Project"]["required"] == ["id", "name", "orgId"]
    assert parts["Project"]["properties"]["id"]["pattern"] == "^[0-9a-f]{24}$"
    assert "ORG_OWNER" in parts["Role"]["properties"]["roleName"]["enum"]
    references = set(re.findall(r'"\$ref": "([^"]*)"', json.dumps(schema)))
    assert references == {f"#/$defs/{name}" for name in parts}
    assert [schema["additionalProperties"], parts["Role"]["additionalProperties"]] == [False] * 2


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_built_in_seeds_have_no_mistakes(name):
    assert SEEDS.load(name)["projects"]
