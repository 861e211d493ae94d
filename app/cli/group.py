"""The group `opsemu`, to which each module adds its verbs, and its exit codes.

`click.ClickException` ends a command with 1: the server refused.
"""

from __future__ import annotations

import click

from .. import __version__

EX_USAGE, EX_UNAVAILABLE, EX_CONFIG = 64, 69, 78  # as in sysexits.h


class Unavailable(click.ClickException):
    """A server cannot be reached, or its port cannot be opened."""

    exit_code = EX_UNAVAILABLE


class InvalidSettings(click.ClickException):
    """A setting, the seed or the state cannot be used."""

    exit_code = EX_CONFIG


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """An emulator of the Ops Manager third-party integration API."""
