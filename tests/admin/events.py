"""A client of `/__admin/events`, as a browser reads it."""

from __future__ import annotations

import json
import socket
from typing import Any, NamedTuple

from ..serving import PATIENCE


class Event(NamedTuple):
    """One server-sent event."""

    name: str
    data: dict[str, Any]
    id: str


class Events:
    """A stream that is open; `head` is the head of its response."""

    def __init__(self, port: int, world: str = "default", after: str = "") -> None:
        self.client = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        target = f"/__admin/events?world={world}&after={after}"
        self.client.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        self._file = self.client.makefile("rb")
        self.head = self._block()
        self.last_id = ""

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave."""
        self._file.close()
        self.client.close()

    def answered(self) -> list[dict[str, Any]]:
        """The rows that are there once a request was let in: challenges are taken back."""
        rows: dict[int, dict[str, Any]] = {}
        while not any(row["status"] != 401 for row in rows.values()):
            data = self.next("requests").data
            rows |= {row["id"]: row for row in data["requests"]}
            rows = {each: row for each, row in rows.items() if each not in data["removed"]}
        return [*rows.values()]

    def next(self, name: str = "") -> Event:
        """The next event, or the next one of a name."""
        while True:
            block = self._block()
            fields = dict(line.split(": ", 1) for line in block if ": " in line)
            if "event" in fields and name in ("", fields["event"]):
                self.last_id = fields.get("id", self.last_id)
                return Event(fields["event"], json.loads(fields["data"]), fields.get("id", ""))
            assert block, "the stream has ended"

    def rest(self) -> bytes:
        """What comes until the server closes the connection."""
        return self._file.read()

    def _block(self) -> list[str]:
        """The lines up to an empty one."""
        lines: list[str] = []
        while line := self._file.readline().decode().rstrip("\r\n"):
            lines.append(line)
        return lines
