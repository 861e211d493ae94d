"""Every setting, its environment variable and its default, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Config:
    """What an emulator is told at start; each field is the variable OPSEMU_<FIELD>.

    `state` is `memory:`, `file:DIR` or `redis://…`; `seed` is `demo`, `empty` or a file.
    `external_url` replaces scheme and host in links. `nonce_life` is in seconds.
    `nonce_secret` lets several servers honour each other's nonces.
    `digest_uri` is `strict` (the header's uri must be the request's, RFC 7616) or
    `as-vendor` (it is not looked at, as Jetty does it). `webhook_secret` is
    `partial` (as recorded) or `full` (as documented). `threads` is how many changes are
    worked on at once where they may wait for the disk or the network; one is the event
    loop itself, where all else is answered.
    `server_version` is what clients read from `X-MongoDB-Service-Version`. `profile`
    names API families as of a day, like `cloud-manager,atlas@2025-03`; without it they
    are the newest.
    `rng_seed` makes identifiers and tokens the same in every run. `journal_rows` and
    `journal_bytes` bound what is remembered of each world's calls. `strict` refuses secrets that
    look like their own masks. `log_format` is `text` or `json`. `admin` says where
    the control plane is: `on` the same port, on a port of its `own` (`admin_port`), or
    `off`; without an `admin_token` it answers this machine only.
    """

    state: str = "memory:"
    seed: str = "demo"
    external_url: str = ""
    nonce_life: float = 60.0
    nonce_secret: str = ""
    digest_uri: str = "strict"
    webhook_secret: str = "partial"
    threads: int = 4
    rng_seed: str = ""
    strict: bool = False
    log_format: str = "text"
    journal_rows: int = 1000
    journal_bytes: int = 2_000_000
    admin: str = "on"
    admin_port: int = 0
    admin_token: str = ""
    server_version: str = "8.0.4.500.20250205T1234Z"
    profile: str = ""

    def __post_init__(self) -> None:
        if self.digest_uri not in ("strict", "as-vendor"):
            raise ConfigError(f"digest_uri is 'strict' or 'as-vendor', not {self.digest_uri!r}")
        if self.webhook_secret not in ("partial", "full"):
            raise ConfigError(f"webhook_secret is 'partial' or 'full', not {self.webhook_secret!r}")
        if not 0 < self.nonce_life < float("inf"):
            raise ConfigError(f"nonce_life is a number of seconds, not {self.nonce_life!r}")
        if self.admin not in ("on", "own", "off"):
            raise ConfigError(f"admin is 'on', 'own' or 'off', not {self.admin!r}")
        if self.log_format not in ("text", "json"):
            raise ConfigError(f"log_format is 'text' or 'json', not {self.log_format!r}")
        if self.threads < 1:
            raise ConfigError(f"threads is at least 1, not {self.threads!r}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Config:
        """The settings given, else those of the environment, else the defaults."""
        found: dict[str, Any] = {
            field.name: environment[variable]
            for field in fields(cls)
            if (variable := f"OPSEMU_{field.name.upper()}") in environment
        }
        found.update((name, value) for name, value in given.items() if value is not None)
        for name, kind in (("nonce_life", float), *_WHOLE):
            try:
                found[name] = kind(found.get(name, getattr(cls, name)))
            except ValueError:
                raise ConfigError(f"{name} is a number, not {found[name]!r}") from None
        found["strict"] = str(found.get("strict", False)).lower() in ("1", "true", "yes", "on")
        return cls(**found)


_WHOLE = tuple((name, int) for name in ("threads", "admin_port", "journal_rows", "journal_bytes"))


class ConfigError(Exception):
    """A setting that makes no sense; the message is one sentence for the operator."""
