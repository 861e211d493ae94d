"""Who is calling: the first thing asked of a request, before its body is looked at."""

from __future__ import annotations

from typing import cast

from flask import Flask
from werkzeug.exceptions import NotFound

from ..auth import tokens
from ..auth.api_keys import Key, find_key
from ..auth.digest import MmsDigest, authenticate, credentials
from ..auth.digest_diagnosis import Case, diagnose
from ..auth.nonces import NonceStatus
from ..worlds import clock
from . import explanations, operations
from .context import Call, call
from .errors import BareRefusal, Unauthorized

# Paths that the vendor serves without credentials.
_OPEN = ("/api/private/unauth/", "/api/public/v1.0/unauth/")


def init_app(app: Flask) -> None:
    """Admit or refuse each request before it is dispatched."""
    digest = MmsDigest(lambda: call().services.nonces.issue())
    schemes = {"digest": lambda: _by_digest(digest), "bearer": _by_bearer}

    @app.before_request
    def admit() -> None:
        """Credentials, then the route, then the body's type, then the caller's address."""
        here = call()
        request, path, family = here.request, here.request.path, here.dialect
        if not path.startswith("/api/") or path.startswith(_OPEN) or path in family.open_paths:
            return
        sent = here.authorization.partition(" ")[0].lower()
        here.key = schemes[sent if sent in family.schemes else family.schemes[0]]()
        if request.routing_exception is not None:
            raise request.routing_exception
        # Werkzeug would serve a path that begins with two slashes.
        if here.environ.get("PATH_INFO", "").startswith("//"):
            raise NotFound
        if family.versioned:
            here.version = operations.version(here.environ.get("HTTP_ACCEPT", ""), here.endpoint)
        if operations.reads_body(here.method, here.endpoint) and not family.accepts(
            request.content_type or ""
        ):
            explanations.note(f"a body of type {request.content_type!r} is not read here")
            raise BareRefusal(415)
        here.key.check_address(request.remote_addr or "127.0.0.1")


def key() -> Key:
    """The API key that signed the current request."""
    return cast(Key, call().key)


def _by_bearer() -> Key:
    """The key behind the request's token; raises NO_CREDENTIALS or INVALID_TOKEN."""
    here = call()
    scheme, _, token = here.authorization.partition(" ")
    if scheme.lower() != "bearer":
        explanations.note(
            f"a Bearer token is asked for, the scheme is: {explanations.scheme() or 'none'}"
        )
        raise here.dialect.not_admitted("NO_CREDENTIALS")
    found = tokens.find(here, token.strip())
    if found is None:
        explanations.note("the token is unknown here, or expired, or revoked")
        raise here.dialect.not_admitted("INVALID_TOKEN")
    return found


def _by_digest(digest: MmsDigest) -> Key:
    """The key that signed the request; raises Unauthorized with a new challenge."""
    here = call()
    here.sent = sent = credentials(here.authorization)
    stored = _stored_hash(here)  # before the nonce: the key's world knows its age
    use, is_valid = authenticate(
        sent, here.method, _signed_target(here), stored, here.services.nonces.use
    )
    if use is NonceStatus.FRESH and is_valid:
        return cast(Key, here.candidate)
    explanations.note(_diagnosis(here, stored, use))
    raise Unauthorized(digest.authenticate_header(stale=use is NonceStatus.STALE))


def _signed_target(here: Call) -> str | None:
    """What the header's `uri` has to be, if that matters."""
    return here.target if here.services.config.digest_uri == "strict" else None


def _diagnosis(here: Call, stored: str | None, use: NonceStatus | None) -> str:
    nonces = here.services.nonces
    return diagnose(
        Case(
            scheme=explanations.scheme(),
            sent=here.sent,
            ha1=stored,
            method=here.method,
            target=_signed_target(here),
            use=use,
            age=nonces.age(here.sent.get("nonce", "")),
            life=nonces.life,
        )
    )


def _stored_hash(here: Call) -> str | None:
    here.candidate = found = find_key(here, here.sent.get("username", ""))
    if found is None:
        return None
    clock.enter(found.world)
    # A key for tokens has no digest half, and may not be taken for one with an empty half.
    return found.ha1 or None
