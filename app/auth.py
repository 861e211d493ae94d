"""Who is calling: the first thing asked of a request, before its body is looked at."""

from __future__ import annotations

from typing import cast

from flask import Flask, g, request
from werkzeug.exceptions import NotFound

from . import clock, operations, reasons, tokens
from .context import dialect, services, target
from .diagnosis import Case, diagnose
from .digest import MmsDigest
from .errors import BareRefusal, Unauthorized
from .keys import Key, find_key
from .nonces import Use

# Paths that the vendor serves without credentials.
_OPEN = ("/api/private/unauth/", "/api/public/v1.0/unauth/")


def init_app(app: Flask) -> None:
    """Admit or refuse each request before it is dispatched."""
    digest = MmsDigest(
        use_nonce=lambda nonce, count: services().nonces.use(nonce, count),
        target=lambda: target() if services().config.digest_uri == "strict" else None,
    )
    digest.generate_nonce(lambda: services().nonces.issue())
    digest.get_password(_stored_hash)
    schemes = {"digest": lambda: _by_digest(digest), "bearer": _by_bearer}

    @app.before_request
    def admit() -> None:
        """Credentials, then the route, then the body's type, then the caller's address."""
        g.started = clock.ticks()
        path, family = request.path, dialect()
        if not path.startswith("/api/") or path.startswith(_OPEN) or path in family.open_paths:
            return
        sent = request.headers.get("Authorization", "").partition(" ")[0].lower()
        g.key = schemes[sent if sent in family.schemes else family.schemes[0]]()
        if request.routing_exception is not None:
            raise request.routing_exception
        # Werkzeug would serve a path that begins with two slashes.
        if request.environ.get("PATH_INFO", "").startswith("//"):
            raise NotFound
        if family.versioned:
            g.version = operations.version(request.headers.get("Accept", ""))
        if operations.reads_body() and not family.accepts(request.content_type or ""):
            reasons.note(f"a body of type {request.content_type!r} is not read here")
            raise BareRefusal(415)
        key().check_address(request.remote_addr or "127.0.0.1")


def key() -> Key:
    """The API key that signed the current request."""
    return cast(Key, g.key)


def _by_bearer() -> Key:
    """The key behind the request's token; raises NO_CREDENTIALS or INVALID_TOKEN."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        reasons.note(f"a Bearer token is asked for, the scheme is: {reasons.scheme() or 'none'}")
        raise dialect().not_admitted("NO_CREDENTIALS")
    found = tokens.find(services().store, token.strip())
    if found is None:
        reasons.note("the token is unknown here, or expired, or revoked")
        raise dialect().not_admitted("INVALID_TOKEN")
    return found


def _by_digest(digest: MmsDigest) -> Key:
    """The key that signed the request; raises Unauthorized with a new challenge."""
    auth = digest.get_auth()
    g.digest = auth.parameters if auth else {}
    stored = digest.get_auth_password(auth)  # before the nonce: the key's world knows its age
    use = digest.judge(auth) if auth else None
    if auth and use is Use.FRESH and digest.authenticate(auth, stored):
        return cast(Key, g.candidate)
    reasons.note(_diagnosis(stored, use))
    raise Unauthorized(digest.authenticate_header(stale=use is Use.STALE))


def _diagnosis(stored: str | None, use: Use | None) -> str:
    sent, nonces = g.digest, services().nonces
    return diagnose(
        Case(
            scheme=reasons.scheme(),
            sent=sent,
            ha1=stored,
            method=request.method,
            target=target() if services().config.digest_uri == "strict" else None,
            use=use,
            age=nonces.age(sent.get("nonce", "")),
            life=nonces.life,
        )
    )


def _stored_hash(username: str) -> str | None:
    g.candidate = find_key(services().store, username)
    if g.candidate:
        clock.enter(g.candidate.world)
    # A key for tokens has no digest half, and may not be taken for one with an empty half.
    return g.candidate.ha1 or None if g.candidate else None
