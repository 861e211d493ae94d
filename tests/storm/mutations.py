"""Valid signed requests, and what becomes of them when a few bytes are changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

from opsemu.schemas import REGISTRY

from ..conftest import DEMO, OWNER
from ..serving import Served, authorization, challenge, exchange, request, statuses

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


def requests(dice: Random, nonce: str) -> Iterator[bytes]:
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


def attack(served: Served, seed: int, count: int) -> set[int]:
    """Send so many requests; the statuses that came back, each below 500."""
    dice, found = Random(seed), set()
    while count > 0:
        for content in requests(dice, challenge(served.port)):
            answers = statuses(exchange(served.port, content))
            assert all(status < 500 for status in answers), (seed, content)
            found.update(answers)
            count -= 1
            if count == 0:
                break
    return found
