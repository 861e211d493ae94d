"""`opsemu serve --tls`, and the verbs that talk to such a server."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from opsemu.cli import ca_file
from tests.cli.conftest import assert_fails
from tests.serving import PATIENCE, Served, clean_environment, opsemu

VERBS = [("healthcheck",), ("journal", "list")]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with Served(tmp_path_factory.mktemp("tls"), "--tls") as served:
        yield served
        (path,) = re.findall(r"--cacert (\S+)", served.output)
        assert Path(path).exists()
    assert not Path(path).exists()


def shell(script, home, **variables):
    """What a shell prints, with nothing trusted but what the script says."""
    environment = clean_environment(XDG_CACHE_HOME=str(home), **variables)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        environment.pop(name, None)
    return subprocess.run(
        ["sh", "-euc", script],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_the_line_to_try_works_as_it_is_printed(served, tmp_path):
    (line,) = re.findall(r"^Try:\n(.*)\n\nReady", served.output, re.DOTALL | re.MULTILINE)
    done = shell(line, tmp_path)
    assert f'"href" : "https://127.0.0.1:{served.port}/' in done.stdout, done.stderr


def test_curl_and_requests_trust_the_server_by_what_env_exports(served, tmp_path):
    command = shlex.join([sys.executable, "-m", "opsemu"])
    url = f"https://127.0.0.1:{served.port}"
    get = f"import requests; print(requests.get('{url}/__admin/ready').status_code)"
    calls = f'curl -sS "{url}/__admin/ready"; {sys.executable} -c "{get}"'
    done = shell(f'eval "$({command} env --url {url})"\n{calls}', tmp_path)
    assert '"ready"' in done.stdout, done.stderr
    assert done.stdout.endswith("200\n")
    refused = shell(calls, tmp_path)
    assert (refused.returncode, refused.stdout) == (60, "")
    (path,) = (tmp_path / "opsemu").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in path.read_text()


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_verbs_call_a_server_of_this_machine(served, tmp_path, verb):
    variables = {"OPSEMU_TLS": "true", "OPSEMU_PORT": str(served.port)}
    done = opsemu(*verb, XDG_CACHE_HOME=str(tmp_path), **variables)
    assert done.returncode == 0, done.stderr


def test_without_tls_env_exports_no_certificates(tmp_path):
    printed = opsemu("env", XDG_CACHE_HOME=str(tmp_path)).stdout
    assert "export MONGODB_ATLAS_PUBLIC_API_KEY=" in printed
    assert "SSL_CERT_FILE" not in printed
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["192.0.2.1", "opsemu.test", "[2001:db8::1]"])
def test_the_ca_of_another_machine_is_not_downloaded(monkeypatch, host):
    monkeypatch.setenv("SSL_CERT_FILE", "/etc/own-ca.pem")
    monkeypatch.setattr("http.client.HTTPSConnection.connect", pytest.fail)
    assert ca_file.ca_file(f"https://{host}:8790") == "/etc/own-ca.pem"


def test_mistakes_end_in_78(serve, tmp_path):
    assert_fails(serve("--tls", "--tls-san", "a b"), 78, "a certificate cannot be for 'a b'")
    assert_fails(serve("--tls-cert", "/no/such", "--tls-key", "/no/such"), 78, "/no/such cannot be")
    assert_fails(serve("--tls-cert", "/no/such"), 78, "needed together")


def test_a_cache_that_cannot_be_written_is_named(served, run, tmp_path):
    (tmp_path / "file").touch()
    url = f"https://127.0.0.1:{served.port}"
    done = run("journal", "list", "--url", url, XDG_CACHE_HOME=str(tmp_path / "file"))
    assert_fails(done, 78, tmp_path / "file", "Not a directory", "XDG_CACHE_HOME")
