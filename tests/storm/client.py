"""A client that is fast, says exactly what it did, and notices when the server is gone."""

from __future__ import annotations

import json
import re
import socket
from typing import Any

from ..conftest import OWNER
from ..serving import PATIENCE, authorization, challenge, request


class Client:
    """Signed requests on one connection."""

    def __init__(self, port: int) -> None:
        self.nonce = challenge(port)
        self.count = 0
        self.asked = 0  # requests sent
        # Last: a server that is killed meanwhile leaves no socket behind.
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def call(self, method: str, path: str, value: Any = None) -> tuple[int, Any]:
        """Status and body of an answer; raises ConnectionError if there is none."""
        body = b"" if value is None else json.dumps(value).encode()
        status, head, content = self._ask(method, path, body)
        if status == 401 and "nonce=" in head:  # worn out
            self.nonce, self.count = head.partition('nonce="')[2].partition('"')[0], 0
            status, head, content = self._ask(method, path, body)
        return status, json.loads(content or b"null")

    def _ask(self, method: str, path: str, body: bytes) -> tuple[int, str, bytes]:
        self.count += 1
        self.asked += 1
        signature = authorization(OWNER, method, path, self.nonce, f"{self.count:08x}")
        self.socket.sendall(request(method, path, signature, body))
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, content = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\nContent-Length: (\d+)", head)
        while length and len(content) < int(length[1]):
            content += self._receive()
        return int(head[9:12]), head.decode(), content

    def _receive(self) -> bytes:
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server is gone")
        return piece
