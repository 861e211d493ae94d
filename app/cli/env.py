"""`opsemu env`: the variables that clients read, for a shell or a file."""

import json
import re
from typing import Any

import click

from ..config import load_secret
from .admin import Admin, checked_json, in_path
from .ca_file import ca_variables
from .env_formats import FORMATS
from .group import JSON_OPTION, SETTING_OPTIONS, TOKEN_OPTIONS, URL_OPTION, cli, option

Variables = dict[str, str]


def _mongodb(prefix: str) -> Variables:
    """The names by which MongoDB's command lines know a key, an organization and a project."""
    return {
        f"{prefix}_OPS_MANAGER_URL": "{url}/",
        f"{prefix}_PUBLIC_API_KEY": "{public_key}",
        f"{prefix}_PRIVATE_API_KEY": "{private_key}",
        f"{prefix}_ORG_ID": "{org_id}",
        f"{prefix}_PROJECT_ID": "{group_id}",
    }


_MCLI, _ATLAS = _mongodb("MCLI"), _mongodb("MONGODB_ATLAS")
_QUIET = {"SKIP_UPDATE_CHECK": "yes", "TELEMETRY_ENABLED": "false"}
_TERRAFORM = {
    "MONGODB_ATLAS_BASE_URL": "{url}",
    "MONGODB_ATLAS_PUBLIC_KEY": "{public_key}",
    "MONGODB_ATLAS_PRIVATE_KEY": "{private_key}",
}
_OPSRAMP = {
    "OPSRAMP_URL": "{url}",
    "OPSRAMP_KEY": "{key}",
    "OPSRAMP_SECRET": "{secret}",
    "OPSRAMP_TENANT_ID": "{tenant_id}",
}
_SCRIPTS = {**_MCLI, **_ATLAS, **_TERRAFORM, **_OPSRAMP}
# What each client reads. The Atlas CLI reads MCLI_… in place of MONGODB_ATLAS_… as soon as
# there is one such variable, and knows no MCLI_SERVICE=ops-manager (config package, CLIENT).
CLIENTS: dict[str, Variables] = {
    "mongocli": {"MCLI_SERVICE": "ops-manager", **_MCLI, "MCLI_SKIP_UPDATE_CHECK": "yes"},
    "atlas-cli": {**_ATLAS, **{f"MONGODB_ATLAS_{name}": _QUIET[name] for name in _QUIET}},
    "terraform": {**{name: _ATLAS[name] for name in list(_ATLAS)[1:]}, **_TERRAFORM},
    # Keys of the operators' secrets (publicApiKey and privateApiKey: the one for Atlas).
    "kubernetes": {
        "baseUrl": "{url}",
        "orgId": "{org_id}",
        "publicKey": "{public_key}",
        "privateKey": "{private_key}",
        "publicApiKey": "{public_key}",
        "privateApiKey": "{private_key}",
    },
    "python": _SCRIPTS,
    "go": _SCRIPTS,
    "curl": _SCRIPTS,
    "opsramp": _OPSRAMP,
}
# Those that cannot hurt each other.
_DEFAULT = ("atlas-cli", "terraform", "opsramp")
_OPTIONS = [
    click.Option(
        ["--for", "clients"],
        type=click.Choice(list(CLIENTS)),
        multiple=True,
        help="The client; may be given several times. By default " + ", ".join(_DEFAULT) + ".",
    ),
    click.Option(
        ["--format", "form"],
        type=click.Choice([*FORMATS, "json"]),
        default="sh",
        show_default=True,
        help="github is for the file $GITHUB_ENV.",
    ),
    JSON_OPTION,
    option(["--world"], envvar="OPSEMU_WORLD", help="A world of the running server."),
    SETTING_OPTIONS["seed"],
    URL_OPTION,
    *TOKEN_OPTIONS,
]


@cli.command(params=_OPTIONS)
def env(
    clients: tuple[str, ...],
    form: str,
    as_json: bool,
    world: str | None,
    seed: str,
    url: str,
    token: str,
    token_file: str,
) -> None:
    """Print the variables that clients of MongoDB and OpsRamp read.

    For a shell: eval "$(opsemu env --for atlas-cli)"

    Without a world, or for the world `default`, they are those of the seed, and no server is
    asked. The private halves of other worlds' keys are stored nowhere: those variables are
    left out, take them from the output of `opsemu worlds create`.
    """
    world = None if world == "default" else world
    if world is None:
        values = _seed_values(seed)
    else:
        admin = Admin(url, load_secret("token", token, token_file), world)
        with checked_json(admin):
            values = _world_values(admin.call("GET", f"/worlds/{in_path(admin.world)}"))
    values["url"] = url
    names = {name: value for each in clients or _DEFAULT for name, value in CLIENTS[each].items()}
    variables = {
        name: template.format(**values)
        for name, template in names.items()
        if all(values.get(field) for field in re.findall(r"{(\w+)}", template))
    }
    variables |= ca_variables(url)
    if as_json or form == "json":
        click.echo(json.dumps(variables, indent=2))
    else:
        line, quote = FORMATS[form]
        lines = [line.format(name, quote(value)) for name, value in variables.items()]
        click.echo("\n".join(lines))
    if missing := ", ".join(sorted(names.keys() - variables)):
        reason = "the private halves of a world's keys are stored nowhere" if world else "not known"
        click.echo(f"opsemu: {reason}; left out: {missing}", err=True)


def _seed_values(seed: str) -> dict[str, str]:
    """What a seed says of its first key, project and tenant."""
    from ..application import SEEDS
    from ..mongodb.first_access import first_access
    from ..opsramp.seeding import first_tenant

    document = SEEDS.load(seed)
    values = {**first_access(document)._asdict(), **first_tenant(document)._asdict()}
    return {name: "" if value.startswith("<") else value for name, value in values.items()}


def _world_values(world: dict[str, Any]) -> dict[str, str]:
    """What the admin API says of a world's first key, project and tenant."""
    key = next(iter(world["mongodb"]["keys"]), {"publicKey": ""})
    project = next(iter(world["mongodb"]["projects"]), {"id": "", "orgId": ""})
    tenants = [
        (each["id"], row["key"]) for each in world["opsramp"]["tenants"] for row in each["keys"]
    ]
    tenant_id, tenant_key = next(iter(tenants), ("", ""))
    return {
        "public_key": key["publicKey"],
        "org_id": project["orgId"],
        "group_id": project["id"],
        "tenant_id": tenant_id,
        "key": tenant_key,
    }
