"""What a setting is: a field of `Config`, whose metadata say all that is made from it."""

from dataclasses import field
from typing import Any, NamedTuple, TypeVar

import click

from .checks import ConfigError

T = TypeVar("T", str, int, float, bool)


class Setting(NamedTuple):
    """One field of Config; `kind` converts and checks its values."""

    name: str
    default: Any
    help: str
    kind: click.ParamType[Any]
    secret: bool
    per_world: bool

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"OPSEMU_{self.name.upper()}"

    def convert(self, value: Any) -> Any:
        """Convert a value to the setting's type; raises ConfigError."""
        try:
            return self.kind.convert(value, None, None)
        except click.BadParameter as error:
            raise ConfigError(f"{self.name}: {error.message}") from None


def setting(
    default: T,
    help: str,
    kind: click.ParamType[Any] = click.STRING,
    *,
    secret: bool = False,
    per_world: bool = False,
) -> T:
    """A field of Config."""
    metadata = {"help": help, "kind": kind, "secret": secret, "per_world": per_world}
    return field(default=default, repr=not secret, metadata=metadata)
