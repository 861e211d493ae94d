"""HTTP digest authentication as MongoDB's servers speak it.

Flask-HTTPAuth binds nonce and opaque to a cookie session, joins its challenge
with a bare comma, does not look at `nc` and ignores the header's `uri`: API
clients keep no cookies, and Go's reads the challenge by its exact separators. So
its callbacks carry our nonces, and the subclass below speaks the rest.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from hashlib import md5
from typing import Any

from flask import request
from flask_httpauth import HTTPDigestAuth
from werkzeug.datastructures import Authorization

from .nonces import Use

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
    """Digest with the vendor's challenge, checks and idea of `stale`.

    `use_nonce` judges a nonce and its count; `target` gives the request target as
    the client wrote it, or None where the header's `uri` is not compared.
    """

    def __init__(
        self, use_nonce: Callable[[str, int], Use], target: Callable[[], str | None]
    ) -> None:
        super().__init__(realm=REALM, use_ha1_pw=True)
        self.use_nonce = use_nonce
        self.target = target

    def get_auth(self) -> Authorization | None:
        """The digest credentials of the request; None if there are none that can be read."""
        scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "digest":
            return None
        parameters = parse_parameters(rest)
        return Authorization("digest", {**parameters}) if parameters else None

    def authenticate_header(self, stale: bool = False) -> str:
        """The challenge, byte for byte as RECORDED but for the nonce."""
        return (
            f'Digest realm="{REALM}", domain="", nonce="{self.get_nonce()}", '
            f'algorithm=MD5, qop="auth", stale={"true" if stale else "false"}'
        )

    def judge(self, auth: Authorization) -> Use | None:
        """What the nonce is worth; None if the header was not made for this request."""
        sent: dict[str, Any] = auth.parameters
        count = _COUNT.fullmatch(sent.get("nc", ""))
        if sent.get("realm") != REALM or sent.get("qop") != "auth" or count is None:
            return None
        if sent.get("algorithm", "MD5").upper() != "MD5" or not self._is_for_this(
            sent.get("uri", "")
        ):
            return None
        return self.use_nonce(sent.get("nonce", ""), int(count[0], 16))

    def authenticate(self, auth: Authorization, stored_password_or_ha1: str | None) -> bool:
        """Whether the response was made with the key; the `nc` counts as the client wrote it."""
        sent: dict[str, Any] = auth.parameters
        known = stored_password_or_ha1 or ha1("", "")
        ha2 = _md5(f"{request.method}:{sent.get('uri', '')}".encode("latin-1"))
        middle = ":".join(sent.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        expected = _md5(f"{known}:{middle}:{ha2}".encode("latin-1")).encode()
        given = sent.get("response", "").lower().encode("latin-1")
        return hmac.compare_digest(expected, given) and stored_password_or_ha1 is not None

    def _is_for_this(self, uri: str) -> bool:
        target = self.target()
        if target is None or uri == target:
            return True
        return re.fullmatch(r"https?://[^/?#]+" + re.escape(target), uri) is not None


def parse_parameters(text: str) -> dict[str, str]:
    """The parameters of an Authorization header; empty if it is malformed or repeats one."""
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
