"""Why a digest was refused: which of its inputs differed. Never with a secret in it."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from .digest import COUNT, REALM, is_signed_for, md5_hex
from .nonces import MAX_USES, NonceStatus

_METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
_PRIVATE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_LONGEST_NAME = 24  # a longer one may be a private key in the wrong place


class DigestAttempt(NamedTuple):
    """A refused request: its parameters, the key's hash, the nonce's age in s (None: not ours)."""

    scheme: str
    params: dict[str, str]
    ha1: str | None
    method: str
    target: str | None
    status: NonceStatus | None
    age: float | None
    lifetime: float


def printable_name(name: str) -> str:
    """A name that no key has, in quotes; only the length of one that may be a secret."""
    return repr(name) if len(name) <= _LONGEST_NAME else f"of {len(name)} characters"


def diagnose(attempt: DigestAttempt) -> str:
    """One sentence: the first input that differs."""
    return next(sentence for check in _CHECKS for sentence in check(attempt))


def _scheme(attempt: DigestAttempt) -> Iterator[str]:
    if not attempt.scheme:
        yield "no credentials were sent, so the client was given a challenge"
    if attempt.scheme.lower() != "digest":
        yield f"the scheme is {attempt.scheme}, and Digest is asked for (curl: --digest)"
    if not attempt.params:
        yield "the Authorization header cannot be read as Digest parameters"


def _constants(attempt: DigestAttempt) -> Iterator[str]:
    realm, algorithm, qop = (attempt.params.get(name) for name in ("realm", "algorithm", "qop"))
    if realm != REALM:
        yield f"the realm is {realm!r}, the challenge says {REALM!r}"
    if algorithm is not None and algorithm.upper() != "MD5":
        yield f"the algorithm is {algorithm}, only MD5 is"
    if qop is None:
        yield "qop is missing (RFC 2069): the challenge says qop=auth"
    elif qop != "auth":
        yield f"qop is {qop}, the challenge says auth"


def _count(attempt: DigestAttempt) -> Iterator[str]:
    count = attempt.params.get("nc", "")
    if not COUNT.fullmatch(count):
        yield f"nc is {count!r}, not a hexadecimal count"
    elif int(count, 16) >= MAX_USES:
        yield f"nc is {count}: a nonce may be used {MAX_USES - 1} times"


def _uri(attempt: DigestAttempt) -> Iterator[str]:
    uri = attempt.params.get("uri", "")
    if attempt.target is not None and not is_signed_for(attempt.target, uri):
        yield uri_difference(uri, attempt.target)


def uri_difference(uri: str, target: str) -> str:
    """A sentence on a signed `uri` that is not the request's."""
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


def _name(attempt: DigestAttempt) -> Iterator[str]:
    name = attempt.params.get("username", "")
    if attempt.ha1 is not None:
        return
    if _PRIVATE.fullmatch(name):
        yield "the user name looks like a private key: are the two halves in the wrong order?"
    yield f"there is no key {printable_name(name)} here" if name else "the user name is missing"


def _nonce(attempt: DigestAttempt) -> Iterator[str]:
    age, lifetime = attempt.age, attempt.lifetime
    if age is None:
        yield "the nonce is not one of this server's"
    elif attempt.status is NonceStatus.STALE:
        yield f"the nonce is {age:.0f} s old, its life is {lifetime:.0f} s (stale=true)"
    elif attempt.status is NonceStatus.REPLAYED:
        yield f"nc {attempt.params['nc']} was used with this nonce before (a replay)"


def _response(attempt: DigestAttempt) -> Iterator[str]:
    response = attempt.params.get("response", "").lower()
    yield from (f"the response {text}" for text, each in _variants(attempt) if each == response)
    yield f"the response was not made with the private key of {attempt.params.get('username')!r}"


def _variants(attempt: DigestAttempt) -> Iterator[tuple[str, str]]:
    """Mistakes of clients, and the response that each gives."""
    params, ha1 = attempt.params, attempt.ha1 or ""
    nonce, count, cnonce, uri = (params.get(name, "") for name in ("nonce", "nc", "cnonce", "uri"))
    ha2 = md5_hex(attempt.method, uri)

    def signed(ha2: str, count: str = count, cnonce: str = cnonce, qop: str = "auth") -> str:
        return md5_hex(ha1, nonce, count, cnonce, qop, ha2)

    for method in _METHODS:
        mistake = f"was made for the method {method}, the request is a {attempt.method}"
        yield mistake, signed(md5_hex(method, uri))
    yield "leaves qop, nc and cnonce out (RFC 2069)", md5_hex(ha1, nonce, ha2)
    for other in {count.lstrip("0"), count.zfill(8), count.lower(), count.upper()} - {count}:
        yield f"was made with nc {other}, the header says {count}", signed(ha2, count=other)
    yield "was made with another cnonce than the header's (an empty one)", signed(ha2, cnonce="")
    yield "was made with qop in quotes", signed(ha2, qop='"auth"')
    capitals = md5_hex(ha1.upper(), nonce, count, cnonce, "auth", ha2.upper())
    yield "was made of hashes in capitals: they are to be in small letters", capitals
    bare = md5_hex(attempt.method, uri.partition("?")[0])
    yield "was made for the path without its query", signed(bare)


_CHECKS = (_scheme, _constants, _count, _uri, _name, _nonce, _response)
