"""Two emulators that differ only in the response cache, and a client that asks both the same."""

from __future__ import annotations

import dataclasses
import re
import socket
from collections.abc import Iterator
from typing import Any

from opsemu.auth.api_keys import owner_of
from opsemu.server import Emulator
from opsemu.server.response_cache import ResponseCache
from opsemu.store.layout import API_KEY, DEFAULT_WORLD

from ...serving import PATIENCE

_LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")
_OWN = re.compile(rb"127\.0\.0\.1:\d+")
_RULE = re.compile(r"rule \d+")  # numbered over all worlds of the process
SAME = {
    "rng_seed": "twins",
    "nonce_secret": "twins-twins-twins",
    "journal_rows": 100_000,
    "journal_bytes": 1_000_000_000,
}


class Twin:
    """One of the two, with a connection to it that is dialled again when it was closed."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.source = "127.0.0.1"
        self.client: socket.socket | None = None

    @property
    def cache(self) -> ResponseCache:
        """The response cache of the twin that has one."""
        assert self.emulator.response_cache is not None
        return self.emulator.response_cache

    def ask(self, *pieces: bytes, answers: int = 1) -> list[bytes]:
        """Send pieces, one after the other; so many answers, or fewer if it hangs up."""
        client = self.client or socket.create_connection(
            ("127.0.0.1", self.emulator.port), PATIENCE, source_address=(self.source, 0)
        )
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client = client
        for piece in pieces:
            client.sendall(piece)
        is_head = pieces[0].startswith(b"HEAD ")
        found = list(self._answers(client, answers, is_head))
        if len(found) < answers or b"\r\nConnection: close\r\n" in found[-1]:
            self.hang_up()
        own = b"127.0.0.1:%d" % self.emulator.port  # in links where no Host was understood
        return [answer.replace(own, b"127.0.0.1:00000") for answer in found]

    def hang_up(self, source: str = "127.0.0.1") -> None:
        """Close the connection; the next one is from that address."""
        self.source = source
        if self.client is not None:
            self.client.close()
            self.client = None

    def rows(self) -> list[dict[str, Any]]:
        """The journals, without what may differ: numbers, and how long it took."""
        worlds = self.emulator.services.worlds
        rows = [row for world in (DEFAULT_WORLD, "") for row in worlds.get(world).journal.all()]
        return [_shown(row) for row in rows]

    def latest(self) -> dict[str, Any]:
        """The latest row."""
        worlds = self.emulator.services.worlds
        rows = [
            row for world in (DEFAULT_WORLD, "") for row in worlds.get(world).journal.all()[-1:]
        ]
        return _shown(max(rows, key=lambda row: row.id)) if rows else {}

    def change_key(self, public_key: str, **changes: Any) -> None:
        """Give a key other roles, or another access list."""
        store = self.emulator.store
        store.change(
            owner_of(public_key), API_KEY, public_key, lambda key: {**(key or {}), **changes}
        )

    def _answers(self, client: socket.socket, count: int, is_head: bool) -> Iterator[bytes]:
        received = b""
        while count:
            whole = _whole(received, is_head)
            if whole:
                yield received[:whole]
                received, count = received[whole:], count - 1
                continue
            piece = client.recv(65536)
            if not piece:
                return
            received += piece


def _whole(received: bytes, is_head: bool) -> int:
    """How long the answer is that the bytes begin with; 0 if it is not all there."""
    if received.startswith(b"HTTP/1.1 100 "):  # and then the answer
        first = received.find(b"\r\n\r\n") + 4
        rest = _whole(received[first:], is_head) if first > 3 else 0
        return first + rest if rest else 0
    head, ended, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head + b"\r\n")
    size = int(length[1]) if length and not is_head else 0
    return len(head) + 4 + size if ended and len(body) >= size else 0


def _shown(row: Any) -> dict[str, Any]:
    values = {each.name: getattr(row, each.name) for each in dataclasses.fields(row)}
    fault = values["fault"] and _RULE.sub("rule", values["fault"])
    reasons = [_RULE.sub("rule", reason) for reason in values["reasons"]]
    values["response_body"] = _OWN.sub(b"127.0.0.1", values["response_body"])
    kept = {name: value for name, value in values.items() if name not in ("id", "duration_s")}
    return {**kept, "fault": fault, "reasons": reasons}
