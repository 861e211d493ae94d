"""OAuth2 client credentials: a token stands for a key until it expires or is revoked.

A key's current token is stored with the key, so that every process hands out the same one;
an owner per token leads from the token back to its key. Times are seconds since the epoch
by the clock of the key's world.
"""

import hmac
from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import unquote_plus

from werkzeug.datastructures import MultiDict

from ..store import Document, Owner, Store
from ..store.base import Tables
from ..store.layout import ADDED_TOKENS, CURRENT_TOKEN, NO_WORLD, TOKEN
from .api_keys import Key, Readable, find_key, owner_of, secret_hash

MARGIN = 60.0  # seconds; clocks of servers on one state differ by less


class ValidToken(NamedTuple):
    """The key of a token, and when the token expires, by the clock of the key's world."""

    key: Key
    expires: float


def credentials(authorization: str, form: MultiDict[str, str]) -> tuple[str, str]:
    """The client's id and secret from HTTP Basic (RFC 6749: each part URL-escaped) or a form."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return unquote_plus(client_id), unquote_plus(secret)


def authenticate(store: Store, client: tuple[str, str]) -> Key | None:
    """The key with a client's id and secret, or None."""
    key = find_key(store, client[0])
    is_valid = hmac.compare_digest(key.secret_hash if key else "", secret_hash(*client))
    return key if is_valid else None


def issue(
    store: Store, key: Key, lifetime: float, make: Callable[[], str], now: Callable[[], float]
) -> tuple[str, int]:
    """The key's current token and the seconds it is valid for.

    Once it has expired, `make` makes a new one, valid for `lifetime` seconds; also in place of
    one that is valid for longer, because the clock was put back since.
    """
    replaced: list[str] = []

    def edit(current: Document | None) -> Document:
        if current is not None and 1 <= current["expires"] - now() < lifetime + MARGIN:
            return current
        replaced[:] = [current["token"]] if current else []
        return {"token": make(), "expires": now() + lifetime}

    token = store.change(owner_of(key.public_key), TOKEN, CURRENT_TOKEN, edit)
    # Also for an existing token: the process that made it may have been killed in between.
    _store_token(store, {**token, "key": key.public_key})
    for old in replaced:
        store.drop(_owner(old))
    return token["token"], int(min(lifetime, token["expires"] - now()))


def add(store: Store, key: Key, lifetime: float, text: str, now: float) -> None:
    """Add a token of the key, valid for `lifetime` seconds, and remove its expired ones."""
    expires = now + lifetime
    expired: list[str] = []

    def edit(document: Document | None) -> Document:
        tokens = document or {}
        expired[:] = [name for name, end in tokens.items() if end <= now]
        valid = {name: end for name, end in tokens.items() if end > now}
        return {**valid, _owner(text).name: expires}

    store.change(owner_of(key.public_key), TOKEN, ADDED_TOKENS, edit)
    _store_token(store, {"token": text, "expires": expires, "key": key.public_key})
    for name in expired:
        store.drop(Owner(NO_WORLD, TOKEN, name))


def find(store: Readable, token: str) -> ValidToken | None:
    """The key of a token, which may have expired; None if it is unknown or revoked."""
    document = store.get(_owner(token), TOKEN, CURRENT_TOKEN)
    key = find_key(store, document["key"]) if document else None
    return ValidToken(key, float(document["expires"])) if key and document else None


def revoke(store: Store, token: str) -> None:
    """End a token before its time; an unknown one is no error (RFC 7009)."""
    document = store.get(_owner(token), TOKEN, CURRENT_TOKEN)
    if document is None:
        return
    key, name = owner_of(document["key"]), _owner(token).name
    current = store.get(key, TOKEN, CURRENT_TOKEN)
    if current and current["token"] == token:
        store.delete(key, TOKEN, CURRENT_TOKEN)
    if name in (store.get(key, TOKEN, ADDED_TOKENS) or {}):
        store.change(key, TOKEN, ADDED_TOKENS, lambda tokens: _without(tokens or {}, name))
    # Last: the process may be killed in between, and `issue` would bring the token back.
    store.drop(_owner(token))


def remove_key(store: Store, public_key: str) -> None:
    """Remove a key and its tokens; an unknown key is no error."""
    owner = owner_of(public_key)
    _drop_tokens(store, store.tables(owner) or {})
    _drop_tokens(store, store.take(owner))  # those that were issued meanwhile


def _store_token(store: Store, token: Document) -> None:
    """Store what leads from a token to its key, unless the key was removed meanwhile."""
    owner = _owner(token["token"])
    is_new = store.create(owner, {TOKEN: {CURRENT_TOKEN: token}})
    if is_new and find_key(store, token["key"]) is None:
        store.drop(owner)


def _drop_tokens(store: Store, tables: Tables) -> None:
    """Drop the tokens in a key's tables."""
    documents = tables.get(TOKEN, {})
    current = documents.get(CURRENT_TOKEN)
    for name in documents.get(ADDED_TOKENS, {}):
        store.drop(Owner(NO_WORLD, TOKEN, name))
    if current is not None:
        store.drop(_owner(current["token"]))


def _without(tokens: Document, removed: str) -> Document:
    return {name: expires for name, expires in tokens.items() if name != removed}


def name_of(token: str) -> str:
    """The name of the owner that leads from a token to its key."""
    # A hash: a token may be longer than a file's name, and should not be readable from one.
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _owner(token: str) -> Owner:
    return Owner(NO_WORLD, TOKEN, name_of(token))
