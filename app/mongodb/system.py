"""What the server says of itself and of its caller."""

from flask import Response

from opsemu.schemas.profiles import EVERY

from ..api import headers
from ..api.context import current
from ..api.plain_responses import text_reply
from ..api.responses import reply
from ..api.routes import Resource
from ..api.urls import self_link
from .dialect import dialect

bp = Resource("system", __name__, EVERY)
open_paths = Resource("open_paths", __name__)

_PRIVATE = frozenset({"atlas-private"})


@bp.get("", operation="getRoot", java="ApiRootResource", limit=300)
def get_root() -> Response:
    """The name and the build of the server (DOCS)."""
    ctx = current()
    build = headers.service_version(ctx).partition("gitHash=")[2].partition(";")[0]
    body = {"appName": dialect().app_name, "build": build}
    return reply({**body, "links": [self_link(ctx.url)], "throttling": False})


@open_paths.get("/api/private/unauth/version", operation="getVersion")
def get_version() -> Response:
    """Clients read the header alone (CLIENT); the body is INFERRED."""
    text = headers.service_version(current()).partition("versionString=")[2]
    return reply({"version": text})


@open_paths.get("/monitor/health", operation="getHealth")
@open_paths.get("/user/login", operation="getLoginPage")
def get_nothing() -> Response:
    """What scripts and probes ask until it is 200 (CLIENT); the body is INFERRED."""
    return reply({})


@bp.get(
    "/unauth/nds/defaultMongoDBMajorVersion", operation="defaultVersionPrivate", families=_PRIVATE
)
def default_version() -> Response:
    """The version of MongoDB that a new cluster gets (RECORDED)."""
    return text_reply("8.0")


@bp.get("/ipinfo", operation="getIpInfo", families=_PRIVATE, java="ApiPrivateIpInfoResource")
def ip_info() -> Response:
    """The caller's address (RECORDED)."""
    return reply({"currentIpv4Address": current().request.remote_addr})
