"""A pass-through between a client and the emulator that counts what the client calls.

Bytes go through untouched, so the client's `Host` header, and with it the links in
the answers, are the recorder's own address.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from typing import NamedTuple, Protocol

import httptools

# What stands for what in a route: identifiers, types and names differ from call to call.
PARAMETERS = (
    (re.compile(r"(?<=/)(?:[0-9a-f]{24}|[0-9a-f]{32}|[\w.-]+:\d+)(?=/|$)"), "{id}"),
    (re.compile(r"(?<=/integrations/)[A-Z_]+"), "{type}"),
    (re.compile(r"(?<=/byName/)[^/]+"), "{name}"),
    (re.compile(r"(?<=/tenants/)[^/]+"), "{tenant}"),
    (re.compile(r"(?<=/install/)[A-Z_]+"), "{type}"),
    (re.compile(r"INTG-[0-9a-f-]{36}"), "{id}"),
)
CHUNK = 65536


class Call(NamedTuple):
    """One request and the status of its answer."""

    method: str
    path: str
    status: int

    @property
    def operation(self) -> str:
        """The method and the route, with names for what varies."""
        route = self.path
        for pattern, name in PARAMETERS:
            route = pattern.sub(name, route)
        return f"{self.method} {route}"


class Recorder:
    """Listens on a free port while it is entered; `calls` grow as answers come back."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.calls: list[Call] = []
        self.failures: list[BaseException] = []
        self.url = ""
        self._listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> Recorder:
        self._thread.start()
        self._listening.wait()
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        assert not self.failures, self.failures

    @property
    def operations(self) -> set[str]:
        """The distinct operations that were answered past authentication."""
        return {call.operation for call in self.calls if call.status != 401}

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._exchange, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._listening.set()
        await self._over.wait()
        server.close()

    async def _exchange(
        self, asking: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        answering, to_server = await asyncio.open_connection("127.0.0.1", self.port)
        heard = Overheard(self.calls)
        directions = ((asking, to_server, heard.requests), (answering, to_client, heard.responses))
        carrying = [asyncio.create_task(_carry(*direction)) for direction in directions]
        with contextlib.suppress(asyncio.CancelledError):  # the recorder is left
            ended, _ = await asyncio.wait(carrying, return_when=asyncio.FIRST_COMPLETED)
            self.failures += filter(None, (task.exception() for task in ended))
        for task, (_, writer, _) in zip(carrying, directions, strict=True):
            task.cancel()
            writer.close()


class Parser(Protocol):
    """Either of httptools' parsers."""

    def feed_data(self, data: bytes) -> None: ...


class Overheard:
    """Both directions of one connection; each answer completes the oldest open request."""

    def __init__(self, calls: list[Call]) -> None:
        self.calls = calls
        self.open: list[tuple[str, str]] = []
        self.target = b""
        self.requests = httptools.HttpRequestParser(self)
        self.responses = httptools.HttpResponseParser(Answers(self))

    def on_url(self, target: bytes) -> None:
        self.target += target

    def on_headers_complete(self) -> None:
        path = httptools.parse_url(self.target).path.decode()
        self.open.append((self.requests.get_method().decode(), path))
        self.target = b""


class Answers:
    """What the parser of answers reports to: both parsers call the same names."""

    def __init__(self, heard: Overheard) -> None:
        self.heard = heard

    def on_headers_complete(self) -> None:
        status = self.heard.responses.get_status_code()
        if status >= 200:
            self.heard.calls.append(Call(*self.heard.open.pop(0), status))


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, parser: Parser) -> None:
    """Move bytes until the source ends; a call is known before its answer arrives."""
    with contextlib.suppress(OSError):
        while chunk := await source.read(CHUNK):
            parser.feed_data(chunk)
            sink.write(chunk)
            await sink.drain()
