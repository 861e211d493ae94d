"""What a request has to be so that two readers cannot take it for two different ones."""

from __future__ import annotations

import socket

import pytest

from ..serving import PATIENCE, exchange, statuses

ENVELOPE = b"Host: a\r\nConnection: close\r\n"


def status(server, *content: bytes) -> list[int]:
    """The statuses of what comes back for some bytes."""
    return statuses(exchange(server.port, b"".join(content)))


@pytest.mark.evidence("INFERRED", "RFC 9112, 3.2: no Host in HTTP/1.1, or two of them, is a 400")
@pytest.mark.parametrize(
    ("version", "hosts", "expected"),
    [("1.1", 0, 400), ("1.1", 1, 401), ("1.1", 2, 400), ("1.0", 0, 401), ("1.0", 2, 400)],
)
def test_a_request_has_one_host(server, version, hosts, expected):
    head = f"GET /api/public/v1.0/orgs HTTP/{version}\r\nConnection: close\r\n".encode()
    assert status(server, head, b"Host: localhost\r\n" * hosts, b"\r\n") == [expected]


@pytest.mark.evidence("INFERRED", "RFC 9112, 2.3: a version that is not served is a 505")
@pytest.mark.parametrize(
    "line", [b"GET / HTTP/2.0", b"GET / HTTP/0.9", b"GET /", b"POST / HTTP/2.0"]
)
def test_another_version_of_http_is_refused(server, line):
    assert status(server, line, b"\r\n", ENVELOPE, b"\r\n") == [505]


@pytest.mark.parametrize(
    "line",
    [
        b"PRI * HTTP/2.0",
        b"OPTIONS * RTSP/1.0",
        b"DESCRIBE rtsp://a/b RTSP/1.0",
        b"SOURCE / ICE/1.0",
        b"OPTIONS sip:a SIP/2.0",
        b"SSH-2.0-OpenSSH_9.2",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x80\x2e\x01\x00\x02",
        b"*1\r\n$4\r\nPING",
        b"EHLO example.com",
    ],
)
def test_another_protocol_is_refused_and_the_connection_closed(server, line):
    assert status(server, line, b"\r\n", ENVELOPE, b"\r\n") == [400]


@pytest.mark.evidence(
    "INFERRED", "RFC 9112, 6.1 and 7: framing that two readers may read in two ways"
)
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400),
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
        (b"Transfer-Encoding: gzip, chunked\r\n", 501),
        (b"Transfer-Encoding: identity\r\n", 501),
        (b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
        (b"Content-Length: +0\r\n", 400),
        (b"Content-Length: 0, 0\r\n", 400),
        (b"Content-Length: 0\r\nContent-Length: 0\r\n", 400),
        (b"X-Folded: a\r\n b\r\n", 400),
        (b"X-Nul: a\x00b\r\n", 400),
        (b"X-Return: a\rb\r\n", 400),
        (b"X-Space : a\r\n", 400),
        (b": a\r\n", 400),
    ],
)
def test_a_body_has_one_length_and_a_header_one_line(server, fields, expected):
    head = b"POST /api/public/v1.0/orgs HTTP/1.1\r\n"
    assert status(server, head, ENVELOPE, fields, b"\r\n0\r\n\r\n") == [expected]


def test_chunks_in_http_1_0_are_refused(server):
    head = b"POST /api/public/v1.0/orgs HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    assert status(server, head) == [400]


def test_an_asterisk_is_for_options_alone(server):
    assert status(server, b"GET * HTTP/1.1\r\n", ENVELOPE, b"\r\n") == [400]


def test_a_client_that_waits_and_offers_http_2_is_told_to_continue_once(server):
    head = (
        b"PUT /api/public/v1.0/orgs HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\n"
        b"Upgrade: h2c\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.sendall(head)
        assert client.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"a")
        assert statuses(b"".join(iter(lambda: client.recv(65536), b""))) == [401]
