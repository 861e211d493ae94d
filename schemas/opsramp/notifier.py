"""The notifier: how OpsRamp calls out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import fields, validate

from opsemu.schemas.opsramp.base import Body, choice

# A sample of the DOCS and early versions of a client have a space.
KINDS = ("REST_API", "SOAP_API", "REST API", "SOAP API")
GRANTS = ("CLIENT_CREDENTIALS", "PASSWORD", "PASSWORD_CREDENTIALS", "REFRESH_TOKEN")


class Notifier(Body):
    """Fields in the order in which the server shows them; what it drops is `load_only`.

    Nothing is required and no URL is checked: `www.google.com` is one (SEED). A
    client may send back what it was shown, so `type` may be missing, too.
    """

    type = fields.String(load_only=True, validate=validate.OneOf(KINDS))
    baseURI = fields.String()
    authType = choice("NONE", "OAUTH2", "BASIC", "JWT")
    grantType = choice(*GRANTS)
    userName = fields.String()
    password = fields.String(load_only=True)
    apiKey = fields.String()
    apiSecret = fields.String(load_only=True)
    # Two spellings, answered with the one that was sent (SEED, SPEC; the echo is INFERRED).
    accessTokenURI = fields.String()
    accessTokenURL = fields.String()


def show_notifier(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The notifier as it is shown: no type, no password, no secret; the key in clear (SEED)."""
    shown: dict[str, Any] = _notifier().dump(stored)
    return shown


@cache
def _notifier() -> Notifier:
    # Kept, as marshmallow copies every field to make a schema.
    return Notifier()
