"""HTTPS: who is trusted, what changes on the wire, and what does not."""

from __future__ import annotations

import socket
import ssl
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import DEMO, OWNER, integrations, signed
from tests.serving import PATIENCE, authorization, exchange, request, statuses

LIST = f"/api/public/v1.0/groups/{DEMO}/integrations"


@pytest.fixture(scope="module")
def running():
    with Emulator(
        seed="demo", tls=True, tls_san="opsemu.test, 192.0.2.7,*.cluster.test"
    ) as emulator:
        yield emulator


@pytest.fixture
def secure(running):
    running.reset()
    return running


@pytest.fixture
def https(secure):
    with signed(OWNER) as session:
        session.verify, session.trust_env = secure.ca_file, False
        yield session


def connect(emulator, name="localhost", **options):
    """A TLS connection that verifies the server under this name."""
    context = ssl.create_default_context(cafile=emulator.ca_file)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    plain = socket.create_connection(("127.0.0.1", emulator.port), timeout=PATIENCE)
    try:
        return context.wrap_socket(plain, server_hostname=name, **options)
    except BaseException:
        plain.close()
        raise


def read_all(client):
    """What comes until the server closes the connection."""
    received = bytearray()
    while piece := client.recv(65536):
        received += piece
    return bytes(received)


def challenge(emulator):
    headers = requests.get(f"{emulator.base_url}/api/x", verify=emulator.ca_file).headers
    return headers["WWW-Authenticate"].partition('nonce="')[2].partition('"')[0]


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "127.0.0.1",
        "::1",
        "host.docker.internal",
        "opsemu.test",
        "192.0.2.7",
        "a.cluster.test",
    ],
)
def test_the_certificate_is_for_this_machine_and_the_names_asked_for(secure, name):
    with connect(secure, name) as client:
        assert client.version() in ("TLSv1.2", "TLSv1.3")


def test_the_certificate_is_for_no_other_name(secure):
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        connect(secure, "elsewhere.test")


@pytest.mark.parametrize("host", ["127.0.0.2", "0.0.0.0"])
def test_a_server_that_listens_on_an_address_has_it_in_its_certificate(host):
    with Emulator(host, tls=True) as emulator:
        ready = requests.get(f"{emulator.base_url}/__admin/ready", verify=emulator.ca_file)
    assert ready.status_code == 200


def test_links_and_addresses_are_https(secure, https):
    listed = https.get(integrations(secure, DEMO)).json()
    assert listed["links"][0]["href"].startswith(f"https://127.0.0.1:{secure.port}/api/")
    for url in (secure.base_url, secure.url, secure.admin_url):
        assert url.startswith("https://")


def test_a_cached_response_has_https_links_too(secure, https):
    for _ in range(3):
        listed = https.get(integrations(secure, DEMO)).json()
        assert listed["links"][0]["href"].startswith("https://")
    assert secure.response_cache.hits > 0


@pytest.mark.parametrize("verify", ["system", "other CA"])
@pytest.mark.parametrize("library", ["requests", "httpx"])
def test_a_client_that_trusts_another_ca_refuses_the_server(secure, verify, library):
    url = f"{secure.base_url}/__admin/ready"
    with Emulator(tls=True) as other:
        ca_file = other.ca_file if verify == "other CA" else None
        if library == "requests":
            with pytest.raises(requests.exceptions.SSLError):
                requests.get(url, verify=ca_file or True)
        else:
            context = ssl.create_default_context(cafile=ca_file)
            with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                httpx.get(url, verify=context, trust_env=False)


def test_httpx_verifies_the_server(secure):
    context = ssl.create_default_context(cafile=secure.ca_file)
    auth = httpx.DigestAuth(*OWNER)
    with httpx.Client(verify=context, trust_env=False, auth=auth) as client:
        assert client.get(integrations(secure, DEMO)).json()["totalCount"] == 2


def test_tls_before_1_2_is_refused(secure):
    assert secure._tls.minimum_version == ssl.TLSVersion.TLSv1_2


def test_plain_http_on_a_tls_port_ends_at_once_with_one_line_in_the_log(secure, caplog):
    caplog.set_level("INFO")
    received = exchange(secure.port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", end=False)
    assert not statuses(received)
    requests.get(f"{secure.base_url}/__admin/ready", verify=secure.ca_file)
    assert [record.getMessage() for record in caplog.records] == [
        "TLS handshake with 127.0.0.1 failed: the client speaks plain HTTP"
    ]


def test_a_client_that_distrusts_the_server_is_in_the_log(secure, caplog):
    caplog.set_level("INFO")
    with Emulator(tls=True) as other, pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{secure.base_url}/__admin/ready", verify=other.ca_file)
    requests.get(f"{secure.base_url}/__admin/ready", verify=secure.ca_file)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("TLS handshake with 127.0.0.1 failed: ")
    assert "UNKNOWN_CA" in line


def test_tls_on_a_plain_port_is_refused(server):
    plain = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    with plain, pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")


def test_a_broken_request_gets_its_error(secure):
    with connect(secure) as client:
        client.sendall(b"GET / HTTP/1.1\r\nno colon\r\n\r\n")
        assert statuses(client.recv(65536)) == [400]


def test_pipelined_requests_are_answered_in_order(secure):
    nonce = challenge(secure)
    calls = [
        request("GET", LIST, authorization(OWNER, "GET", LIST, nonce, f"{number:08x}"))
        for number in range(1, 31)
    ]
    last = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with connect(secure) as client:
        client.sendall(b"".join([*calls, last]))
        assert statuses(read_all(client)) == [200] * 30 + [404]


def test_a_big_body_is_received(secure, https):
    body = {"type": "PAGER_DUTY", "serviceKey": "k" * 1_000_000}
    assert https.put(f"{integrations(secure, DEMO)}/PAGER_DUTY", json=body).status_code in (
        200,
        400,
    )


def test_a_reset_has_no_end_of_tls_and_a_close_has_one(secure):
    call = request("GET", LIST, authorization(OWNER, "GET", LIST, challenge(secure)))
    secure.world().fail_next(fault="CONNECTION_RESET_BY_PEER")
    with connect(secure, suppress_ragged_eofs=False) as client:
        client.sendall(call)
        with pytest.raises((ssl.SSLEOFError, ConnectionResetError)):
            client.recv(1)
    with connect(secure, suppress_ragged_eofs=False) as client:
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert statuses(read_all(client)) == [404]


def test_a_client_that_leaves_while_it_waits_is_forgotten_without_a_warning(secure, caplog):
    with connect(secure) as client:
        body = b'{"timeout": 30, "count": 1000}'
        head = f"POST /__admin/wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}"
        client.sendall(head.encode() + b"\r\n\r\n" + body)
        ready = requests.get(f"{secure.base_url}/__admin/ready", verify=secure.ca_file)
        assert ready.status_code == 200
    requests.get(f"{secure.base_url}/__admin/ready", verify=secure.ca_file)
    assert [record for record in caplog.records if record.name == "asyncio"] == []


def test_a_client_that_never_speaks_does_not_hold_up_the_end():
    with Emulator(tls=True) as emulator:
        silent = socket.create_connection(("127.0.0.1", emulator.port), timeout=PATIENCE)
    with silent:
        assert silent.recv(1) == b""


def test_clients_at_once_are_all_served(secure):
    def get(_):
        with signed(OWNER) as session:
            return session.get(integrations(secure, DEMO), verify=secure.ca_file).status_code

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(get, range(24))) == {200}


def test_the_ca_is_told_to_everyone(monkeypatch):
    with Emulator(
        tls=True, admin_token="t0psecret-t0psecret", external_url="https://a.test"
    ) as one:
        answer = requests.get(f"{one.admin_url}/ca.pem", verify=one.ca_file)
        assert answer.headers["Content-Type"] == "application/x-pem-file"
        with open(one.ca_file) as file:
            assert answer.text == file.read()
        assert "PRIVATE" not in answer.text
        assert requests.get(f"{one.admin_url}/health", verify=one.ca_file).status_code == 401


def test_without_a_ca_there_is_none_to_be_had(server):
    answer = requests.get(f"{server.admin_url}/ca.pem")
    assert (answer.status_code, answer.json()["error"]) == (404, "no_ca")
    assert server.ca_file == ""


def test_a_port_for_the_admin_api_speaks_tls_too():
    with Emulator(tls=True, admin="own") as emulator:
        url = f"{emulator.admin_url}/ready"
        assert url.startswith("https://")
        assert requests.get(url, verify=emulator.ca_file).status_code == 200
