"""Every setting once.

A field of `Config` holds a setting's name, default, type, help text and limits. The options of
`opsemu serve`, the variables OPSEMU_<NAME>, the validation, and what `/__admin/config` hides are
all made from it.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T", str, int, float, bool)

_BOOLEANS = {"1": True, "true": True, "yes": True, "on": True}
_BOOLEANS |= {"0": False, "false": False, "no": False, "off": False}


class ConfigError(Exception):
    """An invalid setting; the message is one sentence for the operator."""


class Setting(NamedTuple):
    """One field of Config. Its type is the type of its default."""

    name: str
    default: Any
    help: str
    secret: bool
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"OPSEMU_{self.name.upper()}"

    def parse(self, value: Any) -> Any:
        """Convert text to the setting's type; raises ConfigError."""
        kind = type(self.default)
        try:
            return _BOOLEANS[str(value).lower()] if kind is bool else kind(value)
        except KeyError:
            raise ConfigError(f"{self.name} must be true or false, not {value!r}") from None
        except ValueError:
            raise ConfigError(f"{self.name} must be a number, not {value!r}") from None

    def check(self, value: Any) -> None:
        """Raise ConfigError if the value is outside the choices or the range."""
        if self.choices and value not in self.choices:
            raise ConfigError(f"{self.name} must be {' or '.join(self.choices)}, not {value!r}")
        if self.minimum is not None and not self.minimum <= value < math.inf:
            raise ConfigError(f"{self.name} must be at least {self.minimum}, not {value!r}")
        if self.maximum is not None and value > self.maximum:
            raise ConfigError(f"{self.name} must be at most {self.maximum}, not {value!r}")


def setting(default: T, help: str, *, secret: bool = False, **limits: Any) -> T:
    """A field of Config; limits are `choices`, `minimum` and `maximum`."""
    metadata = {"help": help, "secret": secret, **limits}
    return field(default=default, repr=not secret, metadata=metadata)


@dataclass(frozen=True)
class Config:
    """The settings of an emulator.

    A field is a keyword of `Emulator` (`nonce_life`), an option of `opsemu serve`
    (`--nonce-life`) and an environment variable (`OPSEMU_NONCE_LIFE`). Raises ConfigError.
    """

    state: str = setting(
        "memory:", "Where state lives: memory:, file:DIR or redis://HOST:PORT/NUMBER."
    )
    seed: str = setting("demo", "What a fresh state holds: demo, empty or a JSON or YAML file.")
    external_url: str = setting("", "Scheme and host for links, in place of the Host header.")
    nonce_life: float = setting(60.0, "Seconds after which a digest nonce is stale.", minimum=1e-6)
    nonce_secret: str = setting(
        "", "Key of digest nonces; servers with the same key accept each other's.", secret=True
    )
    digest_uri: str = setting(
        "strict",
        "Whether a signed uri must be the request's (strict, RFC 7616) or is ignored (as-vendor).",
        choices=("strict", "as-vendor"),
    )
    webhook_secret: str = setting(
        "partial",
        "How far a webhook's secret is hidden: partial as recorded, full as documented.",
        choices=("partial", "full"),
    )
    journal_rows: int = setting(1000, "Requests that each world's journal keeps.", minimum=0)
    journal_bytes: int = setting(2_000_000, "Bytes that each world's journal keeps.", minimum=0)
    strict: bool = setting(False, "Refuse secrets that look like their own masks.")
    log_format: str = setting("text", "Format of the access log.", choices=("text", "json"))
    rng_seed: str = setting("", "Makes identifiers and tokens the same in every run.")
    admin: str = setting(
        "on",
        "Serve the admin API on the same port (on), on --admin-port (own), or not (off).",
        choices=("on", "own", "off"),
    )
    admin_port: int = setting(
        0, "Port for --admin own; 0 picks a free one.", minimum=0, maximum=65535
    )
    admin_token: str = setting(
        "", "Bearer token of the admin API; without it, this machine only.", secret=True
    )
    threads: int = setting(4, "Requests that may wait for disk or network at once.", minimum=1)
    profile: str = setting(
        "", "API families as of a day, such as cloud-manager,atlas@2025-03; else the newest."
    )
    server_version: str = setting(
        "8.0.4.500.20250205T1234Z", "The Ops Manager version in X-MongoDB-Service-Version."
    )

    def __post_init__(self) -> None:
        for name, setting in SETTINGS.items():
            setting.check(getattr(self, name))

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, **overrides: Any
    ) -> Config:
        """The overrides that are not None, else the environment's settings, else the defaults.

        An empty variable counts as unset. Raises ConfigError.
        """
        values: dict[str, Any] = {
            name: value
            for name, setting in SETTINGS.items()
            if (value := environment.get(setting.variable))
        }
        values.update((name, value) for name, value in overrides.items() if value is not None)
        for name in values.keys() & SETTINGS.keys():
            values[name] = SETTINGS[name].parse(values[name])
        return cls(**values)

    def redacted(self) -> dict[str, Any]:
        """All settings, with `****` in place of each secret that is set."""
        values = {name: getattr(self, name) for name in SETTINGS}
        secrets = {name for name, setting in SETTINGS.items() if setting.secret and values[name]}
        return values | dict.fromkeys(secrets, "****")


SETTINGS = {
    field.name: Setting(field.name, field.default, **field.metadata) for field in fields(Config)
}
