"""`opsemu types`, `env` and `healthcheck`, which need no admin token."""

import re
import shlex
import signal
from typing import Any, NoReturn

import click

from .admin import call_server
from .ca_file import ca_variables
from .group import SETTING_OPTIONS, URL_OPTION, Refused, Unavailable, cli

HEALTH_TIMEOUT = 5  # seconds
_ORIGIN = re.compile(r"^(https?://[^/]*?)(:\d+)?(/.*)?$")


@cli.command()
def types() -> None:
    """List the integration types, one a line."""
    from opsemu.schemas import REGISTRY

    for name in sorted(REGISTRY):
        click.echo(name)


@cli.command(params=[URL_OPTION, SETTING_OPTIONS["seed"]])
def env(url: str, seed: str) -> None:
    """Print the variables that MongoDB's and OpsRamp's command lines and libraries read.

    For a shell: eval "$(opsemu env)"
    """
    from ..application import SEEDS
    from ..mongodb.seeding import first_access
    from ..opsramp.seeding import first_tenant

    document = SEEDS.load(seed)
    access, tenant = first_access(document), first_tenant(document)
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
    variables |= ca_variables(url)
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")


@cli.command(params=[URL_OPTION, SETTING_OPTIONS["admin"], SETTING_OPTIONS["admin_port"]])
def healthcheck(url: str, admin: str, admin_port: int) -> None:
    """Exit with 0 if an emulator is ready at the address, with 69 if not.

    Without the admin API, or if its port is not known, an answer of Ops Manager will do.
    """

    def give_up(*_: object) -> NoReturn:
        raise Unavailable(f"{url} did not answer in {HEALTH_TIMEOUT} seconds")

    # A timeout of the socket would not bound a server that sends a byte now and then.
    signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, HEALTH_TIMEOUT)
    try:
        click.echo(_health(url, admin, admin_port))
    except Refused:
        raise Unavailable(f"{url} answers, but not like an emulator") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _health(url: str, admin: str, admin_port: int) -> str:
    """What is known of a healthy server; raises Unavailable, Refused."""
    admin_url = _ORIGIN.sub(rf"\1:{admin_port}", url) if admin == "own" and admin_port else url
    try:
        if admin != "off" and _ask(f"{admin_url}/__admin", "/ready").get("status") == "ready":
            return f"{url} is ready"
    except Refused as error:
        if error.status == 503:
            raise Unavailable(f"{url} is not ready") from None
    if "version" not in _ask(url, "/api/private/unauth/version"):
        raise Refused(200, "")
    return f"{url} answers"


def _ask(url: str, path: str) -> dict[str, Any]:
    document = call_server(url, "GET", path, {})
    return document if isinstance(document, dict) else {}
