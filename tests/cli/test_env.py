"""`opsemu env` and `opsemu types`."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest

from opsemu.cli.env_formats import FORMATS
from opsemu.schemas import REGISTRY
from tests.cli.conftest import assert_fails
from tests.conftest import DEMO, EMPTY, OWNER
from tests.serving import PATIENCE, clean_environment

AWKWARD = ["plain", "", "a b", "it's", 'say "x"', "$HOME `id` \\ #", "ключ"]


def variables(done) -> dict[str, str]:
    """What a run with --json printed."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_types_lists_every_type(run):
    assert run("types").stdout.split() == sorted(REGISTRY)
    assert json.loads(run("types", "--json").stdout) == {"types": sorted(REGISTRY)}


def test_env_prints_lines_for_a_shell(run):
    lines = run("env", "--for", "mongocli", "--url", "http://127.0.0.1:1").stdout
    done = subprocess.run(
        ["sh", "-euc", f"{lines}\necho $MCLI_PUBLIC_API_KEY $MCLI_PROJECT_ID"],
        capture_output=True,
        text=True,
        env=clean_environment(),
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout.split() == [OWNER[0], DEMO]


def test_env_reads_the_seed_of_the_option_or_the_variable(run):
    assert f"_PROJECT_ID={EMPTY}" in run("env", OPSEMU_SEED="empty").stdout
    assert f"_PROJECT_ID={DEMO}" in run("env", "--seed", "demo", OPSEMU_SEED="empty").stdout


@pytest.mark.evidence("CLIENT", "mongodb-atlas-cli internal/config: any MCLI_ switches its prefix")
def test_by_default_no_variable_makes_the_atlas_cli_read_another_prefix(run):
    for options in ((), ("--for", "atlas-cli"), ("--for", "terraform"), ("--for", "opsramp")):
        names = variables(run("env", "--json", *options))
        assert not [name for name in names if name.startswith("MCLI_")], options


def test_only_mongocli_is_told_that_the_service_is_ops_manager(run):
    printed = run("env", "--for", "mongocli").stdout
    assert "MCLI_SERVICE=ops-manager" in printed
    for client in ("python", "go", "curl", "kubernetes"):
        assert "MCLI_SERVICE" not in run("env", "--for", client).stdout


def test_variables_of_several_clients_are_printed_once(run):
    done = run("env", "--for", "terraform", "--for", "mongocli", "--for", "terraform")
    lines = done.stdout.splitlines()
    assert len(lines) == len({*lines})
    assert {"MONGODB_ATLAS_PUBLIC_KEY=opsowner", "MCLI_PUBLIC_API_KEY=opsowner"} <= {
        line.removeprefix("export ") for line in lines
    }


def test_the_secret_of_an_operator_is_made_of_a_dotenv_file(run):
    lines = run("env", "--for", "kubernetes", "--format", "dotenv").stdout.splitlines()
    assert {f"publicApiKey={OWNER[0]}", f"privateApiKey={OWNER[1]}"} <= {*lines}


def test_an_unknown_client_is_refused_with_the_known_ones(run):
    assert_fails(run("env", "--for", "chef"), 64, "'chef'", "'atlas-cli'", "'opsramp'")


@pytest.mark.parametrize("value", [*AWKWARD, "two\nlines"])
@pytest.mark.parametrize("form", ["sh", "dotenv"])
def test_a_shell_reads_the_value_that_was_quoted(form, value):
    line, quote = FORMATS[form]
    if form == "dotenv" and "\n" in value:
        assert quote(value) == '"two\\nlines"'  # what readers of such files make a line break of
        return
    script = f'{line.format("X", quote(value))}\nprintf %s "$X"'
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, env=dict(os.environ), check=True
    )
    assert done.stdout == value


@pytest.mark.parametrize(
    ("form", "value", "line"),
    [
        ("fish", "it's \\ $x", r"set -gx X 'it\'s \\ $x';"),
        ("powershell", "it's $x `n", "$env:X = 'it''s $x `n'"),
        ("powershell", "a\u2019b", "$env:X = 'a\u2019\u2019b'"),
        ("github", 'it\'s $x "y"', 'X=it\'s $x "y"'),
        ("dotenv", "a#b c", "X='a#b c'"),
    ],
)
def test_a_value_is_quoted_as_its_reader_wants_it(form, value, line):
    template, quote = FORMATS[form]
    assert template.format("X", quote(value)) == line


def test_a_line_break_is_refused_where_it_would_begin_another_variable(run, tmp_path):
    seed = tmp_path / "seed.json"
    key = {"publicKey": "k", "privateKey": "a\nPATH=/evil", "roles": []}
    project = {"id": "b" * 24, "name": "P", "orgId": "a" * 24}
    seed.write_text(json.dumps({"projects": [project], "apiKeys": [key]}))
    assert_fails(run("env", "--format", "github", "--seed", seed), 1, "line break")


def test_what_a_seed_does_not_have_is_left_out_and_named(run, tmp_path):
    seed = tmp_path / "seed.json"
    seed.write_text("{}")
    done = run("env", "--for", "opsramp", "--seed", seed)
    assert done.stdout == "export OPSRAMP_URL=http://127.0.0.1:8790\n"
    assert "left out: OPSRAMP_KEY, OPSRAMP_SECRET, OPSRAMP_TENANT_ID" in done.stderr


def test_env_of_a_world_has_what_is_known_of_it_and_names_the_rest(run, server):
    created = run("worlds", "create", "--seed", "demo", "--json", "--url", server.base_url)
    world = json.loads(created.stdout)
    try:
        done = run("env", "--json", "--world", world["name"], "--url", server.base_url)
        found = variables(done)
        key = world["mongodb"]["keys"][0]
        assert found["MONGODB_ATLAS_PUBLIC_API_KEY"] == key["publicKey"]
        assert found["MONGODB_ATLAS_PROJECT_ID"] == DEMO
        assert found["OPSRAMP_KEY"] == world["opsramp"]["tenants"][0]["keys"][0]["key"]
        assert not [name for name in found if re.search("PRIVATE|SECRET", name)]
        assert "left out: MONGODB_ATLAS_PRIVATE_API_KEY" in done.stderr
    finally:
        run("worlds", "delete", world["name"], "--url", server.base_url)


def test_env_of_the_default_world_needs_no_server(run):
    assert variables(run("env", "--json", "--world", "default", "--url", "127.0.0.1:1")) == {
        name: value.replace(":8790", ":1")
        for name, value in variables(run("env", "--json")).items()
    }


def test_env_of_a_world_that_is_not_there_is_one_sentence(run, server):
    done = run("env", "--world", "nowhere", "--url", server.base_url)
    assert_fails(done, 1, "there is no world 'nowhere'")
