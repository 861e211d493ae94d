"""`opsemu serve`: an emulator in the foreground, with its banner and its signals."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import __version__
from ..api.printable import printable, printable_lines
from ..config import ConfigError
from .group import DEFAULT_HOST, DEFAULT_PORT, SETTING_OPTIONS, Unavailable, cli

if TYPE_CHECKING:
    from ..testing.emulator import Emulator

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
    help="File that gets the port's number once the server answers.",
)
def serve(host: str, port: int, port_file: Path | None, **settings: Any) -> None:
    """Start the emulator and answer until Ctrl-C or SIGTERM."""
    from ..testing.emulator import Emulator
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
        try:
            if port_file is not None:
                _write_port(port_file, emulator.port)
            click.echo(printable_lines(banner(emulator)))
        except OSError as error:
            unwritten.append(error)
            os.kill(os.getpid(), signal.SIGTERM)

    with log_to_stderr(emulator.config.log_format, emulator.config.log_level):
        emulator.run(listening, ready, _SIGNALS)
    if unwritten:
        place = port_file if unwritten[0].filename else "to standard output"
        raise ConfigError(f"cannot write {place}: {unwritten[0].strerror}")


serve.params += SETTING_OPTIONS.values()


def unknown_variables(environment: Iterable[str]) -> list[str]:
    """Names that start with OPSEMU_ and that nothing reads."""
    known = {parameter.envvar for parameter in serve.params} | _OTHER_VARIABLES
    return sorted(name for name in environment if name.startswith("OPSEMU_") and name not in known)


def banner(emulator: Emulator) -> str:
    """What a newcomer needs to make the first call. The last line is `Ready.`."""
    from ..mongodb.seeding import first_access
    from ..opsramp.seeding import first_tenant
    from ..store import shown_url
    from ..worlds.manager import SERVER_SEED
    from ..worlds.seed_files import BUILT_IN

    # The file may be gone by now, or have been a pipe.
    document = emulator.app.extensions["opsemu.admin"].worlds.seed(SERVER_SEED)
    seed = emulator.config.seed
    access, tenant = first_access(document), first_tenant(document)
    # Only the documented keys are printed.
    private_key = access.private_key if seed in BUILT_IN else "<private key>"
    secret = tenant.secret if seed in BUILT_IN else "<secret>"
    state = shown_url(emulator.config.state)
    admin = f"\n  Control      {emulator.admin_url}" if emulator.admin_port else ""
    ca = f" --cacert {emulator.ca_file}" if emulator.ca_file else ""
    return f"""opsemu {__version__}, state {state}, seed {seed}
  Ops Manager  {emulator.url}
  project      {access.group_id}
  key          {access.public_key} / {private_key}
  OpsRamp      {emulator.base_url}
  tenant       {tenant.tenant_id}
  key          {tenant.key} / {secret}{admin}

Try:
  curl{ca} --digest --user '{access.public_key}:{private_key}' \\
    '{emulator.url}/groups/{access.group_id}/integrations?pretty=true'

Ready."""


def _write_port(port_file: Path, port: int) -> None:
    draft = port_file.with_name(f"{port_file.name}.{os.getpid()}")
    draft.write_text(f"{port}\n")
    draft.replace(port_file)
