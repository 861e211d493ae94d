"""`servers` of an Ops Manager project, and its processes that do not get further."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields, validate

from ..mongodb.automation.deployment import Deployment, Moment
from ..mongodb.automation.publication import with_server, with_stuck
from ..store import Document, MissingOwner, Owner
from ..store.layout import AUTOMATION, PROJECT
from ..worlds import settings as world_settings
from ..worlds.clock import timestamp
from .context import load_body, load_query, services, world_name
from .errors import AdminError
from .integrations import ProjectQuery
from .schemas import response_schema

bp = Blueprint("automation", __name__)

ONE = "/servers/<name>"

_NAMES = fields.List(fields.String(), required=True, validate=validate.Length(1))
StuckBody = Schema.from_dict(
    {
        "processes": _NAMES,
        "errorCode": fields.Integer(strict=True, load_default=0),
        "errorString": fields.String(load_default=""),
    },
    name="StuckBody",
)
Server = response_schema("Server", hostname=str, since=str, stopped=str | None)
ServerList = response_schema("ServerList", servers=[Server])
Stuck = response_schema("Stuck", processes=[str])


@bp.get("/servers", query=ProjectQuery, returns={200: ServerList})
def list_all() -> dict[str, Any]:
    """The servers of a project whose agents run or have stopped."""
    servers = _deployment().servers
    return {"servers": [_show(servers[name]) for name in sorted(servers)]}


@bp.put(ONE, query=ProjectQuery, returns={200: Server})
def add(name: str) -> dict[str, Any]:
    """Add a server, or start its agents again."""
    return _show(_change(lambda deployment: with_server(deployment, name)).servers[name])


@bp.post(f"{ONE}/stop", query=ProjectQuery, returns={200: Server})
def stop(name: str) -> dict[str, Any]:
    """Stop the agents of a server: they call no more."""
    if name not in _deployment().servers:
        raise AdminError(404, "no_such_server", f"there is no server {name!r} in this project")
    deployment = _change(lambda deployment: with_server(deployment, name, stop=True))
    return _show(deployment.servers[name])


@bp.post("/automation/stuck", query=ProjectQuery, body=StuckBody, returns={200: Stuck})
def stick() -> dict[str, Any]:
    """Keep processes at the version that they have reached, with an error in their status."""
    body, names = load_body(), {row["name"] for row in _deployment().config["processes"]}
    for name in body["processes"]:
        if name not in names:
            raise AdminError(404, "no_such_process", f"there is no process {name!r}")
    error = {"errorCode": body["errorCode"], "errorString": body["errorString"]}
    return _show_stuck(_change(lambda deployment: with_stuck(deployment, body["processes"], error)))


@bp.delete("/automation/stuck", query=ProjectQuery, returns={200: Stuck})
def release() -> dict[str, Any]:
    """Let all processes of a project go on."""
    return _show_stuck(_change(lambda deployment: {**deployment.document, "stuck": []}))


def _deployment() -> Deployment:
    """The deployment of the project that the query names; raises MissingOwner."""
    tables = services().store.tables(_owner())
    if tables is None:
        raise MissingOwner(_owner())
    return _read(tables.get(AUTOMATION, {}).get(_owner().name))


def _change(edit: Callable[[Deployment], Document]) -> Deployment:
    """Replace what is stored of the deployment by what `edit` makes of it; raises MissingOwner."""
    owner, store = _owner(), services().store
    return _read(store.change(owner, AUTOMATION, owner.name, lambda stored: edit(_read(stored))))


def _read(document: Document | None) -> Deployment:
    world, name = world_name(), _owner().name
    settings = world_settings.get(services().store, world, services().settings)
    moment = Moment.of(services().clocks.time(world).now(), settings)
    return Deployment(name, document or {}, moment)


def _owner() -> Owner:
    return Owner(world_name(), PROJECT, load_query()[PROJECT])


def _show(server: Document) -> dict[str, Any]:
    stopped = server.get("stopped")
    return {
        "hostname": server["hostname"],
        "since": timestamp(server["since"]),
        "stopped": None if stopped is None else timestamp(stopped),
    }


def _show_stuck(deployment: Deployment) -> dict[str, Any]:
    return {"processes": sorted(deployment.stuck)}
