"""Options made from the settings of `Config`, and the one that names a server."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from ..config import SETTINGS, Setting

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8790
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def setting_option(setting: Setting, help: str = "") -> Decorator:
    """The option and the environment variable of a setting."""
    return click.option(
        "--" + setting.name.replace("_", "-"),
        envvar=setting.variable,
        show_envvar=True,
        type=setting.kind,
        is_flag=setting.kind is click.BOOL,
        default=setting.default,
        show_default=bool(setting.default),
        help=help or setting.help,
    )


def setting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each setting."""
    for setting in reversed(SETTINGS.values()):
        command = setting_option(setting)(command)
    return command


def server_url() -> str:
    """The server's address as OPSEMU_HOST and OPSEMU_PORT tell it."""
    host = os.environ.get("OPSEMU_HOST") or DEFAULT_HOST
    host = _WILDCARDS.get(host, host)
    port = os.environ.get("OPSEMU_PORT") or DEFAULT_PORT
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


url_option = click.option(
    "--url",
    envvar="OPSEMU_URL",
    show_envvar=True,
    default=server_url,
    show_default="http://OPSEMU_HOST:OPSEMU_PORT",
    callback=lambda context, parameter, url: url.rstrip("/"),
    help="The server's address.",
)
