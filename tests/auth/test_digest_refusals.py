"""Signatures made for something else, and headers that are none."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from opsemu.server import Emulator

from ..conftest import DEMO, EMPTY
from ..wire import API, ask, authorization, call, fresh_nonce, refused, signed

PATH = f"{API}/groups/{DEMO}/integrations"
ELSEWHERE = [
    f"{API}/groups/{EMPTY}/integrations",
    f"{PATH}?pretty=true",
    f"{PATH}/",
    f"http://127.0.0.1{PATH}x",
    "",
    "*",
]


@pytest.mark.evidence("ISSUE", "clients that trim the path or leave the query out get answers")
@pytest.mark.evidence("INFERRED", "Jetty takes the header's uri and does not compare it")
@pytest.mark.parametrize("uri", ELSEWHERE)
def test_a_signature_for_another_address_is_accepted_with_a_warning(server, uri):
    assert call(server, "GET", PATH, uri=uri).status == 200
    (row,) = requests.get(f"{server.admin_url}/requests", timeout=9).json()["requests"]
    (warning,) = row["warnings"]
    assert warning.startswith("uri differs from the request's: the uri that was signed is ")


@pytest.mark.evidence("INFERRED", "RFC 7616, where the setting asks for it")
def test_a_strict_server_refuses_a_signature_for_another_address():
    with Emulator(digest_uri="strict") as server:
        answers = [refused(call(server, "GET", PATH, uri=uri)) for uri in ELSEWHERE]
    assert answers == [(401, "false")] * len(ELSEWHERE)


@pytest.mark.evidence("INFERRED", "a warning is never left out for an answer from the cache")
def test_the_cache_does_not_swallow_the_warning_on_a_signed_address(server):
    nonce = fresh_nonce(server)
    for count, uri in enumerate([PATH, PATH, f"{PATH}?x", PATH, f"{PATH}?x"], 1):
        assert call(server, "GET", PATH, nonce=nonce, nc=f"{count:08x}", uri=uri).status == 200
    rows = requests.get(f"{server.admin_url}/requests", timeout=9).json()["requests"]
    assert [len(row["warnings"]) for row in rows] == [0, 0, 1, 0, 1]


@pytest.mark.evidence("INFERRED", "RFC 7616: the header may repeat the absolute form")
def test_a_signature_for_the_whole_address_is_accepted(server):
    assert call(server, "GET", PATH, uri=server.base_url + PATH).status == 200


@pytest.mark.parametrize(
    "path", [f"{PATH}?a=%C3%A4&b=1%202", f"{PATH}/?x=/y?z", f"{API}/groups/{DEMO}/%69ntegrations"]
)
@pytest.mark.evidence("CLIENT", "clients sign the address as they write it, percent signs and all")
def test_an_address_is_compared_as_it_was_written(server, path):
    assert call(server, "GET", path).status == 200


@pytest.mark.evidence("INFERRED", "the template is Jetty's, which wants its own realm")
def test_a_signature_for_another_realm_is_refused(server):
    assert refused(call(server, "GET", PATH, realm="Other")) == (401, "false")


@pytest.mark.evidence("RECORDED", "the challenge offers qop auth and nothing else")
def test_a_signature_of_a_quality_that_was_not_offered_is_refused(server):
    assert refused(call(server, "GET", PATH, qop="auth-int")) == (401, "false")


@pytest.mark.evidence("INFERRED", "the method is part of the signature")
def test_a_signature_for_another_method_is_refused(server):
    header = authorization("GET", f"{PATH}/SLACK", fresh_nonce(server))
    answer = signed(server, header, "DELETE", f"{PATH}/SLACK")
    assert refused(answer) == (401, "false")


@pytest.mark.parametrize(
    ("found", "replaced"),
    [
        ('realm="MMS Public API"', 'realm="Other"'),
        ("qop=auth", "qop=auth-int"),
        (", qop=auth", ""),
        (", nc=1", ""),
        ("nc=1", "nc=x"),
        ("nc=1", "nc=-1"),
        ("nc=1", "nc=0x1"),
        ("nc=1", f"nc={'1' * 40}"),
        ("qop=auth", "qop=auth, algorithm=SHA-256"),
        ("qop=auth", "qop=auth, algorithm=MD5-sess"),
        ("qop=auth", "qop=auth, qop=auth"),
        ('cnonce="c0ffee"', 'cnonce="c0ffee'),
        ('response="', 'response="0'),
        ('response="', 'response="ÿ'),
        ('username="opsowner"', 'username="ÿ"'),
        ("Digest ", "Basic "),
        ("Digest ", "Bearer "),
        ("Digest ", ""),
    ],
)
@pytest.mark.evidence("INFERRED", "what was not signed for this request is not valid")
def test_a_header_that_is_not_quite_right_is_refused(server, found, replaced):
    header = authorization("GET", PATH, fresh_nonce(server)).replace(found, replaced)
    assert refused(signed(server, header, "GET", PATH)) == (401, "false")


@pytest.mark.parametrize("header", ["", "Digest", "Digest ,,,", "Digest =", "Basic b3BzOm9wcw=="])
@pytest.mark.evidence("INFERRED", "as without any credentials")
def test_a_header_without_credentials_is_challenged(server, header):
    assert refused(signed(server, header, "GET", PATH)) == (401, "false")


@pytest.mark.evidence("CLIENT", "requests and httpx count one nonce up, also from several threads")
def test_counts_may_arrive_in_any_order_but_only_once(server):
    nonce = fresh_nonce(server)
    counts = [f"{count:08x}" for count in range(40, 0, -1)] * 2
    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(lambda nc: call(server, "GET", PATH, nonce=nonce, nc=nc), counts)
        assert Counter(refused(answer) for answer in answers) == {
            (200, None): 40,
            (401, "false"): 40,
        }


@pytest.mark.trap(23, "no cookies, ever")
@pytest.mark.evidence("RECORDED", "no Set-Cookie in 82,000 answers")
def test_nobody_gets_a_cookie(server):
    answers = [
        ask(server, "GET", PATH),
        call(server, "GET", PATH),
        call(server, "GET", f"{PATH}/WEBHOOK"),
        call(server, "PATCH", PATH),
        call(server, "GET", PATH, realm="Other"),
        ask(server, "GET", "/"),
    ]
    assert [answer.status for answer in answers] == [401, 200, 404, 405, 401, 404]
    assert {answer.header("Set-Cookie") for answer in answers} == {None}


@pytest.mark.evidence("INFERRED", "a service of several servers knows its nonces")
def test_servers_with_one_secret_honour_each_others_nonces():
    secret = "shared by both of them"
    with Emulator(nonce_secret=secret) as one, Emulator(nonce_secret=secret) as other:
        assert call(other, "GET", PATH, nonce=fresh_nonce(one)).status == 200
        assert call(one, "GET", PATH, nonce=fresh_nonce(other)).status == 200


@pytest.mark.evidence("INFERRED", "a nonce of another service is an unknown one")
def test_servers_without_a_common_secret_do_not(server):
    with Emulator() as other:
        assert refused(call(other, "GET", PATH, nonce=fresh_nonce(server))) == (401, "true")


@pytest.mark.evidence("INFERRED", "files are shared, and so is their secret")
def test_a_nonce_survives_a_restart_on_the_same_files(tmp_path):
    settings = {"state": f"file:{tmp_path}/state"}
    with Emulator(**settings) as before:
        nonce = fresh_nonce(before)
    with Emulator(**settings) as after:
        assert call(after, "GET", PATH, nonce=nonce).status == 200
