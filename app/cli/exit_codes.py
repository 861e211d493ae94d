"""Exit codes of the command line, and exceptions that end a command with one of them.

`click.ClickException` ends it with 1: the server refused.
"""

from __future__ import annotations

import click

EX_USAGE, EX_UNAVAILABLE, EX_CONFIG = 64, 69, 78  # as in sysexits.h


class Unavailable(click.ClickException):
    """A server cannot be reached, or its port cannot be opened."""

    exit_code = EX_UNAVAILABLE


class InvalidSettings(click.ClickException):
    """A setting, the seed or the state cannot be used."""

    exit_code = EX_CONFIG
