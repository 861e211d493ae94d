"""HTTP/1.1 as clients and proxies speak it, byte by byte."""

from __future__ import annotations

import socket

import pytest

from ..conftest import DEMO
from ..wire import API, authorization, call, fresh_nonce

PATH = f"{API}/groups/{DEMO}/integrations"
SLACK = f"{PATH}/SLACK"
BODY = b'{"type":"SLACK"}'


def request(server, method, target, *headers, version="1.1"):
    """The head of a signed request."""
    signature = authorization(method, target, fresh_nonce(server))
    host = [] if any(line.startswith("Host:") for line in headers) else ["Host: ops.example.com"]
    lines = [f"{method} {target} HTTP/{version}", f"Authorization: {signature}", *host, *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


def exchange(server, *sent):
    """All that the server sends until it hangs up."""
    with socket.create_connection((server.host, server.port), timeout=5) as line:
        line.sendall(b"".join(sent))
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.evidence("RECORDED", "Ops Manager 2023: 100 Continue came before the 401")
def test_a_client_that_waits_is_told_to_continue(server):
    length = f"Content-Length: {len(BODY)}"
    head = ("Content-Type: application/json", length, "Expect: 100-continue", "Connection: close")
    received = exchange(server, request(server, "PUT", SLACK, *head), BODY)
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


@pytest.mark.evidence("INFERRED", "RFC 9112: a body may come in chunks")
def test_a_body_may_come_in_chunks(server):
    head = ("Content-Type: application/json", "Transfer-Encoding: chunked", "Connection: close")
    chunks = b"4\r\n" + BODY[:4] + b"\r\nc\r\n" + BODY[4:] + b"\r\n0\r\n\r\n"
    received = exchange(server, request(server, "PUT", SLACK, *head), chunks)
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("path", [PATH, SLACK, f"{PATH}/WEBHOOK"])
@pytest.mark.evidence("DOCS", "Atlas v1.0 lists HEAD as supported")
def test_head_is_get_without_the_body(server, path):
    got, head = call(server, "GET", path), call(server, "HEAD", path)
    assert (head.status, head.body) == (got.status, b"")
    assert [pair for pair in head.headers if pair[0] != "Date"] == [
        pair for pair in got.headers if pair[0] != "Date"
    ]


@pytest.mark.evidence("INFERRED", "RFC 9112: answers come in the order of the requests")
def test_requests_sent_at_once_are_answered_in_their_order(server):
    received = exchange(
        server,
        request(server, "GET", SLACK),
        request(server, "DELETE", SLACK),
        request(server, "GET", SLACK, "Connection: close"),
    )
    statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"204", b"404"]


@pytest.mark.parametrize(
    ("version", "kept"), [("1.1", None), ("1.0", b"\r\nConnection: keep-alive\r\n")]
)
@pytest.mark.evidence("INFERRED", "RFC 9112: HTTP/1.0 has to be told that the connection stays")
def test_a_connection_stays_until_it_is_to_be_closed(server, version, kept):
    received = exchange(
        server,
        request(server, "GET", PATH, "Connection: keep-alive", version=version),
        request(server, "GET", PATH, "Connection: close", version=version),
    )
    first, second = received.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert kept in first if kept else b"\r\nConnection:" not in first
    assert b"\r\nConnection: close\r\n" in second


@pytest.mark.evidence("INFERRED", "RFC 9112: a proxy is sent the whole address")
def test_the_target_may_be_a_whole_address(server):
    target = f"http://elsewhere.example.com{PATH}"
    received = exchange(server, request(server, "GET", target, "Connection: close"))
    assert received.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("host", ["ops_manager:8080", "ops.example.com", "[::1]:8790", "10.0.0.1"])
@pytest.mark.evidence("INFERRED", "a client that reached us by a name reaches us by it again")
def test_a_link_repeats_the_name_that_the_client_knows(server, host):
    received = exchange(server, request(server, "GET", PATH, f"Host: {host}", "Connection: close"))
    assert f'"href":"http://{host}{PATH}?'.encode() in received


@pytest.mark.parametrize("host", ["", "a/b", 'a"b', "a b", "a@b", "a:x", "ä"])
@pytest.mark.evidence("INFERRED", "no link can be made of it; the address that was called will do")
def test_a_link_does_not_repeat_a_name_that_is_none(server, host):
    received = exchange(server, request(server, "GET", PATH, f"Host: {host}", "Connection: close"))
    assert f'"href":"{server.base_url}{PATH}?'.encode() in received


@pytest.mark.parametrize("line", ["get / HTTP/1.1", "GET / HTTP/9.9", "\x00", "GET  HTTP/1.1"])
@pytest.mark.evidence("INFERRED", "RFC 9112: what is not HTTP is a 400, and the end")
def test_what_is_not_http_is_refused(server, line):
    received = exchange(server, f"{line}\r\nHost: a\r\n\r\n".encode("latin-1"))
    assert received.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert received.endswith(b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
