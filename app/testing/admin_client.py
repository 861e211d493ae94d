"""The control plane of a server as Python calls it."""

from __future__ import annotations

import json
from contextlib import suppress
from http.client import BadStatusLine, HTTPConnection, HTTPSConnection
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 30.0  # seconds


class ControlError(Exception):
    """The control plane would not do what it was asked; the message is its own sentence."""

    def __init__(self, status: int, word: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.word = word


class AdminClient:
    """Calls of one server's control plane, over a connection that is kept.

    `url` is what `/worlds`, `/faults`, … are added to.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._kept: HTTPConnection | None = None
        self._lock = Lock()

    def call(self, method: str, path: str, query: dict[str, Any], body: Any = None) -> Any:
        """The answer's JSON, None if it has no body; raises ControlError, OSError."""
        with self._lock:
            if self._kept is not None:
                # The server hangs up on those who are silent for long.
                with suppress(BadStatusLine, ConnectionError):
                    return self._keeping(self._kept, method, path, query, body)
            return self._keeping(self._connect(PATIENCE), method, path, query, body)

    def call_patiently(self, seconds: float, path: str, query: dict[str, Any], body: Any) -> Any:
        """The answer to a POST that may take that long; other threads may call meanwhile."""
        connection = self._connect(PATIENCE + seconds)
        try:
            return self._exchange(connection, "POST", path, query, body)
        finally:
            connection.close()

    def close(self) -> None:
        """Hang up; a later call connects again."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def _connect(self, timeout: float) -> HTTPConnection:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return kind(parts.hostname or "", parts.port, timeout=timeout)

    def _keeping(self, connection: HTTPConnection, *asked: Any) -> Any:
        """Exchange on a connection that is kept unless it breaks."""
        self._kept = None
        try:
            answer = self._exchange(connection, *asked)
        except ControlError:
            self._kept = connection
            raise
        except BaseException:
            connection.close()
            raise
        self._kept = connection
        return answer

    def _exchange(
        self, connection: HTTPConnection, method: str, path: str, query: dict[str, Any], body: Any
    ) -> Any:
        target = f"{urlsplit(self.url).path}{path}?{urlencode(query)}"
        content = None if body is None else json.dumps(body).encode()
        connection.request(method, target, content, self._headers)
        answer = connection.getresponse()
        return _value(answer.status, answer.read())


def _value(status: int, content: bytes) -> Any:
    try:
        value = json.loads(content) if content else None
    except ValueError:
        raise ControlError(status, "foreign", "the answer is not a control plane's") from None
    if status >= 400:
        problem = value if isinstance(value, dict) else {}
        sentence = problem.get("message", f"the control plane answered with {status}")
        raise ControlError(status, problem.get("error", ""), sentence)
    return value
