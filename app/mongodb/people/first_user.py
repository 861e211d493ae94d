"""`/unauth/users`: how the first user of Ops Manager is made, before anyone has a key."""

from typing import Any

from flask import Response

from opsemu.schemas.profiles import OPS_MANAGER
from opsemu.schemas.users import User

from ...api.context import current
from ...api.responses import reply
from ...api.routes import Resource
from ...store.layout import DEFAULT_WORLD
from ..keys.documents import cidr_block, create_key, show_key
from ..request_helpers import load_body
from .accounts import Roles, add_user, all_users, show

bp = Resource("first_user", __name__, OPS_MANAGER)

_OWNER = "GLOBAL_OWNER"
_DESC = "Automatically generated Global API key"  # RECORDED


@bp.post("/unauth/users", operation="createFirstUser")
def create() -> Response:
    """Add a user to the default world without credentials.

    While no user has a global role, the new one owns Ops Manager, and so does a key that is
    made with it (RECORDED); later ones get neither (DOCS).
    """
    ctx = current()
    ctx.enter_world(DEFAULT_WORLD)
    body = load_body(User)
    body.pop("roles", None)
    blocks = [*map(cidr_block, ctx.query.all("whitelist", "accessList"))]
    user = add_user(body, _first_roles)
    shown: dict[str, Any] = {"user": show(user)}
    if user["roles"]:
        key, private_key = create_key({}, _DESC, [_OWNER], blocks)
        shown["programmaticApiKey"] = show_key(key, private_key=private_key)
    return reply(dict(sorted(shown.items())), 201)


def _first_roles() -> Roles:
    roles = [role["roleName"] for user in all_users().values() for role in user["roles"]]
    return [] if any(name.startswith("GLOBAL_") for name in roles) else [{"roleName": _OWNER}]
