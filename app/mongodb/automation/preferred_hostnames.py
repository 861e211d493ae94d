"""`/group/v2`: what agents ask with a project's id and one of its keys (CLIENT: the operator)."""

from flask import Response
from werkzeug.datastructures import MultiDict

from ...api.context import current
from ...api.errors import Unauthorized
from ...api.responses import reply
from ...api.routes import Resource
from ...auth import tokens
from ...auth.api_keys import Key
from ...store import Document, Owner
from ...store.layout import DEFAULT_WORLD, NO_WORLD, PROJECT, WORLD
from ..project_access import Project, get_project
from .access import change_deployment, get_deployment
from .agent_keys import has_key, hash_key

bp = Resource("preferred_hostnames", __name__)


@bp.get("/group/v2/info/<group_id>", operation="getPreferredHostnames")
def get_info(group_id: str) -> Response:
    """The names by which agents prefer to call hosts."""
    _authenticate(group_id)
    names = get_deployment(group_id).document.get("preferredHostnames", [])
    return reply({"preferredHostnames": names})


@bp.get("/group/v2/addPreferredHostname/<group_id>", operation="addPreferredHostname")
def add(group_id: str) -> Response:
    """Add a name."""
    project, query = _authenticate(group_id), current().query
    name = {
        "endsWith": query.flag("isEndsWith"),
        "id": current().time.object_id(),
        "regexp": query.flag("isRegexp"),
        "value": query.first("value") or "",
    }
    change_deployment(project, lambda deployment: _with_name(deployment.document, name))
    return reply({})


def _with_name(document: Document, name: Document) -> Document:
    return {**document, "preferredHostnames": [*document.get("preferredHostnames", []), name]}


def _authenticate(group_id: str) -> Project:
    """The project whose id and agent key are sent as Basic credentials; enters its world."""
    ctx = current()
    user, text = tokens.credentials(ctx.authorization, MultiDict())
    worlds = [DEFAULT_WORLD, *ctx.store.names(NO_WORLD, WORLD)] if user == group_id else []
    hashed = hash_key(text)
    for world in worlds:
        if has_key(Owner(world, PROJECT, group_id), hashed):
            ctx.enter_world(world)
            roles = ({"groupId": group_id, "roleName": "GROUP_READ_ONLY"},)
            ctx.key = Key(group_id, "", world, roles, ())
            return get_project(group_id)
    ctx.explain("Basic credentials are asked for: the project's id and a key of its agents")
    raise Unauthorized('Basic realm="MMS Public API"')
