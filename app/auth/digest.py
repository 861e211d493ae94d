"""HTTP digest authentication as MongoDB's servers speak it.

Flask-HTTPAuth binds nonce and opaque to a cookie session, joins its challenge with a bare
comma, and ignores the header's `nc` and `uri`. API clients keep no cookies, and Go's parses
the challenge by its exact separators, so only its callbacks are used here.
"""

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
        (?: "([^"\\]*(?:\\.[^"\\]*)*)" | ([^\s",]+) | (?=,|$) ) \s* (?:,|$)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")
COUNT = re.compile(r"[0-9A-Fa-f]{1,16}", re.ASCII)


def ha1(username: str, password: str) -> str:
    """The hash that stands for a key pair wherever it is stored."""
    return md5_hex(username, REALM, password, encoding="utf-8")


def md5_hex(*parts: str, encoding: str = "latin-1") -> str:
    """The hash of the parts of a header, joined with colons (RFC 7616, section 3.4)."""
    content = ":".join(parts).encode(encoding, "replace")
    return md5(content, usedforsecurity=False).hexdigest()


class MmsDigest(HTTPDigestAuth):  # type: ignore[misc]
    """Flask-HTTPAuth's digest with the vendor's challenge; `issue` makes a nonce."""

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


def is_signed_for(target: str | None, uri: str) -> bool:
    """Whether the header's `uri` is the request target; always, if the target is None."""
    if target is None or uri == target:
        return True
    return re.fullmatch(r"https?://[^/?#]+" + re.escape(target), uri) is not None


def parse_nonce_count(params: Mapping[str, str], target: str | None) -> int | None:
    """The count in `nc`; None if the header was not made for this server and request."""
    count = COUNT.fullmatch(params.get("nc", ""))
    if params.get("realm") != REALM or params.get("qop") != "auth" or count is None:
        return None
    is_md5 = params.get("algorithm", "MD5").upper() == "MD5"
    return int(count[0], 16) if is_md5 and is_signed_for(target, params.get("uri", "")) else None


def verify_response(params: Mapping[str, str], ha1: str | None, ha2: str) -> bool:
    """Whether `response` was made with the key's hash; `nc` counts as the client wrote it."""
    get = params.get
    middle = get("nonce", ""), get("nc", ""), get("cnonce", ""), get("qop", "")
    expected = md5_hex(ha1 or _UNKNOWN_KEY, *middle, ha2).encode()
    response = get("response", "").lower().encode("latin-1")
    return hmac.compare_digest(expected, response) and ha1 is not None


def authenticate(
    params: Mapping[str, str],
    method: str,
    target: str | None,
    ha1: str | None,
    consume: Callable[[str, int], NonceStatus],
    *,
    consume_unsigned: bool = True,
    ha2: str = "",
) -> tuple[NonceStatus | None, bool]:
    """The nonce's status (None: the header was not made for this server), and whether the
    response was made with the key's hash. FRESH and True admit.

    `target` is the request's as the client wrote it, or None where `uri` is not compared.
    `consume` marks a nonce's count as used. Jetty does that before it looks at the response;
    `consume_unsigned=False` leaves the nonce alone if the response is wrong. `ha2` is the hash of
    method and `uri`, if it is known.
    """
    count = parse_nonce_count(params, target)
    if count is None:
        return None, False
    is_valid = verify_response(params, ha1, ha2 or md5_hex(method, params.get("uri", "")))
    if not (is_valid or consume_unsigned):
        return None, False
    return consume(params.get("nonce", ""), count), is_valid


def parse_parameters(text: str) -> dict[str, str]:
    """The parameters of an Authorization header; empty if it is malformed or repeats one."""
    return _parse_usual(text) or _parse_any(text)


def _parse_usual(text: str) -> dict[str, str]:
    """Parameters as nearly all clients write them, `a="b", c=d`; empty if they are not so.

    In half the time of the regular expression.
    """
    parts, quotes = text.split(", "), 0
    parameters: dict[str, str] = {}
    for part in parts:
        name, _, value = part.partition("=")
        if len(value) > 1 and value[0] == value[-1] == '"':
            value, quotes = value[1:-1], quotes + 2
        elif not value.isalnum():
            return {}
        if not (name.isalpha() and name.islower()):
            return {}
        parameters[name] = value
    is_plain = text.isascii() and "\\" not in text and text.count('"') == quotes
    return parameters if is_plain and len(parameters) == len(parts) else {}


def _parse_any(text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None or match[1].lower() in parameters:
            return {}
        name, quoted, bare = match.groups()
        if quoted and "\\" in quoted:
            quoted = _ESCAPE.sub(r"\1", quoted)
        parameters[name.lower()] = quoted or bare or ""
        position = match.end()
    return parameters


_UNKNOWN_KEY = ha1("", "")  # hashed for an unknown key, so that the answer takes as long
