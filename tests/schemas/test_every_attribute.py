"""What holds for every attribute of every integration type: all from the registry."""

from __future__ import annotations

import pytest

from opsemu.schemas.fields import Choice, Flag, Text

from ..wire import TYPES, body_of, schema_of

ATTRIBUTES = [
    (name, attribute, field)
    for name in TYPES
    for attribute, field in sorted(schema_of(name).load_fields.items())
]
REQUIRED = [(name, attribute) for name, attribute, field in ATTRIBUTES if field.required]
CHOICES = [(name, attribute) for name, attribute, field in ATTRIBUTES if isinstance(field, Choice)]


every_type = pytest.mark.parametrize("name", TYPES)


def error(answer):
    return answer.status_code, answer.json()["errorCode"], answer.json()["parameters"]


@pytest.mark.parametrize(("name", "attribute"), REQUIRED)
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.evidence("INFERRED", "the code is DOCS, its use for a missing attribute is not seen")
def test_a_missing_attribute_is_named(api, empty, method, name, attribute):
    body = body_of(name)
    del body[attribute]
    answer = api.request(method, f"{empty}/{name}", json=body)
    assert error(answer) == (400, "MISSING_ATTRIBUTE", [attribute])


@pytest.mark.parametrize(
    ("name", "attribute"),
    [row[:2] for row in ATTRIBUTES if row[2].required and isinstance(row[2], Text)],
)
@pytest.mark.evidence("INFERRED", "an empty required attribute is not observed")
def test_an_empty_attribute_is_a_missing_one(api, empty, name, attribute):
    answer = api.put(f"{empty}/{name}", json=body_of(name) | {attribute: ""})
    assert error(answer) == (400, "MISSING_ATTRIBUTE", [attribute])


@every_type
@pytest.mark.trap(11, "unknown attributes are refused, even when false; `id` is not")
@pytest.mark.evidence("ISSUE", "atlas-sdk-go #667, verbatim")
def test_an_attribute_that_the_type_does_not_have_is_refused(api, empty, name):
    body = body_of(name, sendCollectionLatencyMetrics=False)
    answer = api.post(f"{empty}/{name}", json=body)
    assert error(answer) == (400, "INVALID_ATTRIBUTE", ["sendCollectionLatencyMetrics"])


@pytest.mark.parametrize(
    ("name", "attribute", "wrong"),
    [(*row[:2], "yes" if isinstance(row[2], Flag) else {"a": 7}) for row in ATTRIBUTES]
    + [(*row[:2], ["a"]) for row in ATTRIBUTES],
)
@pytest.mark.evidence("INFERRED", "the code is DOCS, its use for an attribute's kind is not seen")
def test_a_value_of_the_wrong_kind_names_its_attribute(api, empty, name, attribute, wrong):
    answer = api.post(f"{empty}/{name}", json=body_of(name) | {attribute: wrong})
    assert error(answer) == (400, "INVALID_JSON_ATTRIBUTE", [attribute])


@pytest.mark.parametrize(("name", "attribute"), CHOICES)
@pytest.mark.evidence("INFERRED", "the code is DOCS, its use for integrations is not seen")
def test_a_value_outside_an_enumeration_is_repeated(api, empty, name, attribute):
    answer = api.post(f"{empty}/{name}", json=body_of(name) | {attribute: "MARS"})
    assert error(answer) == (400, "INVALID_ENUM_VALUE", ["MARS"])


@every_type
@pytest.mark.evidence(
    "INFERRED", "SPEC: the body's type must match the path's; the code is not seen"
)
def test_a_type_other_than_the_paths_is_refused(api, empty, name):
    other = next(each for each in TYPES if each != name)
    answer = api.post(f"{empty}/{name}", json=body_of(name, type=other))
    assert error(answer) == (400, "INVALID_ATTRIBUTE", ["type"])
