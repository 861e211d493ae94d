"""The two token paths: OAuth2 client credentials."""

from __future__ import annotations

from flask import Response, request

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import reply
from ..api.routes import Resource
from ..auth import tokens
from .family import TOKEN_PATHS

bp = Resource("login", __name__)

LIFE = 7200.0  # seconds (DOCS)
SCOPE = "global:manage"


@bp.post(TOKEN_PATHS[0], operation="tokenLogin")
@bp.post(TOKEN_PATHS[1], operation="tokenLogin")
def token() -> Response:
    """A token for a key; the same one, with what is left of its life, until it expires (DOCS)."""
    form = request.values
    grant = form.get("grant_type")
    if grant is None:
        raise ApiError("INVALID_REQUEST")
    if grant != "client_credentials":
        raise ApiError("UNSUPPORTED_GRANT_TYPE", grant)
    given = tokens.credentials(request.headers.get("Authorization", ""), form)
    key = tokens.authenticate(current().store, given)
    if key is None:
        raise ApiError("BAD_CREDENTIALS")
    current().enter_world(key.world)
    text, seconds = tokens.issue(
        current().store, key, LIFE, current().time.random.uuid, current().time.now
    )
    return reply(
        {"access_token": text, "token_type": "bearer", "expires_in": seconds, "scope": SCOPE}
    )
