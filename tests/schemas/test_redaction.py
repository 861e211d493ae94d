"""What is secret stays secret: in answers, in refusals, in the log."""

from __future__ import annotations

import pytest

from opsemu.schemas.fields import Secret, SecretUrl
from opsemu.server import Emulator
from opsemu.store import Owner

from ..conftest import DEMO, EMPTY, tear
from ..wire import API, TYPES, body_of, call, schema_of

WEBHOOK = "https://example.com/51c0ef87e9951c3e147accf0e12101"
TEAMS = "microsoftTeamsWebhookUrl"
SOURCES = {
    "DOCS": "Ops Manager: example of SLACK; keys and tokens are masked in all answers",
    "RECORDED": "Atlas: 515 secrets of 103 runs",
    "INFERRED": "not observed: nothing more is shown than of what was",
}
EXAMPLES = [
    ("SLACK", "apiToken", "1234567890", "******7890", "DOCS"),
    ("PAGER_DUTY", "serviceKey", "0" * 30 + "22", "*" * 28 + "0022", "RECORDED"),
    ("DATADOG", "apiKey", "0" * 32, "*" * 28 + "0000", "RECORDED"),
    (
        "OPS_GENIE",
        "apiKey",
        "00000000-aaaa-2222-bbbb-333333333311",
        "********************************3311",
        "RECORDED",
    ),
    (
        "VICTOR_OPS",
        "apiKey",
        "fa07bbc8-eab2-4085-81af-daed47dc1c11",
        "********************************1c11",
        "RECORDED",
    ),
    ("VICTOR_OPS", "routingKey", "test", "test", "RECORDED"),
    ("WEBHOOK", "secret", "51c0ef87e9951c3e147accf0e12101", "*" * 26 + "2101", "RECORDED"),
    ("WEBHOOK", "url", WEBHOOK, "https://example.com/****", "RECORDED"),
    (
        "MICROSOFT_TEAMS",
        TEAMS,
        "https://acme.example.com:8443/w/1/2?x=3#y",
        "https://acme.example.com:8443/****",
        "INFERRED",
    ),
    ("WEBHOOK", "url", "http://example.com", "http://example.com/****", "INFERRED"),
    ("WEBHOOK", "url", "http://me:pw@example.com/a", "http://****@example.com/****", "INFERRED"),
    ("WEBHOOK", "url", "http://example.com?token=abcd", "http://example.com/****", "INFERRED"),
    ("HIP_CHAT", "notificationToken", "abcd", "****", "INFERRED"),
    ("HIP_CHAT", "notificationToken", "abcde", "*bcde", "INFERRED"),
    ("PROMETHEUS", "tlsPemPassword", "pem_password", "********word", "INFERRED"),
    ("NEW_RELIC", "licenseKey", "0123456789", "******6789", "DOCS"),
    ("NEW_RELIC", "readToken", "0123456789", "******6789", "DOCS"),
    ("NEW_RELIC", "writeToken", "0123456789", "******6789", "DOCS"),
]
SECRETS = [
    (name, attribute)
    for name in TYPES
    for attribute, field in sorted(schema_of(name).fields.items())
    if isinstance(field, Secret | SecretUrl) or field.load_only
]
CANARY = "CANARYcanary"


def planted(name, attribute):
    """A body whose secret attribute is a canary."""
    url = isinstance(schema_of(name).fields[attribute], SecretUrl)
    return body_of(name) | {attribute: f"https://example.com/{CANARY}-end" if url else CANARY}


@pytest.mark.trap(5, "as many stars as hidden characters, the last four kept")
@pytest.mark.trap(7, "an address keeps its host and has four stars")
@pytest.mark.parametrize(
    ("name", "attribute", "sent", "shown"),
    [
        pytest.param(*row, marks=pytest.mark.evidence(grade, SOURCES[grade]))
        for *row, grade in EXAMPLES
    ],
)
def test_a_secret_comes_back_masked(api, empty, name, attribute, sent, shown):
    body = body_of(name) | {attribute: sent}
    written = api.put(f"{empty}/{name}", json=body).json()["results"][0]
    assert written[attribute] == shown
    assert api.get(f"{empty}/{name}").json() == written
    assert api.get(empty).json()["results"] == [written]


@pytest.mark.evidence("SPEC", "writeOnly; the documentation's response leaves it out")
def test_a_password_never_comes_back(api, empty):
    answer = api.post(f"{empty}/PROMETHEUS", json=body_of("PROMETHEUS"))
    assert "password" not in answer.json()["results"][0]


@pytest.mark.trap(6, "a webhook's secret is partly shown, unless the documentation is followed")
@pytest.mark.parametrize(("switch", "shown"), [("partial", "*" * 24 + "aple"), ("full", "*" * 28)])
@pytest.mark.evidence("RECORDED", "Atlas: partial in every run; the documentation says completely")
def test_the_webhook_secret_has_a_switch(switch, shown):
    body = body_of("WEBHOOK", secret="correct horse battery staple")
    with Emulator(webhook_secret=switch) as server:
        path = f"{API}/groups/{EMPTY}/integrations/WEBHOOK"
        call(server, "PUT", path, body)
        assert f'"secret":"{shown}"' in call(server, "GET", path).body.decode()


@pytest.mark.evidence("INFERRED", "free-form secrets are not checked, so the stars become the key")
def test_a_mask_that_is_sent_back_becomes_the_secret(server, api, demo):
    masked = api.get(f"{demo}/SLACK").json()["apiToken"]
    api.put(f"{demo}/SLACK", json={"type": "SLACK", "apiToken": masked})
    slack = server.store.get(Owner("default", "project", DEMO), "integrations", "SLACK")
    assert slack["apiToken"] == masked


@pytest.mark.parametrize(("name", "attribute"), SECRETS)
@pytest.mark.evidence("INFERRED", "nobody wants to find a key in a refusal")
def test_no_answer_and_no_log_line_holds_a_secret(api, empty, caplog, name, attribute):
    caplog.set_level("DEBUG")
    body, url = planted(name, attribute), f"{empty}/{name}"
    seen = [
        api.post(url, json=body | {"unknown": False}),
        api.post(url, json=body | {attribute: [CANARY]}),
        api.post(url, data=f"{body}", headers={"Content-Type": "application/json"}),
        api.post(url, data=f"{body}", headers={"Content-Type": "text/plain"}),
        api.put(f"{url}?pageNum=x", json=body),
        api.post(url, json=body),
        api.post(url, json=body | {"type": "FOO"}),
        api.get(url),
        api.get(empty),
    ]
    assert {answer.status_code for answer in seen} == {200, 400, 415}
    everything = "".join(f"{answer.headers}{answer.text}" for answer in seen) + caplog.text
    assert CANARY not in everything


@pytest.mark.parametrize("url", ["example.com/CANARYcanary-end", "ftp://x/CANARYcanary-end"])
@pytest.mark.evidence("INFERRED", "the sentence is DOCS; that it masks the address is ours")
def test_a_refused_address_is_masked(api, empty, url):
    answer = api.post(f"{empty}/WEBHOOK", json=body_of("WEBHOOK", url=url))
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_URL")
    assert CANARY not in answer.text
    assert answer.json()["detail"] == f"Invalid URL {answer.json()['parameters'][0]}."


@pytest.mark.evidence("INFERRED", "an operator's log is read by more people than the keys' owners")
def test_a_failure_is_logged_without_secrets(server, api, empty, caplog):
    torn = b'{"integrations": {"SLACK": {"apiToken": "CANARYcanary"'
    tear(server.store, Owner("default", "project", EMPTY), torn)
    answer = api.post(f"{empty}/WEBHOOK", json=planted("WEBHOOK", "secret"))
    assert answer.status_code == 500
    assert "Traceback" in caplog.text
    assert CANARY not in caplog.text + answer.text
