"""`opsemu types`, `env` and `healthcheck`, which need no admin API."""

import shlex

import click

from .admin import call_server
from .group import SETTING_OPTIONS, URL_OPTION, Unavailable, cli


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
    for name, value in variables.items():
        click.echo(f"export {name}={shlex.quote(value)}")


@cli.command(params=[URL_OPTION])
def healthcheck(url: str) -> None:
    """Exit with 0 if an emulator answers at the address, with 1 if not."""
    try:
        # Needs no key, and is served whatever --admin and --profile say.
        document = call_server(url, "GET", "/api/private/unauth/version", {})
    except Unavailable as error:
        raise click.ClickException(error.message) from None
    if not isinstance(document, dict) or "version" not in document:
        raise click.ClickException(f"{url} answers, but not like Ops Manager")
    click.echo(f"{url} answers")
