"""`opsemu serve`: an emulator in the foreground, with its banner and its signals."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import click

from .. import __version__
from ..opsramp.seeding import first_tenant
from ..store import shown_url
from ..testing.emulator import Emulator
from ..worlds.seeds import BUILT_IN, first_access, load_seed
from .main import EX_CONFIG, EX_UNAVAILABLE, stop
from .stderr_log import log_to_stderr

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def serve_until_stopped(
    host: str, port: int, port_file: Path | None, settings: dict[str, Any]
) -> None:
    """Serve until SIGINT or SIGTERM; ends in one line on stderr where it cannot start."""
    emulator = Emulator(host, port, **settings)
    try:
        listening = emulator.bind()
    except OSError as error:
        stop(
            EX_UNAVAILABLE,
            f"cannot listen on {host} port {port}: {str(error.strerror).partition(' (')[0]}",
        )
    unwritten: list[OSError] = []

    def ready() -> None:
        try:
            if port_file is not None:
                _write_port(port_file, emulator.port)
            click.echo(banner(emulator))
        except OSError as error:
            unwritten.append(error)
            os.kill(os.getpid(), signal.SIGTERM)

    with log_to_stderr(emulator.config.log_format):
        emulator.run(listening, ready, _SIGNALS)
    if unwritten:
        place = port_file if unwritten[0].filename else "to standard output"
        stop(EX_CONFIG, f"cannot write {place}: {unwritten[0].strerror}")


def banner(emulator: Emulator) -> str:
    """What a newcomer needs to make the first call; the last line says that it would work."""
    seed = emulator.config.seed
    loaded = load_seed(seed)
    access, tenant = first_access(loaded), first_tenant(loaded)
    # Only the keys that everybody may know are shown.
    private_key = access.private_key if seed in BUILT_IN else "<private key>"
    secret = tenant.secret if seed in BUILT_IN else "<secret>"
    state = shown_url(emulator.config.state)
    admin = f"\n  Control      {emulator.admin_url}" if emulator.admin_port else ""
    return f"""opsemu {__version__}, state {state}, seed {seed}
  Ops Manager  {emulator.url}
  project      {access.group_id}
  key          {access.public_key} / {private_key}
  OpsRamp      {emulator.base_url}
  tenant       {tenant.tenant_id}
  key          {tenant.key} / {secret}{admin}

Try:
  curl --digest --user '{access.public_key}:{private_key}' \\
    '{emulator.url}/groups/{access.group_id}/integrations?pretty=true'

Ready."""


def _write_port(port_file: Path, port: int) -> None:
    draft = port_file.with_name(f"{port_file.name}.{os.getpid()}")
    draft.write_text(f"{port}\n")
    draft.replace(port_file)
