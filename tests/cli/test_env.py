"""`opsemu env` and `opsemu types`."""

from __future__ import annotations

import subprocess

from opsemu.schemas import REGISTRY
from tests.conftest import DEMO, EMPTY, OWNER
from tests.serving import PATIENCE, clean_environment


def test_types_lists_every_type(run):
    assert run("types").stdout.split() == sorted(REGISTRY)


def test_env_prints_lines_for_a_shell(run):
    lines = run("env", "--url", "http://127.0.0.1:1").stdout
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
    assert f"MCLI_PROJECT_ID={EMPTY}" in run("env", OPSEMU_SEED="empty").stdout
    assert f"MCLI_PROJECT_ID={DEMO}" in run("env", "--seed", "demo", OPSEMU_SEED="empty").stdout
