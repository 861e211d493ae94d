"""Why a request was refused."""

from __future__ import annotations

from hashlib import md5

import pytest
import requests

from opsemu.mongodb.errors import ERRORS
from opsemu.server import Emulator
from tests.conftest import DEMO, HIDDEN, OWNER, VIEWER, integrations, signed

REALM = "MMS Public API"
PATH = f"/api/public/v1.0/groups/{DEMO}/integrations"


def digest(*parts):
    return md5(":".join(parts).encode()).hexdigest()


def sign(nonce, **wrong):
    """An Authorization header for a GET of PATH, with what is wrong about it put in."""
    sent = {"username": OWNER[0], "realm": REALM, "nonce": nonce, "uri": PATH, "qop": "auth"}
    sent |= {"nc": "00000001", "cnonce": "c0ffee", "algorithm": "MD5", **wrong}
    signed_as = {"key": OWNER[1], "method": "GET", **sent, **sent.pop("signed", {})}
    ha1 = digest(sent["username"], REALM, signed_as["key"])
    ha2 = digest(signed_as["method"], signed_as["uri"])
    if signed_as["qop"]:
        names = ("nonce", "nc", "cnonce", "qop")
        sent["response"] = digest(ha1, *(signed_as[name] for name in names), ha2)
    else:
        sent["response"] = digest(ha1, nonce, ha2)
    sent.pop("key", None)
    return "Digest " + ", ".join(f'{k}="{v}"' for k, v in sent.items() if v is not None)


def nonce_of(server):
    challenge = requests.get(server.base_url + PATH).headers["WWW-Authenticate"]
    return challenge.partition('nonce="')[2].partition('"')[0]


def explained(server):
    """What is told of the latest call."""
    found = []
    for query in ("/requests", "/requests/unmatched"):
        rows = requests.get(server.admin_url + query).json()["requests"]
        found += [row["id"] for row in rows]
    return requests.get(f"{server.admin_url}/requests/{max(found)}/explain").json()


@pytest.fixture(scope="module")
def strict():
    """A server that compares the signed uri with the request's."""
    with Emulator(digest_uri="strict") as running:
        yield running


MISTAKES = {
    "realm": ({"realm": "Atlas"}, "the realm is 'Atlas'"),
    "algorithm": ({"algorithm": "SHA-256"}, "the algorithm is SHA-256"),
    "qop": ({"qop": "auth-int"}, "qop is auth-int"),
    "no qop": ({"qop": None}, "qop is missing (RFC 2069)"),
    "nc": ({"nc": "first"}, "nc is 'first', not a hexadecimal count"),
    "too many": ({"nc": "00000400"}, "a nonce may be used 1023 times"),
    "uri": ({"uri": "/proxy" + PATH}, "a proxy in between changed the path"),
    "unknown key": ({"username": "opsownr"}, "there is no key 'opsownr' here"),
    "swapped": ({"username": OWNER[1]}, "are the two halves in the wrong order?"),
    "wrong key": ({"signed": {"key": "x"}}, "not made with the private key of 'opsowner'"),
    "method": ({"signed": {"method": "POST"}}, "made for the method POST, the request is a GET"),
    "nc text": ({"signed": {"nc": "1"}}, "made with nc 1, the header says 00000001"),
    "rfc 2069": ({"signed": {"qop": ""}}, "leaves qop, nc and cnonce out"),
    "cnonce": ({"signed": {"cnonce": ""}}, "another cnonce than the header's"),
    "nonce": ({"nonce": "A" * 32}, "the nonce is not one of this server's"),
}


@pytest.mark.parametrize(("wrong", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_failed_digest_says_which_input_differed(strict, wrong, sentence):
    header = sign(**{"nonce": nonce_of(strict), **wrong})
    answer = requests.get(strict.base_url + PATH, headers={"Authorization": header})
    assert answer.status_code == 401
    told = explained(strict)
    assert sentence in told["reasons"][0]
    assert OWNER[1] not in str(told)


def test_a_replay_and_a_stale_nonce_are_told_apart(server):
    header = {"Authorization": sign(nonce_of(server))}
    assert requests.get(server.base_url + PATH, headers=header).status_code == 200
    requests.get(server.base_url + PATH, headers=header)
    assert "a replay" in explained(server)["reasons"][0]
    requests.post(f"{server.admin_url}/clock/advance", json={"seconds": 75})
    requests.get(server.base_url + PATH, headers=header)
    assert "the nonce is 75 s old, its life is 60 s" in explained(server)["reasons"][0]


@pytest.mark.parametrize(
    ("target", "uri", "sentence"),
    [
        (PATH + "?pretty=true", PATH, "the query was left out when signing"),
        (PATH + "/A%20B", PATH + "/A B", "escaped differently"),
        (PATH + "/", PATH, "a slash at the end differs"),
        (PATH, "/elsewhere", "the uri that was signed is /elsewhere"),
    ],
)
def test_a_uri_that_differs_says_how(strict, target, uri, sentence):
    header = {"Authorization": sign(nonce_of(strict), uri=uri)}
    requests.get(strict.base_url + target, headers=header)
    assert sentence in explained(strict)["reasons"][0]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ({}, "no credentials were sent"),
        ({"Authorization": "Basic b3BzOm9wcw=="}, "the scheme is Basic"),
        ({"Authorization": "Digest nonsense"}, "cannot be read as Digest parameters"),
    ],
)
def test_what_is_no_digest_is_called_so(server, header, sentence):
    requests.get(server.base_url + PATH, headers=header)
    assert sentence in explained(server)["reasons"][0]


@pytest.mark.parametrize(
    ("key", "method", "path", "sent", "sentence", "grade"),
    [
        (OWNER, "POST", "/DATADOG", {"type": "DATADOG"}, "attribute apiKey was not", "INFERRED"),
        (OWNER, "GET", "/DATADOG", None, "'DATADOG' is not configured", "ISSUE"),
        (OWNER, "GET", "/DATADOG?envelope=true", None, "'DATADOG' is not configured", "ISSUE"),
        (VIEWER, "DELETE", "/SLACK", None, "key opsviewr of world default has", "DOCS"),
        (OWNER, "PATCH", "/SLACK", {}, "PATCH is not served", None),
        (OWNER, "POST", "/SLACK", b"x", "a body of type '' is not read", None),
        (OWNER, "GET", "/SLACK", None, None, None),
    ],
)
def test_a_refusal_names_the_rule_and_its_evidence(
    server, key, method, path, sent, sentence, grade
):
    extra = {"data": sent} if isinstance(sent, bytes) else {"json": sent}
    with signed(key) as session:
        session.request(method, server.base_url + PATH + path, **extra)
    told = explained(server)
    assert told["refused"] is (sentence is not None)
    assert (sentence or "") in " ".join(told["reasons"])
    assert told["grade"] == grade


@pytest.mark.parametrize(
    ("group_id", "sentence"), [(HIDDEN, "out of the key's reach"), ("f" * 24, "not in the key's")]
)
def test_a_project_out_of_sight_is_told_from_one_that_is_not_there(server, group_id, sentence):
    with signed(OWNER) as session:
        session.get(integrations(server, group_id))
    assert sentence in explained(server)["reasons"][0]


def test_every_error_has_a_grade():
    assert {error.grade for error in ERRORS.values()} <= {
        "RECORDED",
        "SPEC",
        "DOCS",
        "ISSUE",
        "INFERRED",
    }


def test_a_tolerant_server_does_not_blame_the_uri(server):
    header = {"Authorization": sign(nonce_of(server), uri="/x", signed={"key": "wrong"})}
    requests.get(server.base_url + PATH, headers=header)
    assert "private key" in explained(server)["reasons"][0]
