"""Why a digest was refused: which of its inputs differed. Never with a secret in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5
from urllib.parse import unquote

from .digest import REALM
from .nonces import MOST_USES, NonceStatus

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_PRIVATE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
# A name that is longer may be a private key that was put in the wrong place.
_LONGEST_NAME = 24


@dataclass(frozen=True)
class Case:
    """What was sent, and what is known: the key's hash, the nonce's age (None: not ours)."""

    scheme: str
    sent: dict[str, str]
    ha1: str | None
    method: str
    target: str | None
    use: NonceStatus | None
    age: float | None
    life: float


def diagnose(case: Case) -> str:
    """One sentence: the first input that differs."""
    return next(sentence for check in _CHECKS if (sentence := check(case)))


def _scheme(case: Case) -> str | None:
    if not case.scheme:
        return "no credentials were sent, so the client was given a challenge"
    if case.scheme.lower() != "digest":
        return f"the scheme is {case.scheme}, and Digest is asked for (curl: --digest)"
    return None if case.sent else "the Authorization header cannot be read as Digest parameters"


def _realm(case: Case) -> str | None:
    realm = case.sent.get("realm")
    return f"the realm is {realm!r}, the challenge says {REALM!r}" if realm != REALM else None


def _algorithm(case: Case) -> str | None:
    algorithm = case.sent.get("algorithm", "MD5")
    return f"the algorithm is {algorithm}, only MD5 is" if algorithm.upper() != "MD5" else None


def _qop(case: Case) -> str | None:
    qop = case.sent.get("qop")
    if qop is None:
        return "qop is missing (RFC 2069): the challenge says qop=auth"
    return f"qop is {qop}, the challenge says auth" if qop != "auth" else None


def _count(case: Case) -> str | None:
    count = case.sent.get("nc", "")
    if not re.fullmatch(r"[0-9A-Fa-f]{1,16}", count):
        return f"nc is {count!r}, not a hexadecimal count"
    if int(count, 16) >= MOST_USES:
        return f"nc is {count}: a nonce may be used {MOST_USES - 1} times"
    return None


def _uri(case: Case) -> str | None:
    uri, target = case.sent.get("uri", ""), case.target
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


def _name(case: Case) -> str | None:
    name = case.sent.get("username", "")
    if case.ha1 is not None:
        return None
    if _PRIVATE.fullmatch(name):
        return "the user name looks like a private key: are the two halves in the wrong order?"
    shown = name if len(name) <= _LONGEST_NAME else f"of {len(name)} characters"
    return f"there is no key {shown!r} here" if name else "the user name is missing"


def _nonce(case: Case) -> str | None:
    if case.age is None:
        return "the nonce is not one of this server's"
    if case.use is NonceStatus.STALE:
        return f"the nonce is {case.age:.0f} s old, its life is {case.life:.0f} s (stale=true)"
    if case.use is NonceStatus.REPLAYED:
        return f"nc {case.sent['nc']} was used with this nonce before (a replay)"
    return None


def _response(case: Case) -> str | None:
    given = case.sent.get("response", "").lower()
    return next((text for text, response in _variants(case) if response == given), None)


def _variants(case: Case) -> Iterator[tuple[str, str]]:
    """What a client could have computed instead, and what that gives."""
    sent, ha1 = case.sent, case.ha1 or ""
    nonce, count, cnonce, uri = (sent.get(name, "") for name in ("nonce", "nc", "cnonce", "uri"))
    for method in _METHODS:
        text = f"the response was made for the method {method}, the request is a {case.method}"
        yield text, _md5(ha1, nonce, count, cnonce, "auth", _md5(method, uri))
    ha2 = _md5(case.method, uri)
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
    yield text, _md5(ha1, nonce, count, cnonce, "auth", _md5(case.method, bare))


def _key(case: Case) -> str:
    return f"the response was not made with the private key of {case.sent.get('username')!r}"


_CHECKS = (_scheme, _realm, _algorithm, _qop, _count, _uri, _name, _nonce, _response, _key)


def _md5(*parts: str) -> str:
    content = ":".join(parts).encode("latin-1", "replace")
    return md5(content, usedforsecurity=False).hexdigest()
