"""Secrets among the settings: how they are given, and that nothing shows them."""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path

import pytest
import requests

from opsemu.config import SETTINGS, Config, ConfigError
from opsemu.server import Emulator
from tests.cli.conftest import assert_fails
from tests.serving import PATIENCE, Served

SECRET = "c4nary-c4nary-c4nary"


@pytest.fixture
def secret_file(tmp_path):
    """A file that only its owner can read, as an editor leaves it."""
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    return file


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{SECRET}@ops.example.com",
        f"https://{SECRET}@ops.example.com",
        f"https://ops.example.com/?token={SECRET}",
        f"https://ops.example.com/#{SECRET}",
        f"https://ops.example.com\r\nX-Secret: {SECRET}",
        f"https://ops.example.com/ {SECRET}",
        f"{SECRET}",
        f"ftp://{SECRET}",
        f"//{SECRET}",
        "https://",
        "https:///path",
        "https://ops.example.com:port",
        "https://ops.éxample.com",
    ],
)
def test_an_external_url_with_more_than_an_address_is_refused_unseen(serve, url):
    done = serve("--external-url", url)
    assert_fails(done, 78, "external_url must be http:// or https:// with a host")
    assert SECRET not in done.stderr


@pytest.mark.parametrize(
    "url",
    ["", "http://a", "https://ops_1.example.com:8443/", "http://[::1]:80/a/b", "HTTPS://A/x@y"],
)
def test_an_external_url_may_have_a_port_and_a_path(url):
    assert Config(external_url=url).external_url == url


@pytest.mark.parametrize("name", ["admin_token", "nonce_secret"])
def test_a_secret_is_read_from_a_file(secret_file, name):
    config = Config(**{f"{name}_file": str(secret_file)})
    assert getattr(config, name) == SECRET
    assert SECRET not in f"{config} {config.redacted()}"


def test_the_variable_of_a_secret_file_is_read(secret_file):
    config = Config.from_environment({"OPSEMU_ADMIN_TOKEN_FILE": str(secret_file)})
    assert config.admin_token == SECRET


@pytest.mark.parametrize("option", ["--admin-token", "--nonce-secret"])
@pytest.mark.parametrize("value", ["x", "x" * 15, "x" * 4097, "x" * 15 + "é", "x" * 16 + "\n\x1b"])
def test_a_secret_that_is_short_or_not_ascii_ends_in_78(serve, option, value):
    name = option.removeprefix("--").replace("-", "_")
    done = serve(option, value)
    assert_fails(done, 78, f"{name} must be 16 to 4096 printable ASCII characters")
    assert value not in done.stderr


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"\xff" * 32, b"\0" * 100_000])
def test_a_secret_file_without_a_secret_ends_in_78(serve, secret_file, content):
    secret_file.write_bytes(content)
    done = serve("--admin-token-file", secret_file)
    assert_fails(done, 78, f"admin_token_file: {secret_file} must be 16 to 4096")


def test_a_secret_file_that_cannot_be_read_ends_in_78(serve, tmp_path):
    assert_fails(serve("--admin-token-file", tmp_path / "no"), 78, tmp_path / "no", "cannot be")
    assert_fails(serve("--nonce-secret-file", tmp_path), 78, tmp_path, "cannot be read")


def test_a_secret_given_twice_ends_in_78(serve, secret_file):
    done = serve("--admin-token", SECRET, "--admin-token-file", secret_file)
    assert_fails(done, 78, "admin_token and admin_token_file are both set; give one of them")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_secret_file_that_others_can_read_is_warned_of(secret_file, caplog, mode):
    secret_file.chmod(mode)
    assert Config(admin_token_file=str(secret_file)).admin_token == SECRET
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert f"other users can read the secret in {secret_file}" in record.message


def test_a_secret_file_may_be_a_pipe(caplog):
    read, write = os.pipe()
    os.write(write, SECRET.encode())
    os.close(write)
    assert Config(nonce_secret_file=f"/dev/fd/{read}").nonce_secret == SECRET
    os.close(read)
    assert not caplog.records


def test_the_password_of_a_state_is_not_in_the_repr():
    assert SECRET not in repr(Config(state=f"redis://:{SECRET}@localhost/0"))


def test_verbs_read_the_token_from_a_file(run, secret_file):
    with Emulator(admin_token=SECRET) as emulator:
        options = ("worlds", "list", "--url", emulator.base_url)
        assert run(*options, "--token-file", secret_file).stdout == "default\n"
        assert run(*options, OPSEMU_ADMIN_TOKEN_FILE=str(secret_file)).stdout == "default\n"


def test_no_help_shows_a_secret_of_the_environment(run):
    secrets = {"OPSEMU_ADMIN_TOKEN": SECRET, "OPSEMU_NONCE_SECRET": SECRET}
    for command in (("serve",), ("worlds", "list"), ("healthcheck",)):
        done = run(*command, "--help", **secrets)
        assert "--" in done.stdout
        assert SECRET not in done.stdout + done.stderr


def test_a_running_server_shows_no_secret_of_its_settings(tmp_path, secret_file):
    files = {"OPSEMU_NONCE_SECRET_FILE": str(secret_file)}
    with Served(tmp_path, "--admin-token-file", secret_file, "--log-level", "debug", **files) as it:
        headers = {"Authorization": f"Bearer {SECRET}"}
        shown = [it.output]
        for path in ("health", "config", "state", "requests", "metrics", "openapi.json"):
            answer = requests.get(f"{it.admin_url}/{path}", headers=headers, timeout=PATIENCE)
            assert answer.status_code == 200, path
            shown.append(answer.text)
        answer = requests.get(f"{it.admin_url}/{SECRET}", timeout=PATIENCE)
        assert answer.status_code == 401
        shown.append(answer.text)
        command_line = Path(f"/proc/{it.process.pid}/cmdline").read_text()
        it.stop(signal.SIGTERM)
    assert SECRET not in "".join([*shown, command_line, it.output, it.log])


@pytest.mark.parametrize("size", [0, 31])
def test_a_short_secret_in_the_state_directory_ends_in_78(serve, tmp_path, size):
    state = tmp_path / "state"
    with Emulator(state=f"file:{state}"):
        pass
    (state / "secret").write_bytes(b"x" * size)
    done = serve("--state", f"file:{state}")
    sentence = f"{state}/secret has {size} bytes instead of 32; remove it to get a new one"
    assert_fails(done, 78, sentence)
    (state / "secret").unlink()
    with Emulator(state=f"file:{state}"):
        assert len((state / "secret").read_bytes()) == 32


def test_every_secret_setting_can_be_given_by_a_file():
    secrets = {name for name, setting in SETTINGS.items() if setting.secret}
    assert secrets == {"admin_token", "nonce_secret"}
    assert {f"{name}_file" for name in secrets} <= {*SETTINGS}


def test_an_invalid_secret_of_a_keyword_is_a_config_error():
    with pytest.raises(ConfigError, match="nonce_secret must be 16"):
        Emulator(nonce_secret="short")
