"""What a client may send by mistake or in bad faith: it is refused, and nothing breaks."""

from __future__ import annotations

import socket

import pytest

from opsemu.auth.digest import parse_parameters
from opsemu.server.request_parser import MAX_BODY

from ..conftest import DEMO, OWNER
from ..serving import PATIENCE, authorization, challenge, exchange, request, statuses

LIST = f"/api/public/v1.0/groups/{DEMO}/integrations"
ONE = f"{LIST}/PAGER_DUTY"


@pytest.fixture
def send(server):
    """Send a signed request; all that comes back."""

    def send(method, uri=LIST, body=b"", *headers, host="localhost", end=True):
        signature = authorization(OWNER, method, uri, challenge(server.port))
        return exchange(
            server.port, request(method, uri, signature, body, *headers, host=host), end=end
        )

    return send


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 1024 * 1024, id="a mebibyte of open brackets"),
        pytest.param(b'{"a":' * 200_000 + b"1" + b"}" * 200_000, id="nested objects"),
        pytest.param(b'{"type":"PAGER_DUTY","serviceKey":"\xff\xfe"}', id="invalid UTF-8"),
        pytest.param(b'{"type":"PAGER_DUTY","serviceKey":"\\ud800"}', id="a lone surrogate"),
        pytest.param(b'{"type":"PAGER_DUTY","serviceKey":NaN}', id="NaN"),
        pytest.param(b'{"type":"PAGER_DUTY","serviceKey":-Infinity}', id="infinity"),
        pytest.param(b'{"type":"PAGER_DUTY","serviceKey":1e999}', id="a number out of range"),
        pytest.param(b'{"type":"PAGER_DUTY","serviceKey":' + b"9" * 100_000 + b"}", id="huge"),
        pytest.param(b'{"type":"PAGER_DUTY","serviceKey":{"a":[{}]}}', id="an object"),
        pytest.param(b'{"type":{"$ne":1},"serviceKey":"1"}', id="an object as the type"),
        pytest.param(b'{"\\u0000":1,"type":"PAGER_DUTY"}', id="a NUL as a name"),
        pytest.param(b'{"":"","type":"PAGER_DUTY"}', id="an empty name"),
        pytest.param(b'{"a.b":"","_schema":1,"type":"PAGER_DUTY"}', id="names of the library's"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param(b"null", id="null"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_body_that_makes_no_sense_is_a_bad_request(send, body):
    assert statuses(send("PUT", ONE, body)) == [400]


def test_of_an_attribute_given_twice_the_last_counts(send):
    body = b'{"type":"PAGER_DUTY","serviceKey":"firstkey","serviceKey":"lastkey9"}'
    assert b'"serviceKey":"****key9"' in send("PUT", ONE, body)


def test_a_body_behind_its_head_in_one_packet_is_not_taken_for_a_head(send):
    body = b'{"type":"PAGER_DUTY","serviceKey":"%s"}' % (b"k" * 60_000)
    assert statuses(send("PUT", ONE, body)) == [200]


@pytest.mark.parametrize("size", [17 * 1024, 64 * 1024, 1024 * 1024])
def test_a_header_out_of_measure_is_refused_and_the_client_learns_why(server, size):
    head = b"GET /api HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * size + b"\r\n\r\n"
    assert statuses(exchange(server.port, head, end=False)) == [431]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"GET /" + b"a" * 64 * 1024 + b" HTTP/1.1\r\n\r\n", id="a long target"),
        pytest.param(b"GET / HTTP/1.1\r\nX-" + b"a" * 64 * 1024, id="a name without an end"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 8_000, id="many headers"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
            + b"X-A: b\r\n" * 8_000,
            id="many trailers",
        ),
    ],
)
def test_a_head_out_of_measure_is_refused(server, head):
    assert statuses(exchange(server.port, head, end=False)) == [431]


def test_a_body_said_to_be_too_long_is_refused_before_it_is_sent(server):
    head = f"POST {ONE} HTTP/1.1\r\nHost: a\r\nContent-Length: {MAX_BODY + 1}\r\n"
    waiting = head.encode() + b"Expect: 100-continue\r\n\r\n"
    assert statuses(exchange(server.port, waiting, end=False)) == [413]


def test_a_body_that_grows_too_long_is_refused(server):
    head = f"POST {ONE} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    chunks = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    content = head + chunks * (MAX_BODY // 65536 + 1)
    assert statuses(exchange(server.port, content, end=False)) == [413]


@pytest.mark.parametrize(
    "path",
    [
        "/api/public/v1.0/groups/../../../../etc/passwd",
        "/api/public/v1.0/groups/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        f"{LIST}%2FPAGER_DUTY%2F..%2Fx",
        f"{LIST}/PAGER_DUTY%00",
        f"{LIST}/%00",
        f"{LIST}/%ff%fe",
        f"{LIST}/%ED%A0%80",
        f"{LIST}/{{0}}%s%n",
        f"{LIST}/PAGER_DUTY/" + "x/" * 2_000,
        "/api/public/v1.0/groups/%F0%9F%92%A9/integrations",
        "/api/" + "%" * 500,
        f"{LIST}?pageNum=%00",
        f"{LIST}?itemsPerPage={'9' * 5_000}",
        "/api//" + DEMO,
    ],
)
def test_a_path_that_leads_nowhere_is_refused(send, path):
    assert statuses(send("GET", path))[0] in (400, 404)


@pytest.mark.parametrize("query", ["a=%00", "%ff=%fe", "&&&", "=", "a" * 5_000, "pretty=%F0%9F%92"])
def test_a_query_that_nobody_asked_for_is_borne(send, query):
    assert statuses(send("GET", f"{LIST}?{query}")) == [200]


@pytest.mark.parametrize(
    "host", ["", "a b", "[::1", "\xff", "a" * 5_000, "%00", "a/b?c#d", "@", "-"]
)
def test_a_strange_host_is_borne(send, host):
    assert statuses(send("GET", LIST, host=host))[0] in (200, 400)


def test_the_form_of_request_that_proxies_are_sent_is_understood(server):
    target = f"http://localhost:{server.port}{LIST}"
    signature = authorization(OWNER, "GET", target, challenge(server.port))
    assert statuses(exchange(server.port, request("GET", target, signature))) == [200]


@pytest.mark.parametrize(
    "target", ["http://[", "http://", "http:///", "://", "http://a:b:c", "*", "http://a?b"]
)
def test_a_target_that_is_no_address_is_refused(server, target):
    signature = authorization(OWNER, "GET", target, challenge(server.port))
    found = statuses(exchange(server.port, request("GET", target, signature)))
    assert found[0] in (400, 401, 404)


@pytest.mark.parametrize("uri", ["http://[", "http://[::1", "//[", "http://\xff/", "\xff", ""])
def test_a_signed_address_that_is_none_is_borne(server, uri):
    signature = authorization(OWNER, "GET", uri, challenge(server.port))
    assert statuses(exchange(server.port, request("GET", LIST, signature))) == [200]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Digest",
        "Digest ",
        "Digest ,",
        "Digest =",
        'Digest username="',
        "Digest " + "a=b," * 3_000,
        "Digest username=" + "u" * 12_000,
        'Digest username="\xc3\xa4\xff", nc=1, qop=auth, realm="MMS Public API"',
        'Digest nonce="\xff\xff", nc=1, qop=auth, realm="MMS Public API"',
        'Digest nonce="' + "A" * 32 + '", nc=-1, qop=auth, realm="MMS Public API"',
        'Digest nonce="' + "A" * 32 + '", nc=ffffffffffffffff, qop=auth, realm="MMS Public API"',
        "Basic " + "A" * 8_000,
        "Bearer x.y.z",
        "\x01\x02",
    ],
)
def test_credentials_that_make_no_sense_are_challenged(server, value):
    sent = f"GET {LIST} HTTP/1.1\r\nHost: a\r\nAuthorization: {value}\r\n\r\n".encode("latin-1")
    assert statuses(exchange(server.port, sent))[0] in (400, 401)


@pytest.mark.parametrize(
    "user", ["", "u" * 10_000, "\xfc\xdf\xff", "../../opsowner", "a/b", ".x", "%00"]
)
def test_a_user_name_that_cannot_be_is_challenged(server, user):
    signature = authorization((user, "x"), "GET", LIST, challenge(server.port))
    assert statuses(exchange(server.port, request("GET", LIST, signature))) == [401]


def test_a_second_authorization_header_spoils_the_first(server):
    signature = authorization(OWNER, "GET", LIST, challenge(server.port))
    twice = request("GET", LIST, signature, b"", f"Authorization: {signature}")
    assert statuses(exchange(server.port, twice)) == [401]


def test_a_trailer_does_not_pass_for_a_header(server):
    signature = authorization(OWNER, "GET", LIST, challenge(server.port))
    head = f"GET {LIST} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    content = f"{head}Authorization: {signature}\r\n\r\n".encode()
    assert statuses(exchange(server.port, content)) == [401]


@pytest.mark.parametrize("text", ['a=%s;"', "%s", "a%s=", "a=b%sx", 'a="%s', "a=%s"])
def test_the_time_to_read_credentials_grows_no_faster_than_they_do(text):
    # A regular expression that tries every split of the spaces needs hours for this.
    assert parse_parameters(text % (" " * 1_000_000)) in ({}, {"a": ""})


def test_requests_sent_at_once_are_answered_in_their_order(server):
    nonce = challenge(server.port)
    paths = [LIST, ONE, f"{LIST}/WEBHOOK", f"{LIST}/SLACK"] * 30
    sent = [
        request("GET", path, authorization(OWNER, "GET", path, nonce, f"{number:08x}"))
        for number, path in enumerate(paths, 1)
    ]
    assert statuses(exchange(server.port, b"".join(sent))) == [200, 200, 404, 200] * 30


def test_requests_before_a_broken_one_are_answered_first(server):
    signature = authorization(OWNER, "GET", LIST, challenge(server.port))
    content = request("GET", LIST, signature) + b"\x00\x01garbage\r\n\r\n"
    assert statuses(exchange(server.port, content)) == [200, 400]


def test_a_body_in_chunks_is_read_whole(server):
    body = b'{"type":"PAGER_DUTY","serviceKey":"chunked9"}'
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    signature = authorization(OWNER, "PUT", ONE, challenge(server.port))
    sent = request("PUT", ONE, signature, b"", "Transfer-Encoding: chunked") + chunks
    assert b'"serviceKey":"****ked9"' in exchange(server.port, sent)


def test_a_client_that_waits_is_told_to_go_on(server):
    body = b'{"type":"PAGER_DUTY","serviceKey":"awaited9"}'
    signature = authorization(OWNER, "PUT", ONE, challenge(server.port))
    sent = request("PUT", ONE, signature, body, "Expect: 100-continue")
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.sendall(sent[: -len(body)])
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        assert statuses(client.recv(65536)) == [200]


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_offer_of_another_protocol_is_declined_and_the_request_answered(server, method):
    # Java's HttpClient offers HTTP/2 like this with its first request.
    body = b'{"type":"PAGER_DUTY","serviceKey":"upgrade9"}' if method == "PUT" else b""
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    nonce = challenge(server.port)
    first = authorization(OWNER, method, ONE, nonce)
    second = authorization(OWNER, "GET", LIST, nonce, "00000002")
    sent = request(method, ONE, first, body, *offer) + request("GET", LIST, second)
    assert statuses(exchange(server.port, sent)) == [200, 200]


def test_nobody_is_connected_through(server):
    sent = (
        b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    )
    assert statuses(exchange(server.port, sent)) == [405]


def test_an_http_1_0_client_is_answered_and_the_connection_closed(server):
    answer = exchange(server.port, f"GET {LIST} HTTP/1.0\r\n\r\n".encode(), end=False)
    assert statuses(answer) == [401]
    assert b"\r\nConnection: close\r\n" in answer


def test_a_client_that_stops_sending_still_gets_its_answer(send):
    assert statuses(send("GET", LIST, end=True)) == [200]


def test_a_client_that_leaves_in_mid_request_is_forgotten(server, api, demo):
    for length in range(0, 120, 7):
        exchange(
            server.port, f"PUT {ONE} HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"[:length].encode()
        )
    assert api.get(demo).status_code == 200


def test_a_client_that_sends_byte_by_byte_is_answered(server):
    signature = authorization(OWNER, "GET", LIST, challenge(server.port))
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request("GET", LIST, signature):
            client.send(bytes([byte]))
        assert statuses(client.recv(65536)) == [200]


def test_a_client_that_does_not_read_keeps_nobody_waiting(server, api, demo):
    sent = f"GET {LIST} HTTP/1.1\r\nHost: a\r\n\r\n".encode() * 2_000
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as client:
        client.setblocking(False)
        client.send(sent)
        assert api.get(demo).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 100,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"BREW /pot HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX\x00Y: a\r\n\r\n",
    ],
)
def test_what_is_not_http_is_a_bad_request(server, content):
    assert statuses(exchange(server.port, content)) == [400]


@pytest.mark.parametrize(
    "header", ["X-Empty:", "X-Blank:   ", "Content-Type:", "Accept:", "Cookie:"]
)
def test_a_header_without_a_value_is_borne(server, header):
    signature = authorization(OWNER, "GET", LIST, challenge(server.port))
    assert statuses(exchange(server.port, request("GET", LIST, signature, b"", header)))[0] == 200
