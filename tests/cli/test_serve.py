"""`opsemu serve`, run as the operator runs it."""

from __future__ import annotations

import errno
import json
import os
import signal
import socket
import subprocess
from threading import Thread

import pytest
import requests

from opsemu.cli.banner import banner
from opsemu.cli.group import cli
from opsemu.cli.main import main
from opsemu.server import Emulator
from tests.cli.conftest import assert_fails
from tests.conftest import DEMO, EMPTY, OWNER, signed
from tests.serving import OPSEMU, PATIENCE, Served, clean_environment, exchange, opsemu

SEED = {
    "organizations": [{"id": "d" * 24, "name": "O"}],
    "projects": [{"id": "a" * 24, "name": "P", "orgId": "d" * 24, "integrations": []}],
    "apiKeys": [{"publicKey": "k", "privateKey": "s", "roles": []}],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """`opsemu serve` with all defaults but the port."""
    with Served(tmp_path_factory.mktemp("served")) as served:
        yield served


def test_a_taken_port_ends_in_69():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert_fails(opsemu("serve", "--port", port), 69, f"127.0.0.1 port {port}", "in use")


@pytest.mark.parametrize("host", ["a..b", "192.0.2.1", "2001:db8::1"])
def test_a_host_that_is_not_ours_ends_in_69(host):
    assert_fails(opsemu("serve", "--port", 0, "--host", host), 69, host)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "seed"),
        (b"{", "seed"),
        (b"[]", "the whole"),
        (b"\xff\xfe", "seed"),
        (b"[" * 100_000, "seed"),
        ({"surprise": 1}, "surprise"),
        ({"projects": {}}, "projects"),
        ({"projects": [{"id": "x", "name": "P", "orgId": "d" * 24}]}, "projects[0].id"),
        ({"projects": [{"id": "a" * 24, "orgId": "d" * 24}]}, "projects[0].name"),
        ({"organizations": [{"id": "D" * 24, "name": "O"}]}, "organizations[0].id"),
        ({"apiKeys": [{"publicKey": "a b", "privateKey": "s", "roles": []}]}, "publicKey"),
        ({"apiKeys": [{"publicKey": "k", "roles": []}]}, "apiKeys[0].privateKey"),
        (
            {"apiKeys": [{"publicKey": "k", "privateKey": "s", "roles": [{}]}]},
            "apiKeys[0].roles[0].roleName",
        ),
        (
            {"apiKeys": [{**SEED["apiKeys"][0], "accessList": ["999.1.1.1"]}]},
            "apiKeys[0].accessList[0]",
        ),
        (
            {"projects": [{**SEED["projects"][0], "integrations": [{"type": "NOPE"}]}]},
            "projects[0].integrations[0]: there is no type 'NOPE'",
        ),
        (
            {"projects": [{**SEED["projects"][0], "integrations": [{"type": "SLACK"}]}]},
            "projects[0].integrations[0]: MISSING_ATTRIBUTE apiToken",
        ),
        ({"projects": [{**SEED["projects"][0], "integrations": [{}]}]}, "integrations[0]"),
        ({"projects": [{**SEED["projects"][0], "integrations": [3]}]}, "integrations[0]"),
        ({"projects": SEED["projects"] * 2}, "projects[1]"),
        ({"apiKeys": SEED["apiKeys"] * 2}, "apiKeys[1]"),
        ({"organizations": SEED["organizations"] * 2}, "organizations[1]"),
        (
            {
                "projects": [
                    {
                        **SEED["projects"][0],
                        "integrations": [{"type": "PAGER_DUTY", "serviceKey": "1"}] * 2,
                    }
                ]
            },
            "projects[0].integrations[1]",
        ),
    ],
)
def test_a_broken_seed_ends_in_78_and_names_the_place(serve, tmp_path, content, place):
    seed = tmp_path / "seed.json"
    seed.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    assert_fails(serve("--seed", seed), 78, seed, place)


@pytest.mark.parametrize(
    ("name", "content"), [("s.yaml", "a: [b\n"), ("s.yml", "- &a [*a]\n"), ("s.yaml", "\0")]
)
def test_a_broken_yaml_seed_ends_in_78(serve, tmp_path, name, content):
    (tmp_path / name).write_text(content)
    assert_fails(serve("--seed", tmp_path / name), 78, name)


@pytest.mark.parametrize("name", ["missing.json", "missing.yaml", "nosuchseed"])
def test_a_seed_that_is_not_there_ends_in_78(serve, tmp_path, name):
    assert_fails(serve("--seed", tmp_path / name), 78, tmp_path / name)


def test_a_state_directory_that_cannot_be_written_ends_in_78(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", "/proc/opsemu"):
        assert_fails(opsemu("serve", "--port", 0, "--state", f"file:{place}"), 78, place)


def test_a_torn_file_in_the_state_ends_in_78(tmp_path):
    with Served(tmp_path, "--state", f"file:{tmp_path / 'state'}"):
        pass
    torn = next((tmp_path / "state").glob(f"worlds/*/project/*/{DEMO}.json"))
    torn.write_bytes(torn.read_bytes()[:-10])
    done = opsemu("serve", "--port", 0, "--state", f"file:{tmp_path / 'state'}")
    assert_fails(done, 78, torn, "is torn")


def test_somebody_elses_directory_ends_in_78(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    done = opsemu("serve", "--port", 0, "--state", f"file:{tmp_path}")
    assert_fails(done, 78, tmp_path, "not opsemu's")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("state", ["elsewhere", "file:", "memory", "postgres://x"])
def test_a_state_that_makes_no_sense_ends_in_78(serve, state):
    assert_fails(serve("--state", state), 78, state)


def test_a_port_file_that_cannot_be_written_ends_in_78(tmp_path):
    place = tmp_path / "no" / "port"
    assert_fails(opsemu("serve", "--port", 0, "--port-file", place), 78, place)


def test_nobody_to_read_the_banner_ends_in_78():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        done = subprocess.run(
            [*OPSEMU, "serve", "--port", "0"],
            env=clean_environment(),
            stdout=closed,
            stderr=subprocess.PIPE,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 78
    assert (b"Traceback" in done.stderr, b"standard output" in done.stderr) == (False, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_in_peace(tmp_path, number):
    with (
        Served(tmp_path) as served,
        socket.create_connection(("127.0.0.1", served.port)) as client,
    ):
        client.sendall(b"GET /api HTTP/1.1\r\n")
        assert served.stop(number) == 0
        assert served.log == ""


def test_it_answers_when_the_port_file_is_there(served):
    assert b"401 Unauthorized" in exchange(served.port, b"GET /api/x HTTP/1.1\r\nHost: a\r\n\r\n")


def test_the_banner_ends_in_ready_and_shows_only_what_everybody_knows(tmp_path):
    with Served(tmp_path) as served:
        served.stop(signal.SIGTERM)
    lines = served.output.splitlines()
    assert lines[-1] == "Ready."
    assert any(served.url in line for line in lines)
    assert any(DEMO in line for line in lines)


def test_the_banner_does_not_show_the_keys_of_ones_own_seed(tmp_path):
    seed = tmp_path / "seed.json"
    own = {**SEED, "apiKeys": [{"publicKey": "own", "privateKey": "t0psecret", "roles": []}]}
    seed.write_text(json.dumps(own))
    with Served(tmp_path, "--seed", seed) as served:
        served.stop(signal.SIGTERM)
    assert "own" in served.output
    assert "t0psecret" not in served.output + served.log


def test_the_seed_may_come_from_a_pipe(tmp_path):
    pipe = tmp_path / "seed.json"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=(json.dumps(SEED),))
    writer.start()
    with Served(tmp_path, "--seed", pipe) as served:
        writer.join(PATIENCE)
        served.stop(signal.SIGTERM)
    assert f"project      {SEED['projects'][0]['id']}" in served.output


def test_the_seed_is_kept_when_its_file_is_gone(tmp_path):
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(SEED))
    with Emulator(seed=str(path)) as emulator:
        path.unlink()
        assert SEED["projects"][0]["id"] in banner(emulator)
        emulator.reset()
        for method, verb, body in (
            ("GET", "health", None),
            ("POST", "worlds", {"name": "mine", "seed": "server"}),
            ("POST", "reset?world=mine", {}),
            ("GET", "worlds/default", None),
        ):
            url = f"{emulator.admin_url}/{verb}"
            assert requests.request(method, url, json=body, timeout=PATIENCE).ok, verb


def test_the_printed_curl_line_works_when_pasted(served):
    line = served.output.partition("Try:\n")[2].partition("\n\n")[0]
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert [each["type"] for each in json.loads(done.stdout)["results"]] == ["PAGER_DUTY", "SLACK"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "::1", "::"])
def test_it_listens_where_it_is_told(tmp_path, host):
    with Served(tmp_path, "--host", host) as served:
        url = f"http://[{host}]:{served.port}" if ":" in host else f"http://{host}:{served.port}"
        done = opsemu("healthcheck", "--url", url)
        assert (done.returncode, done.stdout) == (0, f"{url} is ready\n")
        served.stop(signal.SIGTERM)
    callable_url = url.replace("[::]", "[::1]").replace("0.0.0.0", "127.0.0.1")
    assert f"{callable_url}/api/public/v1.0" in served.output


def test_the_port_file_is_gone_when_the_server_has_ended(tmp_path):
    with Served(tmp_path) as served:
        served.stop(signal.SIGTERM)
    assert not served.port_file.exists()


def test_the_port_file_of_another_server_stays(tmp_path):
    with Served(tmp_path) as served:
        served.port_file.write_text("1\n")
        served.stop(signal.SIGTERM)
    assert served.port_file.read_text() == "1\n"


def test_a_variable_is_read_and_a_flag_beats_it(tmp_path):
    variables = {"OPSEMU_SEED": "empty", "OPSEMU_EXTERNAL_URL": "https://variable.example"}
    with (
        Served(tmp_path, "--external-url", "https://flag.example", **variables) as served,
        signed(OWNER) as session,
    ):
        assert session.get(f"{served.url}/groups/{DEMO}/integrations").status_code == 401
        answer = session.get(f"{served.url}/groups/{EMPTY}/integrations").json()
    assert answer["links"][0]["href"].startswith("https://flag.example/api/public/v1.0/")


def test_it_logs_no_traceback_and_no_secret_in_ordinary_use(tmp_path):
    with Served(tmp_path) as served, signed(OWNER) as session:
        address = f"{served.url}/groups/{DEMO}/integrations/PAGER_DUTY"
        session.put(address, json={"type": "PAGER_DUTY", "serviceKey": "hush-hush-hush"})
        session.put(address, json={"type": "PAGER_DUTY", "serviceKey": 7})
        served.stop(signal.SIGTERM)
    assert "Traceback" not in served.log
    assert "hush" not in served.output + served.log
    assert OWNER[1] not in served.log


def test_a_private_key_outside_latin_1_lets_its_owner_in(tmp_path):
    key = {"publicKey": "k", "privateKey": "ключ", "roles": [{"roleName": "GLOBAL_OWNER"}]}
    seed = tmp_path / "seed.json"
    seed.write_text(json.dumps({**SEED, "apiKeys": [key]}))
    with Served(tmp_path, "--seed", seed) as served, signed(("k", "ключ")) as session:
        answer = session.get(f"{served.url}/groups/{'a' * 24}/integrations")
    assert answer.json()["totalCount"] == 0


@pytest.mark.parametrize("is_closing", [False, True])
def test_too_few_descriptors_end_in_78(monkeypatch, capsys, is_closing):
    def fail(**_):
        try:
            raise OSError(errno.EMFILE, "Too many open files")
        finally:
            if is_closing:
                raise RuntimeError("Cannot close a running event loop")

    monkeypatch.setattr(cli, "main", fail)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 78
    assert capsys.readouterr().err == "opsemu: too many open files: raise the limit (ulimit -n)\n"
