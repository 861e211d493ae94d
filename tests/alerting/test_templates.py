"""Webhook templates in FreeMarker: the documentation's examples, and what is sent instead."""

import json

import pytest

from opsemu.alerting.templates import (
    MAX_BODY,
    TemplateFailure,
    render_body,
    render_headers,
)
from tests.alerting.test_alerts import world  # noqa: F401

VALUES = {
    "id": "a1",
    "status": "OPEN",
    "humanReadable": 'He said "no"\nHost: db1',
    "currentValue": {"number": 5, "units": "RAW"},
    "tags": ["a", "b"],
    "links": [{"rel": "self", "href": "http://x"}],
}

pytestmark = [
    pytest.mark.evidence("DOCS", "the page on webhook templates"),
    pytest.mark.evidence("SPEC", "limits and fallback of webhook templates"),
]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"x": "${id}"}', {"x": "a1"}),
        ('{"x": ${currentValue.number}}', {"x": 5}),
        ('{"x": "${clusterName!\'none\'}"}', {"x": "none"}),
        ('{"x": ${(missing.number)!0}}', {"x": 0}),
        ('{"x": "${missing!}"}', {"x": ""}),
        ('{"x": "${humanReadable?js_string}"}', {"x": VALUES["humanReadable"]}),
        ('{"x": "${links[0].href}"}', {"x": "http://x"}),
        ('{"x": [<#list tags![] as t>"${t}"<#if t_has_next>,</#if></#list>]}', {"x": ["a", "b"]}),
        ('{"x": [<#list absent![] as t>"${t}"</#list>]}', {"x": []}),
        ('<#if clusterName??>{"x": 1}<#else>{"x": 2}</#if>', {"x": 2}),
        ('<#if status == \'OPEN\'>{"x": 1}<#else>{"x": 2}</#if>', {"x": 1}),
        ('{"x": "${re.group(humanReadable, \'Host: (.*)\', 1)}"}', {"x": "db1"}),
        ('{"x": "${re.group(humanReadable, \'None: (.*)\', 1)}"}', {"x": ""}),
        ('{"x": "{{eventTypeName}} {% if %} {#"}', {"x": "{{eventTypeName}} {% if %} {#"}),
    ],
)
def test_a_template_makes_json(template, expected):
    assert json.loads(render_body(template, VALUES)) == expected


@pytest.mark.parametrize(
    "template",
    [
        '{"x": "${missing}"}',
        '{"x": ${status}}',
        "no json ${id}",
        '{"x": "${id?cap_first}"}',
        "<#include 'x'>{}",
        '{"x": "${none}"}',
        '{"x": "${id',
        '{"x": "${id.__class__}"}',
        '{"x": "${re.group(id, \'(a+)+$\', 1)}"}',
        '{"x": "${re.group(id, \'(\', 1)}"}',
        '{"x": "' + "a" * MAX_BODY + '"}',
        '[<#list tags as t>"' + "a" * (MAX_BODY - 60) + '"<#if t_has_next>,</#if></#list>]',
    ],
)
def test_what_cannot_be_rendered_fails(template):
    with pytest.raises(TemplateFailure):
        render_body(template, VALUES)


def test_headers_are_an_object_without_those_of_the_connection():
    template = '{"X-A": "${id}", "Host": "evil", "content-length": "9", "X-B": "a\\r\\nX-C: b"}'
    assert render_headers(template, VALUES) == {"X-A": "a1", "X-B": "a  X-C: b"}
    with pytest.raises(TemplateFailure):
        render_headers("[]", VALUES)


def send(world, **templates):  # noqa: F811
    hook = {
        "typeName": "WEBHOOK",
        "webhookUrl": "https://example.com/x",
        "webhookSecret": "secret123",
    }
    world.configure(notifications=[{**hook, **templates}])
    world.open()
    (delivery,) = world.inbox()
    return delivery


def test_templates_take_the_place_of_body_and_headers(world):  # noqa: F811
    delivery = send(
        world,
        webhookBodyTemplate='{"text": "${eventTypeName} in ${projectName} (${event})"}',
        webhookHeadersTemplate='{"X-Kind": "${status}", "X-Own": "${signature}"}',
    )
    request = delivery["request"]
    assert request["body"] == {"text": "NO_PRIMARY in Empty Project (alert.open)"}
    assert request["headers"]["X-Kind"] == "OPEN"
    assert "X-MMS-Event" not in request["headers"]
    assert "X-MMS-Signature" not in request["headers"]


def test_what_cannot_be_rendered_is_replaced_by_the_default_and_told(world):  # noqa: F811
    delivery = send(world, webhookBodyTemplate='{"x": "${nothing}"}')
    assert delivery["request"]["body"]["eventTypeName"] == "NO_PRIMARY"
    assert delivery["warnings"] == ["bodyTemplate: UndefinedError: 'nothing' is undefined"]
