"""The group `opsemu`, to which each module adds its verbs; its exit codes and options.

`click.ClickException` ends a command with 1: the server refused.
"""

import os
from collections.abc import Mapping

import click

from .. import __version__
from ..config import SETTINGS

EX_USAGE, EX_UNAVAILABLE, EX_CONFIG = 64, 69, 78  # as in sysexits.h
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8790
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


class Refused(click.ClickException):
    """A server answered with an HTTP status that is an error, or not as an emulator does."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Unavailable(click.ClickException):
    """A server cannot be reached, or its port cannot be opened."""

    exit_code = EX_UNAVAILABLE


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """An emulator of the Ops Manager third-party integration API."""


def add_group(name: str, help: str) -> click.Group:
    group = click.Group(name, help=help)
    cli.add_command(group)
    return group


def server_url() -> str:
    """The server's address as OPSEMU_HOST and OPSEMU_PORT tell it."""
    host = os.environ.get("OPSEMU_HOST") or DEFAULT_HOST
    host = _WILDCARDS.get(host, host)
    port = os.environ.get("OPSEMU_PORT") or DEFAULT_PORT
    scheme = "https" if is_tls(os.environ) else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def is_tls(environment: Mapping[str, str]) -> bool:
    """Whether the settings among the variables make a server that speaks TLS."""
    tls = SETTINGS["tls"].convert(environment.get("OPSEMU_TLS") or False)
    return bool(tls or environment.get("OPSEMU_TLS_CERT"))


URL_OPTION = click.Option(
    ["--url"],
    envvar="OPSEMU_URL",
    show_envvar=True,
    default=server_url,
    show_default="http://OPSEMU_HOST:OPSEMU_PORT",
    callback=lambda context, parameter, url: url.rstrip("/"),
    help="The server's address.",
)
SETTING_OPTIONS = {
    name: click.Option(
        ["--" + name.replace("_", "-")],
        envvar=setting.variable,
        show_envvar=True,
        type=setting.kind,
        is_flag=setting.kind is click.BOOL,
        default=setting.default,
        show_default=bool(setting.default),
        help=setting.help,
    )
    for name, setting in SETTINGS.items()
}
