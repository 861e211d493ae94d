"""What is sent: requests made and signed before the clock starts, so that no client time is timed.

opsemu and the real server honour a nonce 1023 times and refuse a count that was used, so
each request has a count of its own, and each thousand a challenge of its own.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Iterator
from hashlib import md5
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import NamedTuple

USES = 1000  # of a nonce
PATIENCE = 30.0  # seconds for one answer

Key = tuple[str, str]


class Request(NamedTuple):
    """What is sent over and over, to its targets by turns; what may be sent again without harm.

    `key` signs it where the server asks for that; `expects` is the status of a good answer.
    """

    method: str
    targets: tuple[str, ...]
    body: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    key: Key | None = None
    expects: int = 200


class Prepared(NamedTuple):
    """One request with all of its headers."""

    method: str
    target: str
    headers: dict[str, str]
    body: str | None

    def to_bytes(self) -> bytes:
        """The request as it goes over the wire."""
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", self.body or ""]).encode()


def prepared(request: Request, port: int) -> Iterator[Prepared]:
    """Endless requests for a server on a port, signed if it asks for that."""
    targets = itertools.cycle(request.targets)
    fixed = _headers(request, port)
    client = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        while True:
            signer = _signer(request, fixed, client)
            for count, target in zip(range(1, USES + 1), targets, strict=False):
                signed = signer.sign(request.method, target, count) if signer else {}
                headers = {**fixed, **signed}
                yield Prepared(request.method, target, headers, request.body)
    finally:
        client.close()


def write(request: Request, port: int, count: int, file: Path) -> bool:
    """Put so many requests into a file for `replay.lua`; True if one stands for all of them."""
    requests = prepared(request, port)
    first = next(requests)
    signed = first.headers.get("Authorization", "").startswith("Digest")
    constant = not signed and len(request.targets) == 1
    rest = () if constant else itertools.islice(requests, count - 1)
    with file.open("wb") as out:
        for each in itertools.chain([first], rest):
            content = each.to_bytes()
            out.write(b"%d\n%b" % (len(content), content))
    return constant


class Signer:
    """Signs for a key with the nonce of one challenge, a 401."""

    def __init__(self, key: Key, answer: HTTPResponse) -> None:
        challenge = answer.headers["WWW-Authenticate"].partition(" ")[2]
        sent = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
        self.nonce = sent["nonce"]
        self.ha1 = _md5(f"{key[0]}:{sent['realm']}:{key[1]}")
        self.told = f'username="{key[0]}", realm="{sent["realm"]}", nonce="{self.nonce}"'
        if "opaque" in sent:
            self.told += f', opaque="{sent["opaque"]}"'
        cookies = [each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie", [])]
        self.cookies = {"Cookie": "; ".join(cookies)} if cookies else {}

    def sign(self, method: str, target: str, count: int) -> dict[str, str]:
        """The headers that sign a request; each count may be used once."""
        ha2 = _md5(f"{method}:{target}")
        nc, cnonce = f"{count:08x}", secrets.token_hex(8)
        response = _md5(f"{self.ha1}:{self.nonce}:{nc}:{cnonce}:auth:{ha2}")
        credentials = (
            f'Digest {self.told}, uri="{target}", algorithm=MD5, '
            f'response="{response}", qop=auth, nc={nc}, cnonce="{cnonce}"'
        )
        return {"Authorization": credentials, **self.cookies}


def _signer(request: Request, fixed: dict[str, str], client: HTTPConnection) -> Signer | None:
    """One for the nonce of a fresh challenge; None if the server needs no signature."""
    if request.key is None:
        return None
    client.request(request.method, request.targets[0], request.body, fixed)
    answer = client.getresponse()
    answer.read()
    return Signer(request.key, answer) if answer.status == 401 else None


def _headers(request: Request, port: int) -> dict[str, str]:
    headers = {"Host": f"127.0.0.1:{port}", "Accept": "*/*", **dict(request.headers)}
    if request.body is not None:
        length = str(len(request.body.encode()))
        headers |= {"Content-Type": "application/json", "Content-Length": length}
    return headers


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
