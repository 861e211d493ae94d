"""Clients that people have, unaware that this is not the real thing."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import cycle, islice

import httpx
import pytest

from ..conftest import DEMO, OWNER
from ..wire import TYPES, body_of

needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")


def mixed(url, times):
    """Method, address, body and status of calls that go round in a circle."""
    round_trip = [
        ("GET", url, None, 200),
        ("PUT", f"{url}/WEBHOOK", body_of("WEBHOOK"), 200),
        ("GET", f"{url}/WEBHOOK?pretty=true", None, 200),
        ("POST", f"{url}/WEBHOOK", body_of("WEBHOOK"), 409),
        ("DELETE", f"{url}/WEBHOOK", None, 204),
        ("GET", f"{url}/WEBHOOK", None, 404),
    ]
    return islice(cycle(round_trip), times)


def curl(method, url, body=None):
    """The statuses that curl saw, and the last answer's body."""
    command = ["curl", "-q", "--silent", "--show-error", "--include", "--noproxy", "*"]
    command += ["--digest", "--user", ":".join(OWNER), "--request", method, url]
    if body is not None:
        command += ["--header", "Content-Type: application/json", "--data", json.dumps(body)]
    out = subprocess.run(command, capture_output=True, check=True, timeout=20).stdout.decode()
    heads = [part for part in out.split("\r\n\r\n") if part.startswith("HTTP/1.1 ")]
    return [int(head[9:12]) for head in heads], out.rpartition("\r\n\r\n")[2]


@pytest.mark.evidence("CLIENT", "requests uses a nonce again, with rising nc")
def test_requests_needs_one_challenge_for_a_hundred_calls(api, empty):
    answers = [
        (api.request(method, url, json=body), status)
        for method, url, body, status in mixed(empty, 100)
    ]
    assert [answer.status_code for answer, _ in answers] == [status for _, status in answers]
    assert sum(len(answer.history) for answer, _ in answers) == 1
    assert not api.cookies


@pytest.mark.evidence("CLIENT", "httpx uses a nonce again, with rising nc")
def test_httpx_needs_one_challenge_for_a_hundred_calls(empty):
    with httpx.Client(auth=httpx.DigestAuth(*OWNER), trust_env=False) as client:
        answers = [
            (client.request(method, url, json=body), status)
            for method, url, body, status in mixed(empty, 100)
        ]
        assert [answer.status_code for answer, _ in answers] == [status for _, status in answers]
        assert sum(len(answer.history) for answer, _ in answers) == 1
        assert not client.cookies


@needs_curl
@pytest.mark.evidence("DOCS", "Ops Manager: create a configuration, example request and response")
def test_curl_sees_the_documented_example(server, demo):
    body = {"type": "SLACK", "apiToken": "1234567890", "teamName": "My Team"}
    statuses, answer = curl("POST", f"{demo}/SLACK", body)
    assert statuses == [401, 200]
    assert answer == (
        '{"links":[{"href":"' + demo + '/SLACK?pageNum=1&itemsPerPage=100","rel":"self"}],'
        '"results":[{"serviceKey":"******7890","type":"PAGER_DUTY"},'
        '{"apiToken":"******7890","channelName":"My Channel","teamName":"My Team",'
        '"type":"SLACK"}],"totalCount":2}'
    )


@needs_curl
@pytest.mark.parametrize("name", TYPES)
@pytest.mark.evidence("CLIENT", "curl --digest without a cookie jar")
def test_curl_does_everything_with_every_type(server, empty, name):
    one = f"{empty}/{name}"
    statuses, written = curl("PUT", one, body_of(name))
    assert statuses == [401, 200]
    listed, single = curl("GET", empty), curl("GET", one)
    assert (listed[0], json.loads(listed[1])["totalCount"]) == ([401, 200], 1)
    assert (single[0], [json.loads(single[1])]) == ([401, 200], json.loads(written)["results"])
    assert curl("DELETE", one) == ([401, 204], "")
    assert curl("DELETE", one)[0] == [401, 404]


@needs_curl
@pytest.mark.evidence("CLIENT", "curl signs the query too")
def test_curl_may_ask_for_anything_that_needs_quoting(server):
    query = "pretty=true&name=a%20b%26c&x=~!'()*"
    statuses, answer = curl("GET", f"{server.url}/groups/{DEMO}/integrations?{query}")
    assert statuses == [401, 200]
    assert f"?{query}&pageNum=1&itemsPerPage=100" in answer
