"""Where a certificate comes from: a CA that belongs to one installation, or the operator."""

from __future__ import annotations

import gc
import ssl
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509 import load_pem_x509_certificate

from opsemu.config import Config, ConfigError
from opsemu.server import Emulator
from opsemu.server.tls import open_tls
from opsemu.store import StateError
from opsemu.store.memory import MemoryBackend

NOW = datetime.now(timezone.utc)
DAY = timedelta(days=1)


def key_of(emulator):
    """What a client is to trust."""
    return Path(emulator.ca_file).read_bytes()


def write_certificate(folder, name, **options):
    """A certificate and its key, made by another CA; their paths."""
    issued = trustme.CA().issue_cert("127.0.0.1", **options)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    return str(certificate), str(key)


def test_two_installations_have_different_cas(tmp_path):
    states = ["memory:", "memory:", f"file:{tmp_path}/a", f"file:{tmp_path}/b"]
    keys = set()
    for state in states:
        with Emulator(state=state, tls=True) as emulator:
            keys.add(key_of(emulator))
    assert len(keys) == len(states)


def test_a_state_directory_keeps_its_ca(tmp_path):
    keys = set()
    for _ in range(2):
        with Emulator(state=f"file:{tmp_path}/state", tls=True) as emulator:
            keys.add(key_of(emulator))
            ready = requests.get(f"{emulator.base_url}/__admin/ready", verify=emulator.ca_file)
            assert ready.status_code == 200
    assert len(keys) == 1


def test_nobody_else_can_read_the_key_of_the_ca(tmp_path):
    with Emulator(state=f"file:{tmp_path}/state", tls=True):
        pass
    (kept,) = [path for path in (tmp_path / "state").iterdir() if "ca" in path.name]
    assert b"PRIVATE KEY" in kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_without_tls_no_ca_is_made(tmp_path):
    with Emulator(state=f"file:{tmp_path}/state"):
        assert not list((tmp_path / "state").glob("ca*"))


def test_the_file_for_clients_goes_with_the_emulator():
    emulator = Emulator(tls=True)
    path = Path(emulator.ca_file)
    assert b"PRIVATE" not in path.read_bytes()
    emulator.store.close()
    del emulator
    gc.collect()
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nx", b"\xff" * 100])
def test_a_torn_ca_is_refused_and_the_directory_left_to_others(tmp_path, content):
    state = f"file:{tmp_path}/state"
    with Emulator(state=state, tls=True):
        pass
    kept = next((tmp_path / "state").glob("ca*"))
    kept.write_bytes(content)
    with pytest.raises(StateError, match="holds no CA; remove it to get a new one"):
        Emulator(state=state, tls=True)
    kept.unlink()
    with Emulator(state=state, tls=True):
        pass


def test_the_operators_certificate_is_served(tmp_path, monkeypatch):
    ca = trustme.CA()
    issued = ca.issue_cert("127.0.0.1")
    certificate, key, trusted = (tmp_path / name for name in ("a.pem", "a.key", "ca.pem"))
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    ca.cert_pem.write_to_path(trusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with Emulator(tls_cert=str(certificate), tls_key=str(key)) as emulator:
        assert emulator.ca_file == str(trusted)
        answer = requests.get(f"{emulator.admin_url}/ca.pem", verify=trusted)
        assert (answer.status_code, answer.json()["error"]) == (404, "no_ca")
        with emulator.ops_manager() as ops_manager:
            assert ops_manager.session.get(f"{ops_manager.url}/groups").status_code == 200


def test_an_expired_certificate_is_refused(tmp_path):
    paths = write_certificate(tmp_path, "old", not_before=NOW - 3 * DAY, not_after=NOW - DAY)
    with pytest.raises(ConfigError) as refused:
        start(*paths)
    assert str(refused.value) == f"tls_cert: {paths[0]} expired on {NOW - DAY:%Y-%m-%d}"


def test_a_certificate_of_the_future_is_refused(tmp_path):
    paths = write_certificate(tmp_path, "new", not_before=NOW + DAY, not_after=NOW + 3 * DAY)
    with pytest.raises(ConfigError) as refused:
        start(*paths)
    assert str(refused.value) == f"tls_cert: {paths[0]} is not valid before {NOW + DAY:%Y-%m-%d}"


def test_a_key_of_another_certificate_is_refused(tmp_path):
    certificate, _ = write_certificate(tmp_path, "one")
    _, key = write_certificate(tmp_path, "other")
    with pytest.raises(ConfigError) as refused:
        start(certificate, key)
    assert str(refused.value) == f"tls_key: {key} is not the key of {certificate}"


def test_an_encrypted_key_is_refused_and_its_passphrase_not_asked_for(tmp_path):
    certificate, key = write_certificate(tmp_path, "one")
    encrypted = load_pem_private_key(Path(key).read_bytes(), None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    Path(key).write_bytes(encrypted)
    with pytest.raises(ConfigError) as refused:
        start(certificate, key)
    assert str(refused.value) == f"tls_key: {key} is encrypted, or holds no private key in PEM"


def test_what_is_not_pem_is_refused(tmp_path):
    certificate, key = write_certificate(tmp_path, "one")
    nothing = tmp_path / "nothing"
    nothing.write_text("nothing\n")
    with pytest.raises(ConfigError, match=r"tls_cert: .*/nothing holds no certificate in PEM$"):
        start(str(nothing), key)
    with pytest.raises(ConfigError, match=r"tls_key: .*/nothing is encrypted, or holds no private"):
        start(certificate, str(nothing))


def test_what_cannot_be_read_is_refused(tmp_path):
    certificate, key = write_certificate(tmp_path, "one")
    with pytest.raises(ConfigError, match=r"^tls_cert: /no/such cannot be read: No such file"):
        start("/no/such", key)
    with pytest.raises(ConfigError, match=r"^tls_key: .* cannot be read: Is a directory$"):
        start(certificate, str(tmp_path))


def start(certificate, key):
    return open_tls(Config(tls_cert=certificate, tls_key=key), "localhost", MemoryBackend())


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"tls_cert": "a"}, "tls_cert and tls_key are needed together"),
        ({"tls_key": "a"}, "tls_cert and tls_key are needed together"),
        (
            {"tls_san": "a.test"},
            "tls_san is for the certificate of --tls, not for one of --tls-cert",
        ),
        (
            {"tls": True, "tls_san": "a.test", "tls_cert": "a", "tls_key": "a"},
            "tls_san is for the certificate of --tls, not for one of --tls-cert",
        ),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(settings, sentence):
    with pytest.raises(ConfigError) as refused:
        Config(**settings)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("name", ["a b", "10.0.0.0/8", "me@a.test", "a..b", "my_host", "https://a"])
def test_a_name_that_no_certificate_can_have_is_refused(name):
    with pytest.raises(ConfigError) as refused:
        open_tls(Config(tls=True, tls_san=f"good.test,{name}"), "localhost", MemoryBackend())
    sentence = f"a certificate cannot be for {name!r}; give host names and IP addresses"
    assert str(refused.value) == sentence


def test_without_the_extra_the_package_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "trustme", None)
    monkeypatch.delitem(sys.modules, "opsemu.server.tls", raising=False)
    with pytest.raises(ConfigError) as refused:
        Emulator(tls=True)
    assert str(refused.value) == "TLS needs the package trustme: pip install 'trustme>=1.2'"


def test_the_certificate_lives_as_long_as_clients_accept():
    with Emulator(tls=True) as emulator:
        address = ("127.0.0.1", emulator.port)
        pem = ssl.get_server_certificate(address, ca_certs=emulator.ca_file)
    certificate = load_pem_x509_certificate(pem.encode())
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= 825 * DAY
