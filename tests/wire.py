"""HTTP and digest by hand, for what client libraries would not send or not show."""

from __future__ import annotations

import json
import re
from hashlib import md5
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from opsemu.schemas import REGISTRY, IntegrationSchema, Profile
from opsemu.server import Emulator

from .conftest import OWNER

API = "/api/public/v1.0"
MANAGER = Profile("ops-manager")
TYPES = sorted(name for name, cls in REGISTRY.items() if cls.is_known_to(MANAGER))
REALM = "MMS Public API"
CHALLENGE = re.compile(
    r'Digest realm="MMS Public API", domain="", nonce="([A-Za-z0-9+/]{32})", '
    r'algorithm=MD5, qop="auth", stale=(true|false)'
)


class Answer(NamedTuple):
    """What came back, headers in the order and case in which they came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def challenge(self) -> dict[str, str]:
        """The parameters of the digest challenge, taken apart as Go's client does it."""
        scheme, _, rest = (self.header("WWW-Authenticate") or "").partition(" ")
        assert scheme == "Digest"
        pairs = (part.split("=", 1) for part in rest.split(", "))
        return {name: value.strip('"') for name, value in pairs}


def ask(
    server: Emulator,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """One request on a connection of its own."""
    connection = HTTPConnection(server.host, server.port, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


def fresh_nonce(server: Emulator) -> str:
    """A nonce that nobody has used."""
    return ask(server, "GET", f"{API}/groups").challenge()["nonce"]


def authorization(
    method: str, uri: str, nonce: str, key: tuple[str, str] = OWNER, **changes: str
) -> str:
    """A digest header as the MongoDB operator writes it: `nc=1`, no opaque, qop unquoted."""
    parts = {"username": key[0], "realm": REALM, "nonce": nonce, "uri": uri} | changes
    count, qop, realm = parts.pop("nc", "1"), parts.pop("qop", "auth"), parts["realm"]
    ha1 = _md5(f"{key[0]}:{realm}:{key[1]}")
    ha2 = _md5(f"{method}:{parts['uri']}")
    response = _md5(f"{ha1}:{parts['nonce']}:{count}:c0ffee:{qop}:{ha2}")
    quoted = ", ".join(f'{name}="{value}"' for name, value in parts.items())
    return f'Digest {quoted}, response="{response}", cnonce="c0ffee", nc={count}, qop={qop}'


def call(server: Emulator, method: str, path: str, value: Any = None, **changes: Any) -> Answer:
    """A signed request with a nonce of its own, or with `nonce`; a value is sent as JSON."""
    nonce = changes.pop("nonce", None) or fresh_nonce(server)
    uri = changes.pop("uri", path)
    headers = {"Authorization": authorization(method, uri, nonce, **changes)}
    if value is None:
        return ask(server, method, path, headers)
    headers["Content-Type"] = "application/json"
    return ask(server, method, path, headers, json.dumps(value).encode())


def signed(server: Emulator, header: str, method: str, path: str) -> Answer:
    """A request with an Authorization header as given."""
    return ask(server, method, path, {"Authorization": header})


def refused(answer: Answer) -> tuple[int, str | None]:
    """The status, and what the challenge says of the nonce; None if it is not as recorded."""
    challenge = CHALLENGE.fullmatch(answer.header("WWW-Authenticate") or "")
    return answer.status, challenge and challenge[2]


def schema_of(type_name: str) -> IntegrationSchema:
    """A type as Ops Manager knows it."""
    return REGISTRY[type_name](MANAGER)


def body_of(type_name: str, **changes: Any) -> dict[str, Any]:
    """A valid request body of a type, with changes."""
    return {"type": type_name, **schema_of(type_name).sample(), **changes}


def mask(value: str) -> str:
    """The key rule, said a second time: all but the last four characters."""
    return "*" * (len(value) - 4) + value[-4:]


def seed_file(directory: Path, **changes: Any) -> str:
    """The demo seed with changes, in a file."""
    demo = Path(__file__).parents[1] / "data" / "demo.json"
    path = directory / "seed.json"
    path.write_text(json.dumps({**json.loads(demo.read_bytes()), **changes}))
    return str(path)


def key_with(*roles: dict[str, str], **more: Any) -> dict[str, Any]:
    """The owner's API key for a seed, with other roles."""
    return {"publicKey": OWNER[0], "privateKey": OWNER[1], "roles": list(roles), **more}


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
