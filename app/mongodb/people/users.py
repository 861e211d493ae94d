"""`/users`: the users of a world."""

from flask import Response

from opsemu.schemas.profiles import EVERY, MANAGER
from opsemu.schemas.users import User

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ..dialect import dialect
from ..request_helpers import load_body
from .accounts import (
    DEPRECATED,
    add_user,
    change_roles,
    check_roles,
    delete_user,
    find_user,
    show,
    with_membership,
)
from .invitations import invite

bp = Resource("users", __name__, EVERY, "ApiUsersResource")

ONE = "/users/<user_id>"
_SINCE = {"limit": 2500, "deprecated": DEPRECATED}


@bp.get("/users/byName/<path:name>", operation="getUserByName", **_SINCE)
def get_by_name(name: str) -> Response:
    """The user of a name."""
    return reply(show(find_user(name, "USERNAME_NOT_FOUND")))


@bp.get(ONE, operation="getUser", **_SINCE)
def get_one(user_id: str) -> Response:
    """One user."""
    return reply(show(find_user(user_id)))


@bp.post("/users", operation="addUser", **_SINCE)
def create() -> Response:
    """Add a user; in Atlas, the roles wait in invitations (RECORDED)."""
    body = load_body(User)
    roles = body.pop("roles", [])
    check_roles(roles)
    now = [] if dialect().projects.roles_wait else with_membership(roles)
    user = add_user(body, lambda: now)
    invite(user["username"], [] if now else roles)
    place = {"base": current().base_url, "id": user["id"]}
    return reply(show(user), 201, Location=dialect().links.user_location.format(**place))


@bp.patch(ONE, operation="patchUser", families=MANAGER)
def update(user_id: str) -> Response:
    """Replace a user's roles (DOCS)."""
    user = find_user(user_id)
    roles = (user | load_body(User, partial=True))["roles"]
    left = with_membership(roles)
    check_roles(roles, taken=[role for role in user["roles"] if role not in left])
    return reply(show(change_roles(user, lambda _: roles)))


@bp.delete(ONE, operation="deleteUser", families=MANAGER)
def delete(user_id: str) -> Response:
    """Delete a user."""
    delete_user(find_user(user_id))
    return no_content()


@bp.get(f"{ONE}/whitelist", operation="getUserWhitelist")
@bp.get(f"{ONE}/accessList", operation="getUserAccessList")
def get_access_list(user_id: str) -> Response:
    """A user's own access list, which keys cannot see (DOCS)."""
    raise ApiError("WHITELIST_ACCESS_DENIED", find_user(user_id)["username"])
