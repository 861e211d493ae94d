"""The group `opsemu`, to which each module adds its verbs."""

from __future__ import annotations

import click

from .. import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """An emulator of the Ops Manager third-party integration API."""
