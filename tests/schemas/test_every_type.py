"""What holds for every integration type, known and yet to come: all from the registry."""

from __future__ import annotations

import random

import pytest

from opsemu.schemas import REGISTRY
from opsemu.schemas.fields import Secret, SecretUrl

from ..wire import TYPES, body_of, mask, schema_of

ORDER = [
    "PAGER_DUTY",
    "SLACK",
    "DATADOG",
    "NEW_RELIC",
    "OPS_GENIE",
    "VICTOR_OPS",
    "WEBHOOK",
    "HIP_CHAT",
    "PROMETHEUS",
    "MICROSOFT_TEAMS",
]
every_type = pytest.mark.parametrize("name", TYPES)


def expected(name: str) -> dict[str, object]:
    """A type's example as the API should show it, by the kinds of its fields."""
    fields, example = schema_of(name).fields, schema_of(name).sample()
    masked = {}
    for attribute in sorted(example):
        value, field = example[attribute], fields[attribute]
        if isinstance(field, SecretUrl):
            value = "/".join(value.split("/")[:3]) + "/****"
        elif isinstance(field, Secret):
            value = mask(value)
        if not field.load_only:
            masked[attribute] = value
    return {**masked, "type": name}


def error(answer):
    return answer.status_code, answer.json()["errorCode"], answer.json()["parameters"]


@pytest.mark.evidence("DOCS", "Ops Manager: third-party service integrations, the path's types")
def test_every_documented_type_is_served():
    assert set(ORDER) <= set(TYPES)


@every_type
def test_a_type_has_an_example_that_its_schema_reads(name):
    schema = schema_of(name)
    document = schema.read({"type": name, **schema.example})
    schema.check(document)
    assert document == schema.example


def test_no_two_types_share_a_place_in_the_list():
    assert len({cls.list_order for cls in REGISTRY.values()}) == len(REGISTRY)


@every_type
@pytest.mark.evidence(
    "DOCS", "Ops Manager: POST, GET and DELETE of an integration; status INFERRED"
)
def test_the_example_goes_in_and_comes_back_masked(api, empty, name):
    created = api.post(f"{empty}/{name}", json=body_of(name))
    assert (created.status_code, created.json()["results"]) == (200, [expected(name)])
    assert api.get(empty).json()["results"] == [expected(name)]
    assert api.get(f"{empty}/{name}").json() == expected(name)


@every_type
@pytest.mark.trap(8, "`type` is last")
@pytest.mark.evidence("RECORDED", "Atlas: every object; the Ops Manager documentation agrees")
def test_keys_are_alphabetical_with_type_last(api, empty, name):
    keys = list(api.put(f"{empty}/{name}", json=body_of(name)).json()["results"][0])
    assert keys == [*sorted(set(keys) - {"type"}), "type"]


@every_type
@pytest.mark.trap(3, "PUT merges")
@pytest.mark.evidence("DOCS", "PUT updates the changed fields; Terraform relies on it")
def test_a_put_of_the_type_alone_changes_nothing(api, empty, name):
    api.post(f"{empty}/{name}", json=body_of(name))
    answer = api.put(f"{empty}/{name}", json={"type": name})
    assert (answer.status_code, answer.json()["results"]) == (200, [expected(name)])


@every_type
@pytest.mark.trap(33, "the second DELETE is a 404")
@pytest.mark.evidence("DOCS", "Atlas v1.0: DELETE has no body; INTEGRATION_NOT_CONFIGURED")
def test_a_type_can_be_deleted_once(api, empty, name):
    api.post(f"{empty}/{name}", json=body_of(name))
    first, second = (api.delete(f"{empty}/{name}") for _ in range(2))
    assert (first.status_code, first.content) == (204, b"")
    assert error(second) == (404, "INTEGRATION_NOT_CONFIGURED", [name])


@pytest.mark.trap(4, "the order of a list is by type, not by creation")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.evidence("RECORDED", "Atlas: 103 lists created in another order; the enum of the SPEC")
def test_a_list_is_ordered_by_type_however_it_came_about(api, empty, seed):
    for name in random.Random(seed).sample(TYPES, len(TYPES)):
        api.post(f"{empty}/{name}", json=body_of(name))
    listed = [row["type"] for row in api.get(empty).json()["results"]]
    assert [name for name in listed if name in ORDER] == ORDER
    assert sorted(listed) == TYPES


@every_type
@pytest.mark.parametrize("sent", ["", "5f0000000000000000000000"])
@pytest.mark.evidence("CLIENT", "the Kubernetes operator and Terraform send `id`, even empty")
def test_an_id_is_accepted_and_ignored(api, empty, name, sent):
    answer = api.put(f"{empty}/{name}", json=body_of(name, id=sent))
    assert (answer.status_code, answer.json()["results"]) == (200, [expected(name)])
