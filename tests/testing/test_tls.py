"""Emulators with TLS in tests: sessions verify them, and other clients are told how to."""

from __future__ import annotations

import ssl
import urllib.request

import pytest
import requests

from opsemu.testing import Atlas, OpsManager, OpsRamp, Server, emulated


def test_the_fixture_makes_a_server_whose_session_verifies_it(make_ops_manager):
    ops_manager = make_ops_manager(tls=True)
    assert ops_manager.url.startswith("https://")
    listed = ops_manager.session.get(f"{ops_manager.url}/groups").json()
    assert listed["links"][0]["href"].startswith(ops_manager.url)
    assert ops_manager.requests.count() == 1


def test_another_client_verifies_it_with_the_ca_file(make_ops_manager):
    ops_manager = make_ops_manager(tls=True)
    context = ssl.create_default_context(cafile=ops_manager.ca_file)
    url = f"{ops_manager.base_url}/__admin/ready"
    with urllib.request.urlopen(url, context=context) as response:
        assert response.status == 200


def test_a_session_does_not_trust_what_the_environment_does(make_ops_manager, monkeypatch):
    one, other = make_ops_manager(tls=True), make_ops_manager(tls=True)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", other.ca_file)
    assert one.session.get(f"{one.url}/groups").status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        one.session.get(f"{other.url}/groups")


@pytest.mark.parametrize("kind", [OpsManager, Atlas, OpsRamp])
def test_emulated_serves_every_vendor_with_tls(kind):
    with emulated(kind, tls=True) as world:
        assert world.url.startswith("https://")
        assert world.session.get(world.url).status_code in (200, 401, 404)


def test_a_server_elsewhere_is_verified_with_ssl_cert_file(make_ops_manager, monkeypatch):
    running = make_ops_manager(tls=True)
    monkeypatch.setenv("SSL_CERT_FILE", running.ca_file)
    host = Server(running.base_url)
    with host.ops_manager() as ops_manager:
        assert ops_manager.ca_file == running.ca_file
        assert ops_manager.session.get(f"{ops_manager.url}/groups").status_code == 200
    host.forget_control()


def test_a_server_elsewhere_that_is_not_trusted_is_refused(make_ops_manager, monkeypatch):
    running, other = make_ops_manager(tls=True), make_ops_manager(tls=True)
    monkeypatch.setenv("SSL_CERT_FILE", other.ca_file)
    with pytest.raises(ssl.SSLCertVerificationError):
        Server(running.base_url).ops_manager()


def test_without_tls_there_is_no_ca_file(ops_manager, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such")
    assert ops_manager.ca_file == ""
    assert ops_manager.session.get(f"{ops_manager.url}/groups").status_code == 200


def test_variables_of_a_server_do_not_change_the_emulators_of_tests(monkeypatch):
    monkeypatch.setenv("OPSEMU_TLS", "true")
    monkeypatch.setenv("OPSEMU_TLS_SAN", "a.test")
    with emulated() as ops_manager:
        assert ops_manager.url.startswith("http://")


@pytest.mark.parametrize(("url", "port"), [("https://a.test", 443), ("http://a.test", 80)])
def test_the_port_of_a_server_elsewhere_is_that_of_its_scheme(url, port):
    assert Server(url).port == port
