"""The group `opsemu`, to which each module adds its verbs; its exit codes and options.

`click.ClickException` ends a command with 1: the server refused.
"""

import os
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import click

from .. import __version__
from ..config import SETTINGS

EX_USAGE, EX_UNAVAILABLE, EX_CONFIG = 64, 69, 78  # as in sysexits.h
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8790
_USER = re.compile("(?<=:)//[^/?#]*@")  # name and password
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class Refused(click.ClickException):
    """The admin API answered with an HTTP status that is an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Failed(click.ClickException):
    """What was asked for is not so; `document` is what --json prints of it."""

    def __init__(self, document: Any, message: str) -> None:
        super().__init__(message)
        self.document = document


class Unavailable(click.ClickException):
    """A server cannot be reached, or its port cannot be opened."""

    exit_code = EX_UNAVAILABLE


class NotOpsemu(Unavailable):
    """A server answers, but not as the admin API does."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(__version__)
@click.pass_context
def cli(context: click.Context) -> None:
    """An emulator of the Ops Manager third-party integration API."""
    show_help(context)


def show_help(context: click.Context) -> None:
    """Print the help of a group that is run without a command."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def add_group(name: str, help: str) -> click.Group:
    """Add a group of verbs to `opsemu`."""
    callback = click.pass_context(show_help)
    group = click.Group(name, help=help, callback=callback, invoke_without_command=True)
    cli.add_command(group)
    return group


def connectable(host: str, port: int | str, scheme: str = "http") -> str:
    """The URL of a listening address; an address that stands for all is replaced by loopback."""
    host = _WILDCARDS.get(host, host)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def server_url() -> str:
    """The server's address as OPSEMU_HOST and OPSEMU_PORT tell it."""
    host = os.environ.get("OPSEMU_HOST") or DEFAULT_HOST
    port = os.environ.get("OPSEMU_PORT") or DEFAULT_PORT
    return connectable(host, port, "https" if is_tls(os.environ) else "http")


def is_tls(environment: Mapping[str, str]) -> bool:
    """Whether the settings among the variables make a server that speaks TLS."""
    tls = SETTINGS["tls"].convert(environment.get("OPSEMU_TLS") or False)
    return bool(tls or environment.get("OPSEMU_TLS_CERT"))


def _with_scheme(_context: click.Context, _parameter: click.Parameter, url: str) -> str:
    url = url if "://" in url or not url else f"http://{url}"
    return _USER.sub("//", url).rstrip("/")  # the admin API reads neither; messages have the URL


option = partial(click.Option, show_envvar=True)
_url_option = partial(
    option,
    ["--url"],
    envvar="OPSEMU_URL",
    default=server_url,
    show_default="http://OPSEMU_HOST:OPSEMU_PORT",
    callback=_with_scheme,
)
URL_OPTION = _url_option(help="The server's address.")
ADMIN_URL_OPTION = _url_option(
    help="The server's address; with --admin own, that of its admin port."
)
TOKEN_OPTIONS = [
    option(["--token"], default="", envvar="OPSEMU_ADMIN_TOKEN", help="The admin token."),
    option(
        ["--token-file"],
        default="",
        envvar="OPSEMU_ADMIN_TOKEN_FILE",
        help="File that holds the admin token.",
    ),
]
JSON_OPTION = click.Option(["--json", "as_json"], is_flag=True, help="Print JSON.")
SETTING_OPTIONS = {
    name: option(
        ["--" + name.replace("_", "-")],
        envvar=setting.variable,
        type=setting.kind,
        is_flag=setting.kind is click.BOOL,
        default=setting.default,
        show_default=bool(setting.default),
        help=setting.help,
    )
    for name, setting in SETTINGS.items()
}
