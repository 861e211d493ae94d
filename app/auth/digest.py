"""HTTP digest authentication as MongoDB's servers speak it.

Flask-HTTPAuth binds nonce and opaque to a cookie session, joins its challenge
with a bare comma, does not look at `nc` and ignores the header's `uri`: API
clients keep no cookies, and Go's reads the challenge by its exact separators. So
its callbacks carry our nonces, and the subclass below speaks the rest.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from hashlib import md5

from flask_httpauth import HTTPDigestAuth

from .nonces import NonceStatus

REALM = "MMS Public API"

_PARAMETER = re.compile(
    # No two neighbours can match the same white space, so that time stays linear.
    r"""\s* ([A-Za-z0-9_-]+) \s*=\s*
        (?: "((?:[^"\\]|\\.)*)" | ([^\s",]+) | (?=,|$) ) \s* (?:,|$)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")
_COUNT = re.compile(r"[0-9A-Fa-f]{1,16}", re.ASCII)


def ha1(username: str, password: str) -> str:
    """The hash that stands for a key pair wherever it is stored."""
    return _md5(f"{username}:{REALM}:{password}".encode())


class MmsDigest(HTTPDigestAuth):  # type: ignore[misc]
    """Digest with the vendor's challenge and idea of `stale`; what a request sent is judged below.

    `issue` gives a new nonce.
    """

    def __init__(self, issue: Callable[[], str]) -> None:
        super().__init__(realm=REALM, use_ha1_pw=True)
        self.generate_nonce(issue)

    def authenticate_header(self, stale: bool = False) -> str:
        """The challenge, byte for byte as RECORDED but for the nonce."""
        return (
            f'Digest realm="{REALM}", domain="", nonce="{self.get_nonce()}", '
            f'algorithm=MD5, qop="auth", stale={"true" if stale else "false"}'
        )


def credentials(authorization: str) -> dict[str, str]:
    """The parameters of a digest Authorization header; empty if there are none to be read."""
    scheme, _, rest = authorization.partition(" ")
    return parse_parameters(rest) if scheme.lower() == "digest" else {}


def counted(sent: Mapping[str, str], target: str | None) -> int | None:
    """The count in `nc`; None if the header was not made for this server and request.

    `target` is the request's as the client wrote it, or None where `uri` is not compared.
    """
    count = _COUNT.fullmatch(sent.get("nc", ""))
    if sent.get("realm") != REALM or sent.get("qop") != "auth" or count is None:
        return None
    if sent.get("algorithm", "MD5").upper() != "MD5" or not _is_for(target, sent.get("uri", "")):
        return None
    return int(count[0], 16)


def is_signed(sent: Mapping[str, str], method: str, known: str | None) -> bool:
    """Whether the response was made with the key's hash; the `nc` counts as the client wrote it."""
    ha2 = _md5(f"{method}:{sent.get('uri', '')}".encode("latin-1"))
    middle = ":".join([sent.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")])
    expected = _md5(f"{known or _NOBODY}:{middle}:{ha2}".encode("latin-1")).encode()
    given = sent.get("response", "").lower().encode("latin-1")
    return hmac.compare_digest(expected, given) and known is not None


def authenticate(
    params: Mapping[str, str],
    method: str,
    target: str | None,
    ha1: str | None,
    consume: Callable[[str, int], NonceStatus],
    *,
    consume_unsigned: bool = True,
) -> tuple[NonceStatus | None, bool]:
    """What the nonce is worth (None: the header was not made for this server), and whether the
    response was made with the key's hash. FRESH and True admit.

    `consume` marks a nonce's count as used. Jetty does that before it looks at the response;
    `consume_unsigned=False` leaves the nonce alone if the response is wrong.
    """
    count = counted(params, target)
    if count is None:
        return None, False
    is_valid = is_signed(params, method, ha1)
    if not (is_valid or consume_unsigned):
        return None, False
    return consume(params.get("nonce", ""), count), is_valid


def _is_for(target: str | None, uri: str) -> bool:
    if target is None or uri == target:
        return True
    return re.fullmatch(r"https?://[^/?#]+" + re.escape(target), uri) is not None


def parse_parameters(text: str) -> dict[str, str]:
    """The parameters of an Authorization header; empty if it is malformed or repeats one."""
    return _usual(text) or _any(text)


def _usual(text: str) -> dict[str, str]:
    """The parameters where they are written as nearly all clients do, `a="b", c=d`; else none.

    A third of the time that the expression takes, which is not asked then.
    """
    parameters: dict[str, str] = {}
    parts, quotes = text.split(", "), 0
    for part in parts:
        name, _, value = part.partition("=")
        if len(value) > 1 and value[0] == value[-1] == '"':
            value, quotes = value[1:-1], quotes + 2
        elif not value.isalnum():
            return {}
        if not (name.isalpha() and name.islower()):
            return {}
        parameters[name] = value
    plain = text.isascii() and "\\" not in text and text.count('"') == quotes
    return parameters if plain and len(parameters) == len(parts) else {}


def _any(text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None or match[1].lower() in parameters:
            return {}
        quoted, bare = match[2], match[3]
        value = bare or "" if quoted is None else _ESCAPE.sub(r"\1", quoted)
        parameters[match[1].lower()] = value
        position = match.end()
    return parameters


def _md5(content: bytes) -> str:
    return md5(content, usedforsecurity=False).hexdigest()


_NOBODY = ha1("", "")  # stands in for an unknown key's hash, so that a refusal takes as long
