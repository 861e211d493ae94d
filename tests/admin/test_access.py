"""Who may call the admin API."""

from __future__ import annotations

import pytest
import requests

from opsemu.cli.serve import banner
from opsemu.server import Emulator


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
        ({"X-Forwarded-For": "203.0.113.9"}, 403),
    ],
)
def test_only_this_machine_is_answered(server, headers, status):
    assert requests.get(f"{server.admin_url}/health", headers=headers).status_code == status


def test_a_page_of_the_server_itself_is_let_in(server):
    origin = {"Origin": server.base_url}
    assert requests.get(f"{server.admin_url}/health", headers=origin).status_code == 200


@pytest.mark.parametrize(
    ("given", "status"), [("", 401), ("Bearer wrong", 401), ("bearer open sesame", 200)]
)
def test_with_a_token_the_token_decides(given, status):
    with Emulator(admin_token="open sesame") as running:
        headers = {"Authorization": given, "Host": "opsemu.internal"}
        answer = requests.get(f"{running.admin_url}/config", headers=headers)
    assert answer.status_code == status
    assert "open sesame" not in answer.text


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
