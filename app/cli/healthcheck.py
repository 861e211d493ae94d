"""`opsemu healthcheck`, for containers."""

from __future__ import annotations

import click

from .admin import call_server
from .exit_codes import Unavailable
from .group import cli
from .options import url_option


@cli.command()
@url_option
def healthcheck(url: str) -> None:
    """Exit with 0 if an emulator answers at the address, with 1 if not."""
    try:
        # Needs no key, and is served whatever --admin and --profile say.
        document = call_server(url, "GET", "/api/private/unauth/version", {})
    except Unavailable as error:
        raise click.ClickException(error.message) from None
    if not isinstance(document, dict) or "version" not in document:
        raise click.ClickException(f"{url} answers, but not like Ops Manager")
    click.echo(f"{url} answers")
