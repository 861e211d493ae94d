"""OAuth2 client credentials: a token stands for a key until it expires or is revoked.

A key's present token is stored with the key, so that every process hands out the
same one; an owner per token leads from the token back to its key.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote_plus

from werkzeug.datastructures import MultiDict

from ..store import NO_WORLD, Document, Owner, Store
from ..worlds import clock
from .api_keys import Key, Readable, find_key, owner_of, secret_hash

TABLE = "token"
PRESENT = "present"
ADDED = "added"


class Token(NamedTuple):
    """A bearer token and the whole seconds it has left."""

    text: str
    seconds: int


class Credentials(NamedTuple):
    """What a client says it is, believed only by `authenticate`."""

    client_id: str
    client_secret: str


def credentials(authorization: str, form: MultiDict[str, str]) -> Credentials:
    """The client's id and secret from HTTP Basic (RFC 6749: each part URL-escaped) or a form."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "basic":
        try:
            text = b64decode(rest, validate=True).decode()
        except ValueError:
            return Credentials("", "")
        client_id, _, secret = text.partition(":")
        return Credentials(unquote_plus(client_id), unquote_plus(secret))
    return Credentials(form.get("client_id", ""), form.get("client_secret", ""))


def authenticate(store: Store, given: Credentials) -> Key | None:
    """The key whose secret was given, or None."""
    key = find_key(store, given.client_id)
    expected = key.secret_hash if key else ""
    if key is None or not hmac.compare_digest(expected, secret_hash(*given)):
        return None
    clock.enter(key.world)
    return key


def issue(store: Store, key: Key, life: float, make: Callable[[], str]) -> Token:
    """The key's token: the present one while it lives, else one that `make` gives, for `life` s."""
    replaced: list[str] = []

    def edit(present: Document | None) -> Document:
        if present is not None and _seconds_left(present) > 0:
            return present
        replaced[:] = [present["token"]] if present else []
        return {"token": make(), "expires": clock.now() + life}

    found = store.change(owner_of(key.public_key), TABLE, PRESENT, edit)
    # Whoever hands a token out makes sure that it leads back, also if its maker was killed.
    store.create(_owner(found["token"]), {TABLE: {PRESENT: {**found, "key": key.public_key}}})
    for old in replaced:
        store.drop(_owner(old))
    return Token(found["token"], _seconds_left(found))


def add(store: Store, key: Key, life: float, text: str) -> None:
    """Let a text stand for the key for `life` seconds, beside the key's other tokens.

    Those of the key that have expired are forgotten.
    """
    expires, now = clock.now() + life, clock.now()
    expired: list[str] = []

    def edit(present: Document | None) -> Document:
        added = present or {}
        expired[:] = [name for name, end in added.items() if end <= now]
        kept = {name: end for name, end in added.items() if end > now}
        return {**kept, _owner(text).name: expires}

    content = {"token": text, "expires": expires, "key": key.public_key}
    store.create(_owner(text), {TABLE: {PRESENT: content}})
    store.change(owner_of(key.public_key), TABLE, ADDED, edit)
    for name in expired:
        store.drop(Owner(NO_WORLD, "token", name))


def find(store: Readable, token: str) -> Key | None:
    """The key that a token stands for, or None if it is unknown, expired or revoked."""
    found = store.get(_owner(token), TABLE, PRESENT)
    key = find_key(store, found["key"]) if found else None
    if key is None or found is None:
        return None
    clock.enter(key.world)
    return key if found["expires"] > clock.now() else None


def expiry(store: Readable, authorization: str) -> float:
    """When the token of a bearer header ends, by the clock of its key's world."""
    found = store.get(_owner(authorization.partition(" ")[2].strip()), TABLE, PRESENT)
    return float(found["expires"]) if found else 0.0


def revoke(store: Store, token: str) -> None:
    """End a token before its time; an unknown one is no error (RFC 7009)."""
    found = store.get(_owner(token), TABLE, PRESENT)
    if found is None:
        return
    store.drop(_owner(token))
    present = store.get(owner_of(found["key"]), TABLE, PRESENT)
    if present is not None and present["token"] == token:
        store.delete(owner_of(found["key"]), TABLE, PRESENT)


def _seconds_left(document: Document) -> int:
    return int(document["expires"] - clock.now())


def _owner(token: str) -> Owner:
    # A hash: a token may be longer than a file's name, and need not be readable from one.
    name = sha256(token.encode(errors="surrogatepass")).hexdigest()
    return Owner(NO_WORLD, "token", name)
