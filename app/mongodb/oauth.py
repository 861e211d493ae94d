"""Tokens for Atlas's service accounts."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

from flask import Blueprint, Response, request

from ..api.authentication import check_address
from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import reply
from ..auth import tokens
from ..auth.api_keys import Key

bp = Blueprint("oauth", __name__)

LIFE = 3600  # seconds (DOCS)


@bp.post("/api/oauth/token")
def token() -> Response:
    """A new token for the service account whose id and secret are given."""
    account = _caller()
    if request.form.get("grant_type") != "client_credentials":
        raise ApiError("unsupported_grant_type")
    text = _written(account)
    tokens.add(current().services.store, account, LIFE, text, current().time.now())
    return reply({"access_token": text, "expires_in": LIFE, "token_type": "Bearer"})


@bp.post("/api/oauth/revoke")
def revoke() -> Response:
    """End a token before its time; clients take anything but 200 for a failure (CLIENT)."""
    account, text = _caller(), request.form.get("token", "")
    found = tokens.find(current().services.store, text)
    if found and found.key.public_key == account.public_key:
        tokens.revoke(current().services.store, text)
    return reply(None)


def _caller() -> Key:
    authorization = request.headers.get("Authorization", "")
    account = tokens.authenticate(
        current().services.store, tokens.credentials(authorization, request.form)
    )
    if account is None:
        raise ApiError("invalid_client")
    current().enter_world(account.world)
    check_address(account, request.remote_addr)
    return account


def _written(account: Key) -> str:
    """A text in the form of a JSON Web Token, as the vendor's are (CLIENT: `eyJ…`)."""
    now = int(current().time.now())
    claims = {
        "cid": account.public_key,
        "iat": now,
        "exp": now + LIFE,
        "jti": current().time.random.uuid(),
    }
    parts = (
        _part({"alg": "HS256", "typ": "JWT"}),
        _part(claims),
        current().time.random.alphanumeric(43),
    )
    return ".".join(parts)


def _part(value: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
