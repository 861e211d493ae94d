"""Runs WSGI applications on listening sockets, on one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
import ssl
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from .connection import Connection
from .delivery import CheckQueue
from .shared import Shared
from .threads import RequestThreads
from .tls_listener import TlsListener
from .wsgi import WSGI

if TYPE_CHECKING:
    from .response_cache import ResponseCache

BACKLOG = 1024
IDLE_TIMEOUT = 75.0  # seconds after which a silent connection is closed
IDLE_INTERVAL = 5.0  # seconds between two looks for silent connections


def new_event_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where it is installed, else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except UnicodeError:
        raise OSError(errno.EINVAL, "not the name of a host") from None


class Server:
    """Serves each application on its listening socket, until `stop` is called.

    `threads` is how many requests run beside the event loop; `reads_block` and `writes_block`
    say which may block. `cache` answers for the first application. With `tls` all sockets
    expect TLS.
    """

    def __init__(
        self,
        applications: list[tuple[WSGI, socket.socket]],
        *,
        threads: int = 1,
        reads_block: bool = False,
        writes_block: bool = False,
        cache: ResponseCache | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._applications = applications
        self._tls = tls
        self._cache = cache
        self._loop = new_event_loop()
        self._threads = RequestThreads(threads, reads_block=reads_block, writes_block=writes_block)
        self._stopped = asyncio.Event()

    def run(
        self, ready: Callable[[], None] = lambda: None, signals: Iterable[signal.Signals] = ()
    ) -> None:
        """Serve on this thread until `stop` is called or one of the signals comes.

        `ready` is called once connections are accepted. The sockets are closed at the end.
        """
        try:
            # In one go: uvloop loses a signal that comes between two runs of a loop.
            self._loop.run_until_complete(self._serve(ready, signals))
        finally:
            self._threads.shutdown()
            self._loop.close()
            for _, listening in self._applications:
                listening.close()

    def stop(self) -> None:
        """End `run`, from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop is closed already
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _serve(self, ready: Callable[[], None], signals: Iterable[signal.Signals]) -> None:
        for number in signals:
            self._loop.add_signal_handler(number, self._stopped.set)
        connections: set[Connection] = set()
        shared = Shared(self._threads, CheckQueue(self._loop))
        cache, servers, listeners = self._cache, [], []
        for app, listening in self._applications:
            protocol = partial(Connection, app, connections, shared, cache)
            if self._tls:
                listeners.append(TlsListener(protocol, listening, self._tls))
            else:
                create = self._loop.create_server(protocol, sock=listening, backlog=BACKLOG)
                servers.append(await create)
            cache = None
        ready()
        idle_closer = self._loop.create_task(close_idle(connections))
        await self._stopped.wait()
        idle_closer.cancel()
        for listener in listeners:
            await listener.close()
        # First: asyncio trips over a connection that was accepted when its server is closed.
        await abort_all(connections)
        for server in servers:
            server.close()
        await abort_all(connections)


def run_server(server: Server, started: Future[None]) -> None:
    """Serve on this thread; `started` gets what keeps it from starting."""
    try:
        server.run(ready=lambda: started.set_result(None))
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)


async def abort_all(connections: set[Connection]) -> None:
    """Drop all connections; one just accepted needs some turns of the loop to appear."""
    for _ in range(6):
        for connection in list(connections):
            connection.transport.abort()
        await asyncio.sleep(0)


async def close_idle(connections: set[Connection]) -> None:
    """Close connections that have been silent for long, again and again."""
    while True:
        await asyncio.sleep(IDLE_INTERVAL)
        for connection in list(connections):
            if connection.is_idle(IDLE_TIMEOUT):
                connection.transport.abort()
