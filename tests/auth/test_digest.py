"""The digest exchange, request by request."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest

from opsemu.server import Emulator

from ..conftest import DEMO, OWNER
from ..wire import API, ask, authorization, body_of, call, fresh_nonce, refused, signed

PATH = f"{API}/groups/{DEMO}/integrations"
BODY = b"""{
  "error" : 401,
  "reason" : "Unauthorized",
  "detail" : "You are not authorized for this resource."
}"""
JSON = {"Content-Type": "application/json"}


@pytest.mark.trap(16, "the challenge's body has a shape of its own")
@pytest.mark.trap(24, "exactly these parameters, joined by comma and space")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.evidence("RECORDED", "Atlas until 2026-07-20, 106 bytes; Ops Manager is older still")
def test_the_challenge_is_the_recorded_one(server, method):
    answer = ask(server, method, PATH)
    assert refused(answer) == (401, "false")
    assert (answer.body, len(answer.body)) == (BODY, 106)
    assert [name for name, _ in answer.headers] == [
        "Date",
        "WWW-Authenticate",
        "Content-Type",
        "Content-Length",
    ]
    assert answer.header("Content-Type") == "application/json"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.evidence("RECORDED", "Ops Manager 2023 (PUT), Atlas until 2026-02 (DELETE)")
def test_other_methods_are_challenged_without_a_body(server, method):
    answer = ask(server, method, PATH)
    assert (refused(answer), answer.body) == ((401, "false"), b"")
    assert (answer.header("Content-Length"), answer.header("Content-Type")) == ("0", None)


@pytest.mark.evidence("RECORDED", "Atlas: 5,192 nonces, base64 of 24 bytes")
def test_no_two_nonces_are_alike(server):
    nonces = {fresh_nonce(server) for _ in range(20)}
    assert len(nonces) == 20
    assert {len(b64decode(nonce)) for nonce in nonces} == {24}


@pytest.mark.trap(26, "authentication comes before the body")
@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (JSON, None),
        ({"Content-Type": "text/plain"}, b"text"),
        ({}, b"{}"),
        (JSON, b"{"),
        (JSON, b'{"type":"SLACK"}'),
    ],
)
@pytest.mark.parametrize("path", [f"{PATH}/SLACK", PATH, f"{API}/nothing", f"{API}/groups/x/y"])
@pytest.mark.evidence("CLIENT", "curl's first POST has Content-Length 0 and its JSON content type")
def test_the_first_answer_does_not_look_at_the_request(server, path, headers, body):
    answer = ask(server, "POST", path, headers, body)
    assert (refused(answer), answer.body) == ((401, "false"), BODY)


@pytest.mark.trap(25, "nc need not have eight digits")
@pytest.mark.parametrize(
    ("found", "replaced"),
    [
        ("Digest", "digest"),
        ("nc=1", "nc=1"),
        ("qop=auth", 'qop="auth"'),
        ("qop=auth", "qop=auth, algorithm=MD5"),
        ("qop=auth", 'qop=auth, algorithm="MD5", opaque=""'),
        (", ", ","),
        (", ", " , "),
        ("username=", "Username="),
    ],
)
@pytest.mark.evidence("CLIENT", "curl, Go, requests, httpx and the MongoDB operator differ so")
def test_every_way_of_writing_it_is_understood(server, found, replaced):
    header = authorization("GET", PATH, fresh_nonce(server))
    assert signed(server, header.replace(found, replaced), "GET", PATH).status == 200


@pytest.mark.evidence("INFERRED", "the template is Jetty's, which compares without case")
def test_the_response_may_be_in_capitals(server):
    header = authorization("GET", PATH, fresh_nonce(server))
    capital = re.sub(r'response="(\w+)"', lambda found: found[0].upper(), header)
    assert signed(server, capital.replace("RESPONSE", "response"), "GET", PATH).status == 200


@pytest.mark.trap(23, "a nonce is used again with a new nc, an nc is not")
@pytest.mark.evidence("RECORDED", "Atlas v1.0 2020: nc 2 and 3 accepted; the rest is Jetty's code")
def test_a_nonce_is_good_for_many_counts_and_each_count_once(server):
    nonce = fresh_nonce(server)
    for count in ("00000001", "00000003", "2", "3ff"):
        assert call(server, "GET", PATH, nonce=nonce, nc=count).status == 200
        assert refused(call(server, "GET", PATH, nonce=nonce, nc=count)) == (401, "false")
    assert refused(call(server, "GET", PATH, nonce=nonce, nc="0002")) == (401, "false")
    assert refused(call(server, "GET", PATH, nonce=nonce, nc="400")) == (401, "true")


@pytest.mark.evidence("INFERRED", "RFC 7616: a signature is good for one request only")
def test_a_replayed_request_has_no_effect(server, api, demo):
    path = f"{PATH}/SLACK"
    header = authorization("DELETE", path, fresh_nonce(server))
    assert signed(server, header, "DELETE", path).status == 204
    api.put(f"{demo}/SLACK", json=body_of("SLACK"))
    assert refused(signed(server, header, "DELETE", path)) == (401, "false")
    assert api.get(f"{demo}/SLACK").status_code == 200


@pytest.mark.parametrize("nonce", ["A" * 32, "short", "", "not base64!", "ÿ" * 32])
@pytest.mark.evidence("INFERRED", "the template is Jetty's, to which an unknown nonce is stale")
def test_a_forged_nonce_is_stale(server, nonce):
    header = authorization("GET", PATH, "FORGED").replace("FORGED", nonce)
    assert refused(signed(server, header, "GET", PATH)) == (401, "true")


@pytest.mark.evidence("INFERRED", "the template is Jetty's, whose nonces live for 60 s")
def test_an_expired_nonce_is_stale_even_when_the_key_is_right():
    with Emulator(nonce_life=1e-6) as server:
        assert refused(call(server, "GET", PATH)) == (401, "true")


@pytest.mark.parametrize(
    "key", [(OWNER[0], "wrong"), ("nobody", OWNER[1]), ("../a", "b"), ("", "")]
)
@pytest.mark.evidence("RECORDED", "Atlas: wrong public or private key, the same answer as at first")
def test_a_wrong_key_gets_the_first_answer_again(server, key):
    answer = call(server, "GET", PATH, key=key)
    assert (refused(answer), answer.body) == ((401, "false"), BODY)
