"""The two token paths: OAuth2 client credentials."""

from flask import Response
from werkzeug.datastructures import MultiDict

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import reply
from ..api.routes import Resource
from ..auth import tokens
from .constants import TOKENS

bp = Resource("login", __name__)

LIFETIME = 7200.0  # seconds (DOCS)


@bp.post(TOKENS[0], operation="tokenLogin")
@bp.post(TOKENS[1], operation="tokenLogin")
def token() -> Response:
    """A token for a key; the same one, with what is left of its life, until it expires (DOCS)."""
    ctx = current()
    form = MultiDict([*ctx.request.args.items(), *ctx.form.items()])
    grant = form.get("grant_type")
    if grant is None:
        raise ApiError("INVALID_REQUEST")
    if grant != "client_credentials":
        raise ApiError("UNSUPPORTED_GRANT_TYPE", grant)
    claim = tokens.credentials(ctx.request.headers.get("Authorization", ""), form)
    key = tokens.authenticate(ctx.store, claim)
    if key is None:
        if ctx.claimed_key is not None:
            ctx.explain("the secret is not the client's")
        raise ApiError("BAD_CREDENTIALS")
    ctx.enter_world(key.world)
    text, seconds = tokens.issue(ctx.store, key, LIFETIME, ctx.time.random.uuid, ctx.time.now)
    body = {"access_token": text, "token_type": "bearer", "expires_in": seconds}
    return reply({**body, "scope": "global:manage"})
