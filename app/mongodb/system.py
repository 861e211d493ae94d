"""What the server says of itself and of its caller."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ..api import headers
from ..api.context import current
from ..api.links import self_link
from ..api.responses import plain, reply

root = Blueprint("root", __name__)
version = Blueprint("version", __name__)
private = Blueprint("private", __name__)


@root.get("", endpoint="get")
def get_root() -> Response:
    """The name and the build of the server (DOCS)."""
    build = headers.service_version().partition("gitHash=")[2].partition(";")[0]
    shown = {"appName": current().dialect.app_name, "build": build}
    return reply({**shown, "links": [self_link(current().url)], "throttling": False})


@version.get("/api/private/unauth/version", endpoint="get")
def get_version() -> Response:
    """Clients read the header alone (CLIENT); the body is INFERRED."""
    return reply({"version": headers.service_version().partition("versionString=")[2]})


@private.get("/unauth/nds/defaultMongoDBMajorVersion", endpoint="default_version")
def default_version() -> Response:
    """The version of MongoDB that a new cluster gets (RECORDED)."""
    return plain("8.0")


@private.get("/ipinfo", endpoint="ip_info")
def ip_info() -> Response:
    """The caller's address (RECORDED)."""
    return reply({"currentIpv4Address": request.remote_addr})
