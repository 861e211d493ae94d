"""What `opsemu serve` prints when it answers."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import requests

from opsemu.cli.banner import banner
from opsemu.server import Emulator
from tests.conftest import DEMO, OWNER, signed
from tests.serving import PATIENCE

OTHER = "a" * 24
SEED = {
    "organizations": [{"id": "d" * 24, "name": "O"}],
    "projects": [{"id": OTHER, "name": "P", "orgId": "d" * 24}],
    "apiKeys": [
        {"publicKey": "reader", "privateKey": "r", "roles": []},
        {"publicKey": "own", "privateKey": "t0psecret", "roles": [{"roleName": "GLOBAL_OWNER"}]},
    ],
    "tenants": [{"id": "t1", "name": "T", "keys": [{"key": "client", "secret": "hush"}]}],
}


@pytest.fixture
def seed(tmp_path):
    """A seed file that is not opsemu's own."""
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(SEED))
    return str(path)


def test_a_planted_state_keeps_its_projects_and_keys_whatever_the_seed(tmp_path, seed):
    state = f"file:{tmp_path / 'state'}"
    with Emulator(state=state, seed=seed) as emulator:
        assert f"state {state}, seed {seed}\n" in banner(emulator)
    with Emulator(state=state) as emulator:
        text = banner(emulator)
        assert f"state of {state}, its seed was planted before\n" in text
        assert OTHER in text
        assert "own / <private key>" in text
        assert "client / <secret>" in text
        assert not re.search(f"{DEMO}|{OWNER[0]}|t0psecret|hush", text)


def test_the_documented_keys_are_shown_as_long_as_they_are_the_states(tmp_path, seed):
    state = f"file:{tmp_path / 'state'}"
    with Emulator(state=state) as emulator:
        assert f"state {state}, seed demo\n" in banner(emulator)
    with Emulator(state=state, seed=seed) as emulator:
        text = banner(emulator)
        assert "its seed was planted before\n" in text
        assert f"{OWNER[0]} / {OWNER[1]}" in text
        assert OTHER not in text


def test_a_project_that_was_deleted_is_not_shown(tmp_path):
    state = f"file:{tmp_path / 'state'}"
    with Emulator(state=state) as emulator, signed(OWNER) as session:
        assert session.delete(f"{emulator.url}/groups/{DEMO}").ok
    with Emulator(state=state) as emulator:
        text = banner(emulator)
    assert DEMO not in text
    assert "feedfacefeedfacefeedface" in text


@pytest.mark.parametrize("content", [SEED, {}])
def test_the_line_to_paste_is_complete_without_a_private_key(tmp_path, content):
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(content))
    with Emulator(seed=str(path)) as emulator:
        command = banner(emulator).partition("Try:\n")[2].partition("\n\n")[0]
        # curl asks for a password that is not given; there is nobody to ask.
        command = command.replace("--user 'own'", "--user own:t0psecret")
        done = subprocess.run(
            ["sh", "-c", f"{command} --silent"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
    assert "<" not in command
    assert json.loads(done.stdout).get("totalCount", 0) == 0


def test_a_folder_without_seeds_is_the_demo_with_its_documented_keys(tmp_path):
    with Emulator(seed=str(tmp_path)) as emulator:
        text = banner(emulator)
    assert f"seed {tmp_path}\n" in text
    assert f"{OWNER[0]} / {OWNER[1]}" in text


def test_profile_external_url_and_seed_are_named():
    settings = {"profile": "cloud-manager,atlas@2025-03", "external_url": "https://ops.example"}
    with Emulator(seed="empty", **settings) as emulator:
        text = banner(emulator)
    assert "seed empty, profile cloud-manager,atlas@2025-03\n" in text
    assert "\n  Links        https://ops.example\n" in text
    assert text.splitlines()[-1] == "Ready."


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_the_addresses_are_ones_that_a_client_can_call(host):
    with Emulator(host, admin="own") as emulator:
        text = banner(emulator)
    urls = re.findall(r"http://[^/]*", text)
    assert len(urls) == 4
    assert {url.rpartition(":")[0] for url in urls} <= {"http://127.0.0.1", "http://[::1]"}


def test_the_address_of_the_admin_api_answers():
    with Emulator("0.0.0.0", admin="own") as emulator:
        url = re.search(r"Control +(\S+)", banner(emulator))[1]
        assert requests.get(f"{url}/ready", timeout=PATIENCE).ok
