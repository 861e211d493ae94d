"""HTTP client of the admin API: of a whole server, or of one of its worlds."""

import json
import ssl
from collections.abc import Callable
from contextlib import closing
from functools import cached_property
from http.client import BadStatusLine, HTTPConnection, HTTPSConnection
from threading import Lock
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT = 30.0  # seconds


class ControlError(Exception):
    """An error response of the admin API: its HTTP `status`, its `word`, its sentence."""

    def __init__(self, status: int, word: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.word = word


def is_for_the_test(failure: Any) -> bool:
    """Whether pytest hides our frames of a failure (its ExceptionInfo).

    A module's `__tracebackhide__` says so for all of its functions.
    """
    return failure is not None and isinstance(failure.value, (AssertionError, ControlError))


__tracebackhide__ = is_for_the_test


class NotEmulated(Exception):
    """An emulator is needed, and the tests run against a real deployment."""


class AdminClient:
    """The admin API of a server, on one kept-alive connection. Thread-safe.

    `url` is the base to which `/worlds`, `/faults`, … are added; `ca_file` holds the
    certificates to trust, if not those of the system.
    """

    def __init__(self, url: str, token: str = "", ca_file: str = "") -> None:
        self.url = url
        self.ca_file = ca_file
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._lock = Lock()

    def call(
        self, method: str, path: str, query: dict[str, Any], body: Any = None, *, wait: float = 0.0
    ) -> Any:
        """Send a request; return the response's JSON, None if it has no body.

        `wait` is how many seconds the server may take longer than usual. Such a request has
        a connection of its own, so that other threads need not wait. Raises ControlError,
        OSError, HTTPException.
        """
        target = f"{urlsplit(self.url).path}{path}?{urlencode(query)}"
        content = b"" if body is None else json.dumps(body).encode()
        status, answer = self._send(method, target, content, wait)
        try:
            value = json.loads(answer or b"null")
        except ValueError:
            raise ControlError(status, "foreign", "the response is not the admin API's") from None
        if status >= 300:  # the admin API redirects nobody
            error = value if isinstance(value, dict) else {}
            sentence = error.get("message", f"the admin API responded with status {status}")
            raise ControlError(status, error.get("error", ""), sentence)
        return value

    def challenge(self) -> dict[str, str]:
        """The parameters of a digest challenge that no request was needed for.

        Empty for a server of another process.
        """
        return {}

    def _send(self, method: str, target: str, content: bytes, wait: float) -> tuple[int, bytes]:
        """The status and the body of a response."""
        request = (method, target, content or None, self._headers)
        if wait:
            with closing(self._connect(TIMEOUT + wait)) as connection:
                return _exchange(connection, request)
        with self._lock:
            reused = self._connection.sock is not None
            try:
                return _exchange(self._connection, request)
            except (BadStatusLine, ConnectionError):
                if not reused:  # otherwise the server has closed an idle connection
                    raise
            return _exchange(self._connection, request)

    def close(self) -> None:
        """Close the connection; a later call opens another."""
        with self._lock:
            self._connection.close()

    @cached_property
    def _connection(self) -> HTTPConnection:
        return self._connect(TIMEOUT)

    def _connect(self, timeout: float) -> HTTPConnection:
        url = urlsplit(self.url)
        if url.scheme != "https":
            return HTTPConnection(url.hostname or "", url.port, timeout=timeout)
        context = ssl.create_default_context(cafile=self.ca_file or None)
        return HTTPSConnection(url.hostname or "", url.port, timeout=timeout, context=context)


def _exchange(connection: HTTPConnection, request: tuple[Any, ...]) -> tuple[int, bytes]:
    try:
        connection.request(*request)
        response = connection.getresponse()
        return response.status, response.read()
    except BaseException:
        connection.close()
        raise


class WorldAdmin:
    """The admin API for one world. `close` deletes the world, unless it is to be kept."""

    is_emulated = True

    def __init__(self, client: AdminClient, world: str, *, keep: bool = False) -> None:
        self.ca_file = client.ca_file
        self._client = client
        self._world = world
        self._keep = keep

    def call(
        self, method: str, path: str, body: Any = None, *, wait: float = 0.0, **query: Any
    ) -> Any:
        """`AdminClient.call` with the world in the query; raises NotEmulated, too."""
        return self._client.call(method, path, {"world": self._world, **query}, body, wait=wait)

    def challenge(self) -> dict[str, str]:
        """`AdminClient.challenge`."""
        return self._client.challenge()

    def close(self) -> None:
        if not self._keep:
            self._client.call("DELETE", f"/worlds/{self._world}", {})


class NoAdmin(WorldAdmin):
    """Stands in for WorldAdmin at a real deployment, which has no admin API.

    `skip` is called with a sentence before NotEmulated is raised; pytest's skips the test.
    """

    is_emulated = False
    ca_file = ""
    _keep = True

    def __init__(self, url: str, skip: Callable[[str], object]) -> None:
        self._url = url
        self._skip = skip

    def challenge(self) -> dict[str, str]:
        return {}

    def call(self, method: str, path: str, *args: Any, **kwargs: Any) -> Any:
        sentence = f"only the emulator has {path}, and {self._url} is a real deployment"
        self._skip(sentence)
        raise NotEmulated(sentence)
