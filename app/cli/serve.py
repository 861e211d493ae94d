"""`opsemu serve`: an emulator in the foreground, with its port file and its signals."""

import gc
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from ..api.printable import printable, printable_lines
from ..config import ConfigError
from ..testing.gc_pause import gc_paused
from .group import DEFAULT_HOST, DEFAULT_PORT, SETTING_OPTIONS, Unavailable, cli

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# What other verbs, the tests and the Makefile read.
_OTHER_VARIABLES = {"OPSEMU_URL", "OPSEMU_WORLD", "OPSEMU_CACHE", "OPSEMU_CLIENTS"}
_option = partial(click.option, show_envvar=True, show_default=True)


@cli.command()
@_option("-H", "--host", envvar="OPSEMU_HOST", default=DEFAULT_HOST, help="Address to listen on.")
@_option(
    "-p",
    "--port",
    envvar="OPSEMU_PORT",
    default=DEFAULT_PORT,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 picks a free one.",
)
@_option(
    "--port-file",
    envvar="OPSEMU_PORT_FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that has the port's number while the server answers.",
)
@gc_paused()
def serve(host: str, port: int, port_file: Path | None, **settings: Any) -> None:
    """Start the emulator and answer until Ctrl-C or SIGTERM."""
    from ..testing.emulator import Emulator
    from .banner import banner
    from .stderr_log import log_to_stderr

    if unknown := unknown_variables(os.environ):
        names = ", ".join(unknown)
        click.echo(printable(f"opsemu: warning: unknown environment variables: {names}"), err=True)
    emulator = Emulator(host, port, **settings)
    try:
        listening = emulator.bind()
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise Unavailable(f"cannot listen on {host} port {port}: {reason}") from None
    unwritten: list[OSError] = []

    def ready() -> None:
        gc.freeze()
        gc.enable()
        try:
            if port_file is not None:
                _write_port(port_file, emulator.port)
            click.echo(printable_lines(banner(emulator)))
        except OSError as error:
            unwritten.append(error)
            os.kill(os.getpid(), signal.SIGTERM)

    try:
        with log_to_stderr(emulator.config.log_format, emulator.config.log_level):
            emulator.run(listening, ready, _SIGNALS)
    finally:
        if port_file is not None:
            _remove_port(port_file, emulator.port)
    if unwritten:
        place = port_file if unwritten[0].filename else "to standard output"
        raise ConfigError(f"cannot write {place}: {unwritten[0].strerror}")


serve.params += SETTING_OPTIONS.values()


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Names that start with OPSEMU_ and that nothing reads."""
    known = {parameter.envvar for parameter in serve.params} | _OTHER_VARIABLES
    return sorted(name for name in environment if name.startswith("OPSEMU_") and name not in known)


def _write_port(port_file: Path, port: int) -> None:
    draft = port_file.with_name(f"{port_file.name}.{os.getpid()}")
    draft.write_text(f"{port}\n")
    draft.replace(port_file)


def _remove_port(port_file: Path, port: int) -> None:
    """Remove the port file, unless another server has replaced it."""
    with suppress(OSError):
        if port_file.read_text() == f"{port}\n":
            port_file.unlink()
