"""`opsemu server` and `opsemu automation`: agents and processes of an Ops Manager project."""

from typing import Any
from urllib.parse import quote

import click

from .admin import Admin, Output, table, verb
from .group import add_group
from .status import first_of

server = add_group("server", "Servers whose agents run, of an Ops Manager project.")
automation = add_group("automation", "Processes of an Ops Manager project.")

_PROJECT = click.Option(["--project"], help="By default the world's first one.")
_PROJECTS = ("mongodb", "projects")
_NAME = click.Argument(["name"])


@verb(server, "list", _PROJECT)
def list_servers(admin: Admin, project: str | None) -> Output:
    """List the servers whose agents run or have stopped."""
    document = admin.call("GET", "/servers", project=project or first_of(admin, *_PROJECTS))
    rows = [_row(row) for row in document["servers"]]
    return document, table(("server", "since", "stopped"), rows)


@verb(server, "add", _NAME, _PROJECT)
def add_server(admin: Admin, name: str, project: str | None) -> Output:
    """Add a server, or start its agents again."""
    path = f"/servers/{quote(name, safe='')}"
    document = admin.call("PUT", path, project=project or first_of(admin, *_PROJECTS))
    return document, f"the agents of {name} run"


@verb(server, "stop", _NAME, _PROJECT)
def stop_server(admin: Admin, name: str, project: str | None) -> Output:
    """Stop the agents of a server: they call no more."""
    path = f"/servers/{quote(name, safe='')}/stop"
    document = admin.call("POST", path, project=project or first_of(admin, *_PROJECTS))
    return document, f"the agents of {name} have stopped"


@verb(
    automation,
    "stick",
    click.Argument(["processes"], nargs=-1, required=True),
    click.Option(["--error-code", "errorCode"], type=int, default=0, help="In their status."),
    click.Option(["--error", "errorString"], default="", help="In their status."),
    _PROJECT,
)
def stick(admin: Admin, processes: tuple[str, ...], project: str | None, **error: Any) -> Output:
    """Keep processes, given by name, at the version that they have reached."""
    body = {"processes": [*processes], **error}
    project = project or first_of(admin, *_PROJECTS)
    document = admin.call("POST", "/automation/stuck", body, project=project)
    return document, f"stuck: {', '.join(document['processes'])}"


@verb(automation, "release", _PROJECT)
def release(admin: Admin, project: str | None) -> Output:
    """Let all processes of a project go on."""
    project = project or first_of(admin, *_PROJECTS)
    return admin.call("DELETE", "/automation/stuck", project=project), "no process is stuck"


def _row(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["hostname"], row["since"], row["stopped"] or ""
