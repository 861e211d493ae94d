"""Every setting once.

A field of `Config` holds a setting's name, default, type, help text and limits. The options of
`opsemu serve`, the variables OPSEMU_<NAME>, the validation, and what `/__admin/config` hides are
all made from it. A setting that is `per_world` is the server's default: `settings` in a seed has
other values for its world.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import click

from .checks import check_external_url, check_nonce_life, check_tls, load_secret
from .fields import Setting, setting

_NATURAL = click.IntRange(0)
_SECONDS = click.IntRange(0, 10**9)


@dataclass(frozen=True, repr=False)  # the address of a state may hold a password
class Config:
    """The settings of an emulator.

    A field is a keyword of `Emulator` (`nonce_life`), an option of `opsemu serve`
    (`--nonce-life`) and an environment variable (`OPSEMU_NONCE_LIFE`). Raises ConfigError.
    """

    state: str = setting(
        "memory:", "Where state lives: memory:, file:DIR or redis://HOST:PORT/NUMBER."
    )
    seed: str = setting(
        "demo", "What a fresh state holds: demo, empty, a JSON or YAML file or a folder of these."
    )
    external_url: str = setting("", "Scheme and host for links, in place of the Host header.")
    trust_proxy: bool = setting(
        False, "Links as X-Forwarded-Proto and X-Forwarded-Host of a proxy say.", click.BOOL
    )
    nonce_life: float = setting(60.0, "Seconds after which a digest nonce is stale.", click.FLOAT)
    nonce_secret: str = setting(
        "", "Key of digest nonces; servers with the same key accept each other's.", secret=True
    )
    nonce_secret_file: str = setting("", "File that holds the key of digest nonces.")
    digest_uri: str = setting(
        "as-vendor",
        "Whether a signed uri may differ from the request's (as-vendor) or not (strict, RFC 7616).",
        click.Choice(["strict", "as-vendor"]),
    )
    webhook_secret: str = setting(
        "partial",
        "How far a webhook's secret is hidden: partial as recorded, full as documented.",
        click.Choice(["partial", "full"]),
        per_world=True,
    )
    slack_post: str = setting(
        "reconfigure",
        "What POST does to an existing SLACK on Ops Manager: change it, or refuse (conflict).",
        click.Choice(["reconfigure", "conflict"]),
        per_world=True,
    )
    put: str = setting(
        "merge",
        "Whether PUT of an integration keeps (merge) or unsets (replace) what it leaves out.",
        click.Choice(["merge", "replace"]),
        per_world=True,
    )
    opsgenie_eu: str = setting(
        "true",
        "Whether Ops Manager has the address (opsgenie.api.url) that Opsgenie's EU region needs.",
        click.Choice(["true", "false"], case_sensitive=False),
        per_world=True,
    )
    enforce_access_lists: str = setting(
        "false",
        "Whether the access list that a client gives a key over the API is enforced.",
        click.Choice(["true", "false"], case_sensitive=False),
        per_world=True,
    )
    deliver: str = setting(
        "",
        "Where messages to services go, as PAGER_DUTY=http://127.0.0.1:9000,…; else the inbox.",
    )
    alert_repeats: str = setting(
        "growing",
        "Whether the interval between notifications of an open alert grows, or stays even.",
        click.Choice(["growing", "even"]),
        per_world=True,
    )
    uninstall_reason: str = setting(
        "optional",
        "Whether OpsRamp removes an integration without an uninstallReason (optional) or not.",
        click.Choice(["optional", "required"]),
        per_world=True,
    )
    automation_conflicts: str = setting(
        "on",
        "Whether an automation configuration with an older version is refused (409).",
        click.Choice(["on", "off"]),
        per_world=True,
    )
    automation_delay: int = setting(
        0, "Seconds after which processes reach a new configuration.", _SECONDS, per_world=True
    )
    agent_delay: int = setting(
        0, "Seconds after which the agents of a new server are seen.", _SECONDS, per_world=True
    )
    backup_delay: int = setting(
        0, "Seconds that backups, snapshots and restores take.", _SECONDS, per_world=True
    )
    deletion_rules: str = setting(
        "on",
        "Whether Ops Manager refuses to delete projects with processes or active backups (409).",
        click.Choice(["on", "off"]),
        per_world=True,
    )
    servers: str = setting(
        "",
        "Servers whose agents each new Ops Manager project has, separated by commas.",
        per_world=True,
    )
    journal_rows: int = setting(1000, "Requests that each world's journal keeps.", _NATURAL)
    journal_bytes: int = setting(2_000_000, "Bytes that each world's journal keeps.", _NATURAL)
    inbox_rows: int = setting(10_000, "Deliveries that each world's inbox keeps, about.", _NATURAL)
    strict: bool = setting(False, "Refuse secrets that look like their own masks.", click.BOOL)
    log_format: str = setting("text", "Format of the access log.", click.Choice(["text", "json"]))
    log_level: str = setting(
        "info",
        "The least severe records that are logged; warning leaves out the access log.",
        click.Choice(["debug", "info", "warning", "error"]),
    )
    rng_seed: str = setting("", "Makes identifiers and tokens the same in every run.")
    admin: str = setting(
        "on",
        "Serve the admin API on the same port (on), on --admin-port (own), or not (off).",
        click.Choice(["on", "own", "off"]),
    )
    page: str = setting("on", "Whether the web page may write.", click.Choice(["on", "read-only"]))
    admin_port: int = setting(
        0, "Port for --admin own; 0 picks a free one.", click.IntRange(0, 65535)
    )
    admin_token: str = setting(
        "", "Bearer token of the admin API; without it, this machine only.", secret=True
    )
    admin_token_file: str = setting("", "File that holds the admin token.")
    tls: bool = setting(
        False,
        "Serve HTTPS, with a certificate by a CA of its own: see /__admin/ca.pem.",
        click.BOOL,
    )
    tls_san: str = setting("", "More names and addresses of that certificate, separated by commas.")
    tls_cert: str = setting("", "Serve HTTPS with the certificate (and chain) in this PEM file.")
    tls_key: str = setting("", "File that holds the certificate's private key, unencrypted.")
    threads: int = setting(4, "Threads that wait for disk or network.", click.IntRange(1))
    profile: str = setting(
        "", "API families as of a day, such as ops-manager@7.0,atlas@2025-03; else the newest."
    )
    server_version: str = setting(
        "", "Build in Ops Manager's X-MongoDB-Service-Version; else one of the profile's version."
    )

    def __post_init__(self) -> None:
        for name, each in SETTINGS.items():
            object.__setattr__(self, name, each.convert(getattr(self, name)))
        check_nonce_life(self.nonce_life)
        if self.external_url:
            check_external_url(self.external_url)
        check_tls(self.tls, self.tls_san, self.tls_cert, self.tls_key)
        for name in ("admin_token", "nonce_secret"):
            secret = load_secret(name, getattr(self, name), getattr(self, f"{name}_file"))
            object.__setattr__(self, name, secret)

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, **overrides: Any
    ) -> Config:
        """The overrides that are not None, else the environment's settings, else the defaults.

        An empty variable counts as unset. Raises ConfigError.
        """
        variables = {name: environment.get(each.variable) for name, each in SETTINGS.items()}
        values: dict[str, Any] = {name: value for name, value in variables.items() if value}
        values.update((name, value) for name, value in overrides.items() if value is not None)
        return cls(**values)

    def redacted(self) -> dict[str, Any]:
        """All settings, with `****` in place of each secret that is set."""
        values = {name: getattr(self, name) for name in SETTINGS}
        secrets = {name for name, setting in SETTINGS.items() if setting.secret and values[name]}
        return values | dict.fromkeys(secrets, "****")


SETTINGS = {
    field.name: Setting(field.name, field.default, **field.metadata) for field in fields(Config)
}
WORLD_SETTINGS = [name for name, setting in SETTINGS.items() if setting.per_world]
