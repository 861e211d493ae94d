"""What drives a client: a fresh `opsemu serve`, a recorder before it, and the table of calls."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from opsemu.cli.verbs import cli

from .recorder import Recorder

OPSEMU = (sys.executable, "-m", "opsemu")
RECORDED = pytest.StashKey[dict[str, list[Recorder]]]()
READY = 30.0  # seconds
ROW = "{:60} {:>6} {:>11} {:>11}"


@dataclass(frozen=True)
class Target:
    """What a client is pointed at, and the variables that point it there."""

    recorder: Recorder
    environment: dict[str, str]
    variables: dict[str, str]

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return self.recorder.url

    @property
    def server(self) -> str:
        """The emulator itself, for what is not the client's call."""
        return f"http://127.0.0.1:{self.recorder.port}"

    def run(
        self,
        *command: str,
        cwd: Path | None = None,
        environment: dict[str, str] | None = None,
        stdin: str = "",
    ) -> str:
        """What a client's command prints on stdout; its failure is the test's."""
        environment = environment or {**self.environment, **self.variables}
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            calls = "\n".join(map(str, self.recorder.calls[-6:]))
            pytest.fail(f"{' '.join(command)}\n{done.stdout}{done.stderr}\n{calls}")
        return done.stdout


@pytest.fixture
def options() -> list[str]:
    """What the emulator is started with; a module may have its own."""
    return []


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Iterator[Callable[[int], Recorder]]:
    """Puts a recorder before a port; the test's `client` mark says whose calls it counts."""
    (name,) = request.node.get_closest_marker("client").args
    recorders = request.config.stash.setdefault(RECORDED, {}).setdefault(name, [])
    with ExitStack() as stack:

        def before(port: int) -> Recorder:
            recorders.append(stack.enter_context(Recorder(port)))
            return recorders[-1]

        yield before


@pytest.fixture
def target(
    record: Callable[[int], Recorder], options: list[str], tmp_path: Path
) -> Iterator[Target]:
    """A fresh `opsemu serve` for one client."""
    port_file = tmp_path / "port"
    command = [*OPSEMU, "serve", "--port", "0", "--port-file", str(port_file), *options]
    with (tmp_path / "serve.log").open("w") as log:
        serving = subprocess.Popen(command, stdout=log, stderr=log, env=_clean_environment())
    try:
        recorder = record(_port(serving, port_file))
        environment = {**_clean_environment(), "HOME": str(tmp_path)}
        yield Target(recorder, environment, _variables(recorder.url))
    finally:
        serving.terminate()
        assert serving.wait(10) == 0


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """The calls that each client made."""
    recorded = config.stash.get(RECORDED, {})
    if recorded:
        terminalreporter.section("calls of the real clients")
        terminalreporter.write_line(ROW.format("client", "calls", "challenged", "operations"))
    for name, recorders in recorded.items():
        calls = [call for recorder in recorders for call in recorder.calls]
        operations = sorted(set().union(*(recorder.operations for recorder in recorders)))
        challenged = sum(call.status == 401 for call in calls)
        terminalreporter.write_line(ROW.format(name, len(calls), challenged, len(operations)))
        for operation in operations if config.get_verbosity() > 0 else ():
            terminalreporter.write_line(f"    {operation}")


def _clean_environment() -> dict[str, str]:
    """This environment without what would point a client, or the emulator, elsewhere."""
    ours = ("OPSEMU_", "MCLI_", "MONGODB_ATLAS_", "TF_")
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(ours) and name.lower() not in proxies
    }


def _variables(url: str) -> dict[str, str]:
    """What `opsemu env` prints."""
    printed = CliRunner().invoke(cli, ["env", "--for", "python", "--url", url])
    return dict(re.findall(r"^export (\w+)=(.*)$", printed.output, re.MULTILINE))


def _port(serving: subprocess.Popen[bytes], port_file: Path) -> int:
    """The port that the emulator listens on, once it does."""
    until = time.monotonic() + READY
    while not port_file.exists():
        assert serving.poll() is None, (port_file.parent / "serve.log").read_text()
        assert time.monotonic() < until, "the emulator does not start"
        time.sleep(0.05)
    return int(port_file.read_text())
