"""The notifier: how OpsRamp calls the other system."""

from __future__ import annotations

from marshmallow import fields, validate

from opsemu.schemas.opsramp.base import Body, choice

# A sample of the DOCS and early versions of a client have a space.
KINDS = ("REST_API", "SOAP_API", "REST API", "SOAP API")
GRANTS = ("CLIENT_CREDENTIALS", "PASSWORD", "PASSWORD_CREDENTIALS", "REFRESH_TOKEN")


class Notifier(Body):
    """Fields in the order of the response; `load_only` fields are never returned.

    The type, the password and the secret are hidden, the key is shown in clear (SEED).
    Nothing is required and URLs are not validated: `www.google.com` is accepted (SEED). A
    client may send back what it received, so `type` may be missing, too.
    """

    type = fields.String(load_only=True, validate=validate.OneOf(KINDS))
    baseURI = fields.String()
    authType = choice("NONE", "OAUTH2", "BASIC", "JWT")
    grantType = choice(*GRANTS)
    userName = fields.String()
    password = fields.String(load_only=True)
    apiKey = fields.String()
    apiSecret = fields.String(load_only=True)
    # Two spellings; the response repeats the one in the request (SEED, SPEC; the echo is INFERRED).
    accessTokenURI = fields.String()
    accessTokenURL = fields.String()
