"""`opsemu worlds`, `reset` and `seed`."""

import json
from typing import Any, Literal, TextIO

import click

from .admin import Admin, Output, in_path, table, verb
from .documents import read_document
from .group import add_group, cli

worlds = add_group("worlds", "List, create and delete worlds.")
_NAME = click.Argument(["name"])
_SEEDS = ("server", "demo", "empty")


@verb(cli, "reset")
@click.option("--to", type=click.Choice(["seed", "empty"]), default="seed", show_default=True)
def reset(admin: Admin, to: str) -> Output:
    """Reset a world to its seed, or to nothing but its keys."""
    return admin.call("POST", "/reset", to=to), f"{admin.world} is back at: {to}"


class _SeedFile(click.File):
    """A file, or the word `schema`."""

    def convert(self, value: Any, *where: Any) -> Any:
        return value if value == "schema" else super().convert(value, *where)


@verb(cli, "seed", click.Argument(["file"], type=_SeedFile(), metavar="{FILE|schema}"))
def seed(admin: Admin, file: TextIO | Literal["schema"]) -> Output:
    """Give a world another seed, a JSON or YAML file, and reset it to that.

    The default world keeps the seed that the server was started with: for another one start
    `opsemu serve --seed FILE`, or create a world with `opsemu worlds create --seed FILE`.

    `opsemu seed schema` prints the JSON Schema of a seed, and needs no server. Editors complete
    and check a YAML file that names it in its first line, `# yaml-language-server:
    $schema=seed.schema.json`.
    """
    if file == "schema":
        return _seed_schema()
    return admin.call("POST", "/seed", read_document(file)), f"{admin.world} has a new seed"


@verb(worlds, "list")
def list_worlds(admin: Admin) -> Output:
    """List all worlds, one a line."""
    document = admin.call("GET", "/worlds")
    return document, "\n".join(document["worlds"])


@verb(worlds, "create")
@click.option("--name", help="A name; without it, a random one.")
@click.option(
    "--seed",
    default="empty",
    show_default=True,
    help=f"{', '.join(_SEEDS)} a JSON or YAML file, or a folder of them.",
)
def create_world(admin: Admin, name: str | None, seed: str) -> Output:
    """Create a world, and print its keys, which are not shown again."""
    body = {"seed": seed} if seed in _SEEDS else {"document": _read_seed(seed)}
    document = admin.call("POST", "/worlds", {**body, **({"name": name} if name else {})})
    return document, table((), [("world", document["name"]), *_access(document)])


@verb(worlds, "show", _NAME)
def show_world(admin: Admin, name: str) -> Output:
    """Print the seed of a world, its projects, tenants, and the public halves of its keys."""
    document = admin.call("GET", f"/worlds/{in_path(name)}")
    rows = [("world", document["name"]), ("seed", document["seed"]), *_access(document)]
    return document, table((), rows)


@verb(worlds, "delete", _NAME)
def delete_world(admin: Admin, name: str) -> Output:
    """Delete a world with all that it holds, its keys included."""
    return admin.call("DELETE", f"/worlds/{in_path(name)}"), f"{name} is gone"


def _seed_schema() -> Output:
    """The JSON Schema of a seed, as /__admin/seed/schema serves it."""
    from ..admin.openapi.admin_api import json_schema
    from ..application import SEEDS

    document = json_schema(SEEDS.schema)
    return document, json.dumps(document, indent=2)


def _read_seed(path: str) -> Any:
    """The seed in a file or a folder; raises SeedError."""
    from ..worlds.seed_files import read_document

    return read_document(path)


def _access(document: dict[str, Any]) -> list[tuple[str, str]]:
    """The credentials and projects of a world; those of one that exists have no private half."""
    mongodb = document["mongodb"]
    return [
        *((key["publicKey"], key.get("privateKey", "")) for key in mongodb["keys"]),
        *((each["clientId"], each.get("clientSecret", "")) for each in mongodb["serviceAccounts"]),
        *(
            (f"{tenant['id']} {key['key']}", key.get("secret", ""))
            for tenant in document["opsramp"]["tenants"]
            for key in tenant["keys"]
        ),
        *((f"project {project['id']}", project["name"]) for project in mongodb["projects"]),
    ]
