"""The constraints of the official OpenAPI on integrations: types, enums, what is required.

They are written down here once more, apart from the schemas, and held against
generated bodies: a valid one is stored and shown within the constraints, one with a
single fault is refused by that fault's name and changes nothing.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ...conftest import EMPTY
from .conftest import PREFIXES

ATLAS = frozenset({"atlas-v1", "atlas-v2"})
V2 = frozenset({"atlas-v2"})
MANAGER = frozenset({"ops-manager"})
EVERYWHERE = ATLAS | MANAGER


class Is(NamedTuple):
    """What an attribute is: `like` is a kind or the words to choose from."""

    like: str | tuple[str, ...]
    required: frozenset[str] = frozenset()
    known: frozenset[str] = EVERYWHERE
    shown: bool = True


TWO, ALL = ("US", "EU"), ("US", "EU", "US3", "US5", "AP1", "US1_FED", "AP2")
SWITCH = Is("bool", known=ATLAS)
SPEC: dict[str, dict[str, Is]] = {
    "PAGER_DUTY": {"serviceKey": Is("hex", EVERYWHERE), "region": Is(TWO, known=ATLAS)},
    "SLACK": {
        "apiToken": Is("text", EVERYWHERE),
        "teamName": Is("text", MANAGER),
        "channelName": Is("text"),
    },
    "DATADOG": {
        "apiKey": Is("hex", EVERYWHERE),
        "region": Is(ALL, known=ATLAS),
        "sendCollectionLatencyMetrics": SWITCH,
        "sendDatabaseMetrics": SWITCH,
        "sendUserProvidedResourceTags": SWITCH,
        "sendQueryStatsMetrics": SWITCH,
        "sendShardingMetrics": SWITCH,
    },
    "NEW_RELIC": {
        name: Is("text", EVERYWHERE)
        for name in ("accountId", "licenseKey", "readToken", "writeToken")
    },
    "OPS_GENIE": {"apiKey": Is("uuid", EVERYWHERE), "region": Is(TWO)},
    "VICTOR_OPS": {"apiKey": Is("uuid", EVERYWHERE), "routingKey": Is("text")},
    "WEBHOOK": {
        "url": Is("url", EVERYWHERE),
        "secret": Is("text"),
        "bodyTemplate": Is("text", known=V2),
        "headersTemplate": Is("text", known=V2),
    },
    "HIP_CHAT": {
        "notificationToken": Is("text", MANAGER, MANAGER),
        "roomName": Is("text", MANAGER, MANAGER),
    },
    "PROMETHEUS": {
        "username": Is("text", EVERYWHERE),
        "password": Is("text", MANAGER, shown=False),
        "serviceDiscovery": Is(("http", "file"), EVERYWHERE),
        "enabled": Is("bool", EVERYWHERE),
        "listenAddress": Is("text", MANAGER, MANAGER),
        "scheme": Is(("http",), MANAGER, MANAGER),
        "tlsPemPath": Is("text", known=MANAGER),
        "tlsPemPassword": Is("text", known=MANAGER),
        "sendUserProvidedResourceTagsEnabled": SWITCH,
    },
    "MICROSOFT_TEAMS": {"microsoftTeamsWebhookUrl": Is("url", EVERYWHERE)},
}
HEX = "0123456789abcdefABCDEF"
KINDS = {
    "bool": st.booleans(),
    "hex": st.text(HEX, min_size=32, max_size=32),
    "text": st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
    "url": st.builds(
        "{}/{}".format,
        st.sampled_from(["https://example.com", "http://hooks.example.com:8443"]),
        st.text("abcdef0123456789/", max_size=30),
    ),
    "uuid": st.uuids().map(str),
}
MASKS = {
    "bool": lambda value: isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "hex": re.compile(r"\*{28}[0-9a-fA-F]{4}").fullmatch,
    "uuid": re.compile(r"\*{32}[0-9a-f]{4}").fullmatch,
    "url": re.compile(r"https?://[a-z.]+(:8443)?/\*{4}.{0,4}").fullmatch,
}
OTHER_TYPES = {"bool": ["true", 1]}
CASES = [
    (type_name, family)
    for type_name in SPEC
    for family in PREFIXES
    if any(family in each.known for each in SPEC[type_name].values())
]
briefly = settings(
    max_examples=8,
    phases=[Phase.generate, Phase.shrink],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
by_case = pytest.mark.parametrize(("type_name", "family"), CASES)
evidence = pytest.mark.evidence("SPEC", "Atlas's OpenAPI v2; DOCS for Ops Manager's attributes")


def attributes(type_name: str, family: str) -> dict[str, Is]:
    """What the family knows of the type."""
    return {name: each for name, each in SPEC[type_name].items() if family in each.known}


def value_of(each: Is) -> st.SearchStrategy[Any]:
    return KINDS[each.like] if isinstance(each.like, str) else st.sampled_from(each.like)


@st.composite
def bodies(draw, type_name, family):
    """A valid body."""
    body = {"type": type_name}
    for name, each in attributes(type_name, family).items():
        if family in each.required or draw(st.booleans()):
            body[name] = draw(value_of(each))
    return body


@st.composite
def faults(draw, type_name, family):
    """A body with one fault, the fault's code and its parameter."""
    body = draw(bodies(type_name, family))
    known = attributes(type_name, family)
    name = draw(st.sampled_from(sorted(known)))
    each = known[name]
    kind = draw(st.sampled_from(["unknown", "type", "missing", "enum"]))
    if kind == "missing" and family in each.required:
        return {k: v for k, v in body.items() if k != name}, "MISSING_ATTRIBUTE", name
    if kind == "enum" and isinstance(each.like, tuple):
        return {**body, name: "MARS"}, "INVALID_ENUM_VALUE", "MARS"
    if kind == "type":
        # The others coerce scalars.
        scalars = OTHER_TYPES.get(str(each.like), [7, True]) if family in V2 else []
        wrong = draw(st.sampled_from([[], {}, *scalars]))
        return {**body, name: wrong}, "INVALID_JSON_ATTRIBUTE", name
    stranger = draw(st.sampled_from(sorted({"color", "Type"} | strangers(type_name, family))))
    return {**body, stranger: False}, "INVALID_ATTRIBUTE", stranger


def strangers(type_name: str, family: str) -> set[str]:
    """The attributes of other types and families."""
    return {name for fields in SPEC.values() for name in fields} - set(
        attributes(type_name, family)
    )


@evidence
@by_case
def test_a_valid_body_is_stored_and_shown_within_the_constraints(callers, type_name, family):
    call, path = callers[family], f"/groups/{EMPTY}/integrations/{type_name}"

    @briefly
    @given(bodies(type_name, family))
    def hold(body):
        call("DELETE", path)
        answer = call("POST", path, body)
        assert answer.status_code == 200, answer.text
        shown = call("GET", path).json()
        assert answer.json()["results"] == [shown]
        within(shown, body, attributes(type_name, family))

    hold()


def within(shown: dict[str, Any], body: dict[str, Any], known: dict[str, Is]) -> None:
    """Every attribute that was written is there unless it is hidden, and each is of its kind."""
    assert shown["type"] == body["type"]
    assert shown.keys() <= {*known, "id", "type", "customEndpoint"}
    for name, each in known.items():
        assert (name in shown) >= (name in body and each.shown)
        assert each.shown or name not in shown
        if shown.get(name) is not None and name in body:
            fits = MASKS[each.like] if isinstance(each.like, str) else each.like.__contains__
            assert fits(shown[name]), (name, shown[name])


@evidence
@by_case
def test_a_body_with_one_fault_is_refused_by_its_name(callers, type_name, family):
    call, path = callers[family], f"/groups/{EMPTY}/integrations/{type_name}"

    @briefly
    @given(faults(type_name, family))
    def hold(fault):
        body, code, parameter = fault
        answer = call("POST", path, body)
        error = answer.json()
        assert (answer.status_code, error["errorCode"]) == (400, code), (body, error)
        assert error["parameters"] == [parameter]

    hold()
    assert call.types() == []


def test_every_type_of_the_spec_is_registered():
    from opsemu.schemas import REGISTRY

    assert SPEC.keys() <= REGISTRY.keys()
