"""The command line: `opsemu serve`, `types`, `env` and `healthcheck`."""

from __future__ import annotations

import shlex
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any, NoReturn

import click

from .. import __version__
from ..config import Config, ConfigError
from . import journal, worlds
from .caller import DEFAULT_URL

EX_USAGE, EX_UNAVAILABLE, EX_CONFIG = 64, 69, 78


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def cli() -> None:
    """An emulator of the Ops Manager third-party integration API."""


for _command in (*journal.COMMANDS, *worlds.COMMANDS):
    cli.add_command(_command)


def setting(name: str, text: str, **options: Any) -> Callable[[Any], Any]:
    """A flag for a field of Config; its variable is OPSEMU_<FIELD> and the default is Config's."""
    default = getattr(Config, name)
    shown = f"{text}  [default: {default}]" if default else text
    flag = "--" + name.replace("_", "-")
    variable = f"OPSEMU_{name.upper()}"
    return click.option(flag, envvar=variable, show_envvar=True, help=shown, **options)


@cli.command()
@click.option(
    "-H",
    "--host",
    envvar="OPSEMU_HOST",
    show_envvar=True,
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on.",
)
@click.option(
    "-p",
    "--port",
    envvar="OPSEMU_PORT",
    show_envvar=True,
    default=8790,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="0 picks a free one.",
)
@click.option(
    "--port-file",
    envvar="OPSEMU_PORT_FILE",
    show_envvar=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Gets the port's number once the server answers.",
)
@setting("state", "Where state lives: memory:, file:DIR or redis://HOST:PORT/NUMBER.")
@setting("seed", "What a fresh state holds: demo, empty or a JSON or YAML file.")
@setting("external_url", "Scheme and host for links, in place of the Host header.")
@setting("nonce_life", "Seconds after which a digest nonce is stale.", type=float)
@setting("nonce_secret", "Lets several servers honour each other's nonces.")
@setting(
    "digest_uri",
    "Whether a signed uri must be the request's (RFC 7616).",
    type=click.Choice(["strict", "as-vendor"]),
)
@setting(
    "webhook_secret",
    "How far a webhook's secret is hidden: as recorded, or as documented.",
    type=click.Choice(["partial", "full"]),
)
@setting("journal_rows", "How many calls of a world are remembered.", type=click.IntRange(0))
@setting("journal_bytes", "How many bytes of them at most.", type=click.IntRange(0))
@setting("strict", "Refuse secrets that look like their own masks.", is_flag=True, default=None)
@setting("log_format", "One line for each call.", type=click.Choice(["text", "json"]))
@setting("rng_seed", "Makes identifiers and tokens the same in every run.")
@setting(
    "admin",
    "The control plane: on the same port, on its own, or off.",
    type=click.Choice(["on", "own", "off"]),
)
@setting("admin_port", "The port of its own; 0 picks a free one.", type=click.IntRange(0, 65535))
@setting("admin_token", "Lets callers from elsewhere use the control plane, and asks all for it.")
@setting("threads", "How many changes are worked on at once.", type=click.IntRange(min=1))
@setting(
    "profile",
    "API families as of a day: ops-manager or cloud-manager, and atlas, with @YYYY-MM.",
)
@setting("server_version", "The Ops Manager version that clients are told.")
def serve(host: str, port: int, port_file: Path | None, **settings: Any) -> None:
    """Start the emulator and answer until Ctrl-C or SIGTERM."""
    from .serve import serve_until_stopped

    serve_until_stopped(host, port, port_file, settings)


@cli.command()
def types() -> None:
    """List the integration types, one a line."""
    from opsemu.schemas import REGISTRY

    for name in sorted(REGISTRY):
        click.echo(name)


@cli.command()
@click.option("--url", default=DEFAULT_URL, show_default=True, help="Where the emulator answers.")
@setting("seed", "The seed whose key, organization and project are printed.")
def env(url: str, seed: str | None) -> None:
    """Print the variables that MongoDB's and OpsRamp's command lines and libraries read.

    For a shell: eval "$(opsemu env)"
    """
    from ..opsramp.seeding import first_tenant
    from ..worlds.seeds import first_access, load_seed

    loaded = load_seed(seed or Config.seed)
    access, tenant = first_access(loaded), first_tenant(loaded)
    variables = {
        "MCLI_SERVICE": "ops-manager",
        "MCLI_OPS_MANAGER_URL": f"{url}/",
        "MCLI_PUBLIC_API_KEY": access.public_key,
        "MCLI_PRIVATE_API_KEY": access.private_key,
        "MCLI_ORG_ID": access.org_id,
        "MCLI_PROJECT_ID": access.group_id,
        "MONGODB_ATLAS_OPS_MANAGER_URL": f"{url}/",
        "OPSRAMP_URL": url,
        "OPSRAMP_KEY": tenant.key,
        "OPSRAMP_SECRET": tenant.secret,
        "OPSRAMP_TENANT_ID": tenant.tenant_id,
        "MONGODB_ATLAS_BASE_URL": url,
        "MONGODB_ATLAS_PUBLIC_API_KEY": access.public_key,
        "MONGODB_ATLAS_PRIVATE_API_KEY": access.private_key,
        "MONGODB_ATLAS_ORG_ID": access.org_id,
        "MONGODB_ATLAS_PROJECT_ID": access.group_id,
    }
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")


@cli.command()
@click.option("--url", default=DEFAULT_URL, show_default=True, help="Where the emulator answers.")
def healthcheck(url: str) -> None:
    """Exit with 0 if an emulator answers at the address, with 1 if not."""
    try:
        urllib.request.urlopen(f"{url}/api/public/v1.0", timeout=3).close()
        challenge = ""
    except urllib.error.HTTPError as error:
        challenge = error.headers.get("WWW-Authenticate", "")
        error.close()
    except (OSError, ValueError, HTTPException) as error:
        stop(1, f"{url} does not answer: {' '.join(str(error).split())}")
    if "MMS Public API" not in challenge:
        stop(1, f"{url} answers, but not like Ops Manager")
    click.echo(f"{url} answers")


def stop(code: int, sentence: str) -> NoReturn:
    """End with an exit code and one line on stderr."""
    click.echo(f"opsemu: {sentence}", err=True)
    sys.exit(code)


def main() -> None:
    """Run the command line; what the operator got wrong ends in one line and an exit code."""
    from ..store import StateError
    from ..worlds.seeds import SeedError

    try:
        code = cli.main(prog_name="opsemu", standalone_mode=False)
    except click.UsageError as error:
        stop(EX_USAGE, error.format_message())
    except (ConfigError, SeedError, StateError) as error:
        stop(EX_CONFIG, str(error))
    except click.ClickException as error:
        stop(error.exit_code, error.format_message())
    except click.Abort:
        sys.exit(0)
    sys.exit(code)
