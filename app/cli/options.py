"""Options made from the settings of `Config`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ..config import SETTINGS, Setting

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def setting_option(setting: Setting, help: str = "") -> Decorator:
    """The option and the environment variable of a setting."""
    kind: Any = type(setting.default)
    limits: Any = (setting.minimum, setting.maximum)
    if setting.choices:
        kind = click.Choice(setting.choices)
    elif kind is int:
        # Floats are left to Config: click's FloatRange accepts nan.
        kind = click.IntRange(*limits)
    return click.option(
        "--" + setting.name.replace("_", "-"),
        envvar=setting.variable,
        show_envvar=True,
        type=kind,
        is_flag=kind is bool,
        default=setting.default,
        show_default=bool(setting.default),
        help=help or setting.help,
    )


def setting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each setting."""
    for setting in reversed(SETTINGS.values()):
        command = setting_option(setting)(command)
    return command
