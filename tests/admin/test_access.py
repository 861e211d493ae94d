"""Who may call the admin API."""

from __future__ import annotations

import pytest
import requests

from opsemu.cli.banner import banner
from opsemu.server import Emulator
from tests.serving import exchange

TOKEN = "open sesame, open sesame"
PROXY_HEADERS = """
    Via Forwarded Forwarded-For X-Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto
    X-Forwarded-Port X-Forwarded-Server X-Forwarded-Prefix X-Original-Forwarded-For
    X-Original-URL X-Original-Host X-Real-IP X-Client-IP Client-IP True-Client-IP
    X-Cluster-Client-IP X-Remote-IP X-Remote-Addr CF-Connecting-IP CF-Connecting-IPv6 CF-Ray
    CDN-Loop Fastly-Client-IP Fly-Client-IP Proxy-Client-IP WL-Proxy-Client-IP X-ProxyUser-Ip
    X-Azure-ClientIP X-Envoy-External-Address X-Appengine-User-IP Max-Forwards
"""


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:8790"}, 200),
        ({"Host": "[::1]:8790"}, 200),
        ({"Host": "rebound.example.com"}, 403),
        ({"Host": "192.168.0.7"}, 403),
        ({"Origin": "http://evil.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "script"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "empty"}, 403),
    ],
)
def test_only_this_machine_is_answered(emulator, headers, status):
    assert requests.get(f"{emulator.admin_url}/health", headers=headers).status_code == status


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_of_another_site_changes_nothing(emulator, site):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "document"}
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = requests.request(method, f"{emulator.admin_url}/faults", headers=headers)
        assert (answer.status_code, answer.json()["error"]) == (403, "foreign_origin")


@pytest.mark.parametrize("name", PROXY_HEADERS.split())
def test_a_header_of_a_proxy_closes_it(emulator, name):
    answer = requests.get(f"{emulator.admin_url}/health", headers={name: "10"})
    assert (answer.status_code, answer.json()["error"]) == (403, "proxied")
    assert name.lower() in answer.json()["message"].lower()


@pytest.mark.parametrize(
    "name",
    ["Accept", "User-Agent", "X-Requested-With", "X-Request-Id", "Client-Version", "Origin-IP"],
)
def test_a_header_of_a_client_does_not_close_it(emulator, name):
    answer = requests.get(f"{emulator.admin_url}/health", headers={name: "10"})
    assert answer.status_code == 200


def test_http_1_0_closes_it(server):
    answer = exchange(server.port, b"GET /__admin/health HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"without an admin token the admin API needs HTTP/1.1" in answer


def test_an_external_url_closes_it():
    with Emulator(external_url="https://ops.example.com") as running:
        answer = requests.get(f"{running.admin_url}/worlds")
    assert (answer.status_code, answer.json()["error"]) == (403, "proxied")


@pytest.mark.parametrize("settings", [{"admin": "own"}, {"admin_token": TOKEN}])
def test_an_external_url_goes_with_a_port_or_a_token(settings):
    with Emulator(external_url="https://ops.example.com", **settings) as running:
        assert running.control.call("GET", "/worlds", {}) == {"worlds": ["default"]}


@pytest.mark.parametrize(
    "settings", [{}, {"admin_token": TOKEN}, {"external_url": "https://ops.example.com"}]
)
def test_readiness_is_told_to_everyone_and_nothing_else(settings):
    headers = {"Host": "10.0.0.7", "X-Forwarded-For": "203.0.113.9"}
    with Emulator(**settings) as running:
        answer = requests.get(f"{running.admin_url}/ready", headers=headers)
        others = [
            requests.request(method, f"{running.admin_url}{path}", headers=headers).status_code
            for method, path in (("GET", "/health"), ("GET", "/nothing"), ("POST", "/ready"))
        ]
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert {*others} <= {401, 403}


def test_a_page_of_the_server_itself_is_let_in(server):
    origin = {"Origin": server.base_url}
    assert requests.get(f"{server.admin_url}/health", headers=origin).status_code == 200


@pytest.mark.parametrize(
    ("given", "status"), [("", 401), ("Bearer wrong", 401), (f"bearer {TOKEN}", 200)]
)
def test_with_a_token_the_token_decides(given, status):
    with Emulator(admin_token=TOKEN) as running:
        headers = {"Authorization": given, "Host": "opsemu.internal"}
        answer = requests.get(f"{running.admin_url}/config", headers=headers)
    assert answer.status_code == status
    assert TOKEN not in answer.text


def test_it_can_be_switched_off():
    with Emulator(admin="off") as running:
        answer = requests.get(f"{running.base_url}/__admin/health")
    assert answer.status_code == 404


def test_it_can_have_a_port_of_its_own():
    with Emulator(admin="own") as running:
        assert running.admin_port != running.port
        assert requests.get(f"{running.admin_url}/ready").json() == {"status": "ready"}
        assert requests.get(f"{running.base_url}/__admin/ready").status_code == 404


def test_what_the_vendor_serves_is_served_as_before(server, api):
    assert requests.get(f"{server.base_url}/__administrator").status_code == 404
    assert requests.get(f"{server.url}/__admin").status_code == 401


@pytest.mark.parametrize("path", ["/health", "/ready", "/version", "/config", "/openapi.json"])
def test_what_the_server_is_can_be_asked(server, path):
    answer = requests.get(f"{server.admin_url}{path}")
    assert answer.status_code == 200
    assert answer.json()


def test_the_banner_names_a_port_of_its_own():
    with Emulator(admin="own") as running:
        assert f"\n  Control      {running.admin_url}\n" in banner(running)


def test_a_trusted_proxy_closes_it():
    with Emulator(trust_proxy=True) as running:
        answer = requests.get(f"{running.admin_url}/config")
    assert answer.status_code == 403
    assert "--trust-proxy" in answer.json()["message"]
