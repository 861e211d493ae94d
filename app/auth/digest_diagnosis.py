"""Why a digest was refused: which of its inputs differed. Never with a secret in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from urllib.parse import unquote

from .digest import REALM
from .nonces import MAX_USES, NonceStatus

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_PRIVATE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
# A name that is longer may be a private key that was put in the wrong place.
_LONGEST_NAME = 24


@dataclass(frozen=True)
class DigestAttempt:
    """A refused request: its parameters, the key's hash, the nonce's age in s (None: not ours)."""

    scheme: str
    params: dict[str, str]
    ha1: str | None
    method: str
    target: str | None
    status: NonceStatus | None
    age: float | None
    lifetime: float


def diagnose(attempt: DigestAttempt) -> str:
    """One sentence: the first input that differs."""
    return next(sentence for check in _CHECKS if (sentence := check(attempt)))


def _scheme(attempt: DigestAttempt) -> str | None:
    if not attempt.scheme:
        return "no credentials were sent, so the client was given a challenge"
    if attempt.scheme.lower() != "digest":
        return f"the scheme is {attempt.scheme}, and Digest is asked for (curl: --digest)"
    return (
        None if attempt.params else "the Authorization header cannot be read as Digest parameters"
    )


def _realm(attempt: DigestAttempt) -> str | None:
    realm = attempt.params.get("realm")
    return f"the realm is {realm!r}, the challenge says {REALM!r}" if realm != REALM else None


def _algorithm(attempt: DigestAttempt) -> str | None:
    algorithm = attempt.params.get("algorithm", "MD5")
    return f"the algorithm is {algorithm}, only MD5 is" if algorithm.upper() != "MD5" else None


def _qop(attempt: DigestAttempt) -> str | None:
    qop = attempt.params.get("qop")
    if qop is None:
        return "qop is missing (RFC 2069): the challenge says qop=auth"
    return f"qop is {qop}, the challenge says auth" if qop != "auth" else None


def _count(attempt: DigestAttempt) -> str | None:
    count = attempt.params.get("nc", "")
    if not re.fullmatch(r"[0-9A-Fa-f]{1,16}", count):
        return f"nc is {count!r}, not a hexadecimal count"
    if int(count, 16) >= MAX_USES:
        return f"nc is {count}: a nonce may be used {MAX_USES - 1} times"
    return None


def _uri(attempt: DigestAttempt) -> str | None:
    uri, target = attempt.params.get("uri", ""), attempt.target
    absolute = re.fullmatch(r"https?://[^/?#]+(.*)", uri)
    if target is None or target in (uri, absolute and absolute[1]):
        return None
    return f"the uri that was signed is {uri}, the request came for {target}{_why(uri, target)}"


def _why(uri: str, target: str) -> str:
    if uri == target.partition("?")[0]:
        return ": the query was left out when signing"
    if unquote(uri) == unquote(target):
        return ": they are escaped differently"
    if uri.rstrip("/") == target.rstrip("/"):
        return ": a slash at the end differs"
    if uri and (target.endswith(uri) or uri.endswith(target)):
        return ": a proxy in between changed the path"
    return ""


def _name(attempt: DigestAttempt) -> str | None:
    name = attempt.params.get("username", "")
    if attempt.ha1 is not None:
        return None
    if _PRIVATE.fullmatch(name):
        return "the user name looks like a private key: are the two halves in the wrong order?"
    shown = name if len(name) <= _LONGEST_NAME else f"of {len(name)} characters"
    return f"there is no key {shown!r} here" if name else "the user name is missing"


def _nonce(attempt: DigestAttempt) -> str | None:
    if attempt.age is None:
        return "the nonce is not one of this server's"
    if attempt.status is NonceStatus.STALE:
        age, lifetime = attempt.age, attempt.lifetime
        return f"the nonce is {age:.0f} s old, its life is {lifetime:.0f} s (stale=true)"
    if attempt.status is NonceStatus.REPLAYED:
        return f"nc {attempt.params['nc']} was used with this nonce before (a replay)"
    return None


def _response(attempt: DigestAttempt) -> str | None:
    given = attempt.params.get("response", "").lower()
    return next((text for text, response in _variants(attempt) if response == given), None)


def _variants(attempt: DigestAttempt) -> Iterator[tuple[str, str]]:
    """What a client could have computed instead, and what that gives."""
    params, ha1 = attempt.params, attempt.ha1 or ""
    nonce, count, cnonce, uri = (params.get(name, "") for name in ("nonce", "nc", "cnonce", "uri"))
    for method in _METHODS:
        text = f"the response was made for the method {method}, the request is a {attempt.method}"
        yield text, _md5(ha1, nonce, count, cnonce, "auth", _md5(method, uri))
    ha2 = _md5(attempt.method, uri)
    yield "the response leaves qop, nc and cnonce out (RFC 2069)", _md5(ha1, nonce, ha2)
    for other in {count.lstrip("0"), count.zfill(8), count.lower(), count.upper()} - {count}:
        text = f"the response was made with nc {other}, the header says {count}"
        yield text, _md5(ha1, nonce, other, cnonce, "auth", ha2)
    text = "the response was made with another cnonce than the header's (an empty one)"
    yield text, _md5(ha1, nonce, count, "", "auth", ha2)
    text = "the response was made with qop in quotes"
    yield text, _md5(ha1, nonce, count, cnonce, '"auth"', ha2)
    text = "the response was made of hashes in capitals: they are to be in small letters"
    yield text, _md5(ha1.upper(), nonce, count, cnonce, "auth", ha2.upper())
    bare = uri.partition("?")[0]
    text = "the response was made for the path without its query"
    yield text, _md5(ha1, nonce, count, cnonce, "auth", _md5(attempt.method, bare))


def _key(attempt: DigestAttempt) -> str:
    return f"the response was not made with the private key of {attempt.params.get('username')!r}"


_CHECKS = (_scheme, _realm, _algorithm, _qop, _count, _uri, _name, _nonce, _response, _key)


def _md5(*parts: str) -> str:
    content = ":".join(parts).encode("latin-1", "replace")
    return md5(content, usedforsecurity=False).hexdigest()
