"""Tokens for Atlas's service accounts."""

import json
from base64 import urlsafe_b64encode
from typing import Any

from flask import Response

from ..api.authentication import check_address
from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import reply
from ..api.routes import Resource
from ..auth import tokens
from ..auth.api_keys import Key

bp = Resource("oauth", __name__)

LIFETIME = 3600  # seconds (DOCS)


@bp.post("/api/oauth/token", operation="tokenOauth")
def issue() -> Response:
    """A new token for the service account whose id and secret are sent."""
    ctx, account = current(), _service_account()
    if ctx.form.get("grant_type") != "client_credentials":
        raise ApiError("unsupported_grant_type")
    text = _token_text(account)
    tokens.add(ctx.store, account, LIFETIME, text, ctx.time.now())
    return reply({"access_token": text, "expires_in": LIFETIME, "token_type": "Bearer"})


@bp.post("/api/oauth/revoke", operation="revokeOauth")
def revoke() -> Response:
    """End a token before its time; clients take anything but 200 for a failure (CLIENT)."""
    account, text = _service_account(), current().form.get("token", "")
    token = tokens.find(current().store, text)
    if token and token.key.public_key == account.public_key:
        tokens.revoke(current().store, text)
    return reply(None)


def _service_account() -> Key:
    """The account that the request authenticates as; raises invalid_client."""
    ctx = current()
    credentials = tokens.credentials(ctx.authorization, ctx.form)
    account = tokens.authenticate(ctx.store, credentials)
    if account is None:
        if ctx.claimed_key is not None:
            ctx.explain("the secret is not the client's")
        raise ApiError("invalid_client")
    ctx.enter_world(account.world)
    check_address(account, ctx.request.remote_addr)
    return account


def _token_text(account: Key) -> str:
    """A text in the form of a JSON Web Token, as the vendor's are (CLIENT: `eyJ…`)."""
    time = current().time
    now = int(time.now())
    times = {"iat": now, "exp": now + LIFETIME}
    claims = {"cid": account.public_key, **times, "jti": time.random.uuid()}
    header = {"alg": "HS256", "typ": "JWT"}
    return ".".join((_part(header), _part(claims), time.random.alphanumeric(43)))


def _part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
