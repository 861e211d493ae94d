"""Valid signed requests, and what becomes of them when a few bytes are changed."""

from __future__ import annotations

import json
from collections.abc import Generator
from itertools import islice
from random import Random

from opsemu.schemas import REGISTRY

from ..conftest import DEMO, OWNER
from ..serving import authorization, request

Requests = Generator[bytes, object, None]  # what is sent to it changes nothing

LIST = f"/api/public/v1.0/groups/{DEMO}/integrations"
NASTY = [
    b"",
    b"\x00",
    b"\r\n",
    b"\r\n\r\n",
    b"%00",
    b"%2F",
    b"%",
    b"../",
    b'"',
    b"\\",
    b",",
    b"=",
    b"&",
    b"?",
    b"{}",
    b"[" * 2_000,
    b"null",
    b"NaN",
    b"1e999",
    b"-1",
    b"9" * 400,
    b"\\ud800",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    "é😀".encode(),
    b"A" * 9_000,
    b"chunked",
    b"Transfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\n",
    b"Content-Length: 0\r\n",
    b"Connection: Upgrade\r\nUpgrade: h2c\r\n",
    b"HTTP/1.0",
    b"pretty=true&envelope=true&",
    b"pageNum=0&itemsPerPage=99999999999&",
]


def mutate(dice: Random, content: bytes) -> bytes:
    """The content with one to four changes."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randint(0, len(content))
        end = min(len(content), start + dice.choice((0, 1, 1, 4, 40)))
        piece = dice.choice((dice.choice(NASTY), dice.randbytes(3), content[start:end] * 2))
        content = content[:start] + piece + content[end:]
    return content


def requests(dice: Random, nonce: str) -> Requests:
    """Requests without end, up to the uses of a nonce: part of each was changed.

    What the signature does not cover is changed after signing, and what it covers
    before, so that the changes get past authentication.
    """
    for count in range(1, 1000):
        method, type_name = dice.choice(("GET", "PUT", "POST", "DELETE")), dice.choice([*REGISTRY])
        target = dice.choice((LIST, f"{LIST}/{type_name}", f"{LIST}?itemsPerPage=1&pageNum=2"))
        body = json.dumps({**REGISTRY[type_name].example, "type": type_name}).encode()
        body = b"" if method == "GET" else body
        what = dice.choice(("body", "target", "all"))
        if what == "body":
            body = mutate(dice, body)
        if what == "target":
            target = mutate(dice, target.encode()).decode("latin-1")
        signature = authorization(OWNER, method, target, nonce, f"{count:08x}")
        whole = request(method, target, signature, body)
        yield mutate(dice, whole) if what == "all" else whole


ADMIN_PATHS = [
    "clock", "config", "coverage", "faults", "faults/1", "faults/names", "health", "installed",
    "installed/1", "integrations", "integrations/SLACK", "metrics", "openapi.json", "ready",
    "requests", "requests/1", "requests/1/explain", "requests/count", "requests/unmatched",
    "alerts", "alerts/1/close", "alerts/1/acknowledge", "inbox", "inbox/1", "inbox/verify",
    "stubs", "stubs/1", "servers", "servers/a", "automation/stuck",
    "snapshots", "snapshots/a", "snapshots/diff", "state", "version", "worlds", "worlds/fuzz",
    "clock/advance", "clock/free", "clock/freeze", "integrations/SLACK/compare",
    "requests/find", "reset", "seed", "snapshots/a/restore", "verify", "wait",
]  # fmt: skip
ADMIN_BODIES: list[object] = [
    {"seconds": 1.5},
    {"at": "2026-01-01T00:00:00Z"},
    {"operation": "getOrg", "status": 418, "times": 1},
    {"name": "fuzz", "seed": "demo"},
    {"name": "a"},
    {"operation": "getIntegrations", "atLeast": 1, "allowDropped": True},
    {"order": [{"path": "/a*", "body": {"type": "SLACK"}}], "allowDropped": True},
    {"type": "SLACK", "apiToken": "a" * 40, "teamName": "a"},
    {"format": 1, "owners": []},
    {"organizations": [], "projects": [], "apiKeys": []},
    {},
    [],
]
PROTOCOLS = [
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * RTSP/1.0\r\n\r\n",
    b"GET / HTTP/0.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"\x80\x2e\x01\x00\x02", b"*1\r\n$4\r\nPING\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nabcd",
    b"POST /api/oauth/token HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\na=b",
    b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4194304\r\n\r\nabcd",
]  # fmt: skip


def admin_requests(dice: Random) -> Requests:
    """Requests to the admin API without end, of which part was changed."""
    while True:
        path, body = dice.choice(ADMIN_PATHS), json.dumps(dice.choice(ADMIN_BODIES)).encode()
        target = f"/__admin/{path}?world={dice.choice(('default', 'fuzz'))}"
        target += "&timeout=0" if path == "wait" else ""
        method = dice.choice(("GET", "POST", "PUT", "DELETE"))
        what = dice.choice(("nothing", "body", "target"))
        body = mutate(dice, body) if what == "body" else body
        if what == "target":
            target = mutate(dice, target.encode()).decode("latin-1")
        yield request(method, target, "", b"" if method == "GET" else body)


def wire_bytes(dice: Random, nonce: str) -> Requests:
    """Bytes without end: other protocols, requests cut off, changed, mixed and repeated."""
    valid = [*PROTOCOLS, *islice(requests(dice, nonce), 50), *islice(admin_requests(dice), 10)]
    while True:
        pieces = [dice.choice((*valid, dice.randbytes(40))) for _ in range(dice.randint(1, 6))]
        pieces = [mutate(dice, piece) if dice.random() < 0.7 else piece for piece in pieces]
        content = b"".join(pieces)
        yield content[: dice.randint(1, len(content) + 1)] if dice.random() < 0.3 else content
