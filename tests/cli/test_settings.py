"""Settings: from options, variables and keywords, each defined once in Config."""

from __future__ import annotations

import logging
import re
import signal
from pathlib import Path

import pytest
import requests

from opsemu.cli import main as cli_main
from opsemu.cli.serve import unknown_variables
from opsemu.cli.verbs import cli
from opsemu.config import SETTINGS, Config, ConfigError
from opsemu.server import Emulator
from tests.cli.conftest import assert_fails
from tests.serving import PATIENCE, Served, opsemu

SECRETS = {"nonce_secret": "t0psecret-t0psecret", "admin_token": "t0psecret-t0psecret"}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_has_an_option_a_variable_and_help(name):
    (option,) = [each for each in cli.commands["serve"].params if each.name == name]
    assert option.opts == [f"--{name.replace('_', '-')}"]
    assert option.envvar == f"OPSEMU_{name.upper()}"
    assert option.default == getattr(Config(), name)
    assert option.help.endswith(".")


def test_a_keyword_beats_a_variable_and_a_variable_the_default():
    environment = {"OPSEMU_SEED": "empty", "OPSEMU_THREADS": "2", "OPSEMU_STRICT": "yes"}
    config = Config.from_environment(environment, seed="demo", state=None)
    assert (config.seed, config.threads, config.strict) == ("demo", 2, True)
    assert config.state == "memory:"


def test_an_empty_variable_is_unset():
    assert Config.from_environment({"OPSEMU_SEED": "", "OPSEMU_THREADS": ""}) == Config()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"digest_uri": "lenient"}, "digest_uri: 'lenient' is not one of 'strict', 'as-vendor'."),
        ({"admin": ""}, "admin: '' is not one of 'on', 'own', 'off'."),
        ({"threads": "0"}, "threads: 0 is not in the range x>=1."),
        ({"threads": "many"}, "threads: 'many' is not a valid integer range."),
        ({"admin_port": 65536}, "admin_port: 65536 is not in the range 0<=x<=65535."),
        ({"nonce_life": "nan"}, "nonce_life: nan is not in the range 1e-06<=x<inf."),
    ],
)
def test_an_invalid_setting_is_refused_in_one_sentence(settings, sentence):
    with pytest.raises(ConfigError) as refused:
        Config.from_environment({}, **settings)
    assert str(refused.value) == sentence


def test_a_flag_that_is_neither_true_nor_false_is_refused():
    with pytest.raises(ConfigError, match="strict: 'perhaps' is not a valid boolean"):
        Config.from_environment({"OPSEMU_STRICT": "perhaps"})


def test_an_unknown_setting_is_a_type_error():
    with pytest.raises(TypeError, match="colour"):
        Emulator(colour="blue")


def test_secrets_are_redacted():
    config = Config(**SECRETS)
    assert "t0psecret" not in repr(config)
    redacted = config.redacted()
    assert {name for name, value in redacted.items() if value == "****"} == set(SECRETS)
    assert Config().redacted()["admin_token"] == ""


def test_unknown_variables_are_named_once_at_the_start():
    variables = {"OPSEMU_SEEED": "demo", "OPSEMU_WORKERS": "2", "OPSEMU_URL": "", "OPSEMU_X": "1"}
    done = opsemu("serve", "--port-file", "/no/such/port", "--port", 0, **variables)
    assert done.stderr.splitlines()[0] == (
        "opsemu: warning: unknown environment variables: OPSEMU_SEEED, OPSEMU_WORKERS, OPSEMU_X"
    )


def test_known_variables_are_those_of_all_verbs():
    def variables(command):
        yield from (parameter.envvar for parameter in command.params if parameter.envvar)
        for below in getattr(command, "commands", {}).values():
            yield from variables(below)

    assert unknown_variables(variables(cli)) == []
    assert unknown_variables(["OPSEMU_CACHE", "OPSEMU_CLIENTS", "PATH"]) == []


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf"])
def test_a_nonce_life_that_makes_no_sense_ends_in_78(serve, value):
    assert_fails(serve("--nonce-life", value), 78, "nonce_life")


def test_log_levels_are_those_of_logging():
    levels = SETTINGS["log_level"].kind.choices
    assert list(levels) == ["debug", "info", "warning", "error"]
    assert Config().log_level == "info"


def test_an_unknown_log_level_is_bad_usage(run):
    assert_fails(run("serve", "--log-level", "loud"), 64, "--log-level", "loud")


def test_at_warning_there_is_no_line_per_request(tmp_path):
    with Served(tmp_path, OPSEMU_LOG_LEVEL="warning") as served:
        assert requests.get(f"{served.url}/nothing", timeout=PATIENCE).status_code == 401
        assert requests.put(f"{served.url}/nothing", data=b"[", timeout=PATIENCE).status_code == 401
        assert (
            requests.get(f"http://127.0.0.1:{served.port}/no", timeout=PATIENCE).status_code == 404
        )
        served.stop(signal.SIGTERM)
    assert served.log == ""


def test_an_emulator_in_a_program_leaves_logging_to_it(caplog):
    with Emulator(log_level="error") as emulator, caplog.at_level(logging.DEBUG):
        requests.get(f"{emulator.url}/groups/x", timeout=PATIENCE)
    assert any(record.name == "opsemu.access" for record in caplog.records)


@pytest.mark.parametrize(
    "profile", ["atlas@2025-13", "atlas@2025-00", "atlas@2025-02-30", "atlas@0000-01", "atals"]
)
def test_a_profile_of_no_day_or_no_family_is_refused_with_the_known_ones(serve, profile):
    words = ("ops-manager, cloud-manager or atlas", "@YYYY-MM", repr(profile))
    assert_fails(serve("--profile", profile), 78, *words)


@pytest.mark.parametrize("profile", ["atlas@2025-03,atlas@2025-04", "ops-manager,ops-manager"])
def test_a_family_that_is_twice_in_a_profile_is_refused(serve, profile):
    assert_fails(serve("--profile", profile), 78, "is there twice")


@pytest.mark.parametrize("url", ["foo", "localhost:8790", "https://", "https://me:pw@host"])
def test_an_external_url_that_is_none_is_refused_without_repeating_it(serve, url):
    done = serve("--external-url", url)
    assert_fails(done, 78, "external_url must be http:// or https://")
    assert "pw" not in done.stderr


def test_no_message_names_a_package_of_opsemu_on_an_index():
    sources = Path(cli_main.__file__).parents[1].rglob("*.py")
    assert [
        path.name for path in sources if re.search("pip install .?opsemu", path.read_text())
    ] == []
