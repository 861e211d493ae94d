"""OAuth2 client credentials: a token stands for a key until it expires or is revoked.

A key's current token is stored with the key, so that every process hands out the same one;
an owner per token leads from the token back to its key. Times are seconds since the epoch
by the clock of the key's world.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote_plus

from werkzeug.datastructures import MultiDict

from ..store import Document, Owner, Store
from ..store.layout import ADDED_TOKENS, CURRENT_TOKEN, NO_WORLD, TOKEN
from .api_keys import Key, Readable, find_key, owner_of, secret_hash


class Token(NamedTuple):
    """A bearer token and the whole seconds it has left."""

    text: str
    seconds: int


class ValidToken(NamedTuple):
    """The key that a token stands for, and when the token expires."""

    key: Key
    expires: float


class Credentials(NamedTuple):
    """A client's claim of who it is; `authenticate` checks it."""

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


def authenticate(store: Store, claim: Credentials) -> Key | None:
    """The key with these credentials, or None."""
    key = find_key(store, claim.client_id)
    expected = key.secret_hash if key else ""
    if key is None or not hmac.compare_digest(expected, secret_hash(*claim)):
        return None
    return key


def issue(
    store: Store, key: Key, lifetime: float, make: Callable[[], str], now: Callable[[], float]
) -> Token:
    """The key's current token; once it has expired, one from `make` that lives `lifetime` s."""
    replaced: list[str] = []

    def edit(current: Document | None) -> Document:
        if current is not None and int(current["expires"] - now()) > 0:
            return current
        replaced[:] = [current["token"]] if current else []
        return {"token": make(), "expires": now() + lifetime}

    token = store.change(owner_of(key.public_key), TOKEN, CURRENT_TOKEN, edit)
    # Also for an existing token: the process that made it may have been killed in between.
    store.create(_owner(token["token"]), {TOKEN: {CURRENT_TOKEN: {**token, "key": key.public_key}}})
    for old in replaced:
        store.drop(_owner(old))
    return Token(token["token"], int(token["expires"] - now()))


def add(store: Store, key: Key, lifetime: float, text: str, now: float) -> None:
    """Let `text` stand for the key for `lifetime` s, beside the key's other tokens.

    Tokens of the key that have expired are removed.
    """
    expires = now + lifetime
    expired: list[str] = []

    def edit(document: Document | None) -> Document:
        tokens = document or {}
        expired[:] = [name for name, end in tokens.items() if end <= now]
        valid = {name: end for name, end in tokens.items() if end > now}
        return {**valid, _owner(text).name: expires}

    content = {"token": text, "expires": expires, "key": key.public_key}
    store.create(_owner(text), {TOKEN: {CURRENT_TOKEN: content}})
    store.change(owner_of(key.public_key), TOKEN, ADDED_TOKENS, edit)
    for name in expired:
        store.drop(Owner(NO_WORLD, TOKEN, name))


def find(store: Readable, token: str) -> ValidToken | None:
    """The key that a token stands for, or None if it is unknown or revoked.

    The caller compares `expires` with the time in the key's world.
    """
    document = store.get(_owner(token), TOKEN, CURRENT_TOKEN)
    key = find_key(store, document["key"]) if document else None
    return ValidToken(key, float(document["expires"])) if key and document else None


def revoke(store: Store, token: str) -> None:
    """End a token before its time; an unknown one is no error (RFC 7009)."""
    document = store.get(_owner(token), TOKEN, CURRENT_TOKEN)
    if document is None:
        return
    store.drop(_owner(token))
    current = store.get(owner_of(document["key"]), TOKEN, CURRENT_TOKEN)
    if current is not None and current["token"] == token:
        store.delete(owner_of(document["key"]), TOKEN, CURRENT_TOKEN)


def _owner(token: str) -> Owner:
    # A hash: a token may be longer than a file's name, and need not be readable from one.
    name = sha256(token.encode(errors="surrogatepass")).hexdigest()
    return Owner(NO_WORLD, TOKEN, name)
