"""A running emulator: a listener on a port, in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

from .config import Config
from .factory import create_app
from .listener import Connection
from .seeds import load_seed, plant, seeded_store

IDLE = 75.0  # seconds after which a silent connection is closed
SWEEP = 5.0


class Emulator:
    """Ops Manager on a free port of this machine.

    Use it as a context manager, or call `start` and `stop`. Settings are those
    of `Config`. Raises OSError if the port is taken, StateError or SeedError.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, **settings: Any) -> None:
        self.config = Config.from_environment(**settings)
        self.seed = load_seed(self.config.seed)
        self.store = seeded_store(self.config, self.seed)
        self.app = create_app(self.config, self.store)
        self.host = host
        self.port = port
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def url(self) -> str:
        """Ops Manager's base URL, to which `/groups/…` is added."""
        return f"{self.base_url}/api/public/v1.0"

    def bind(self) -> socket.socket:
        """The listening socket; from here on `port` is the real one. Raises OSError."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            listening = socket.create_server((self.host, self.port), family=family, backlog=1024)
        except UnicodeError:
            raise OSError(errno.EINVAL, "not the name of a host") from None
        self.port = listening.getsockname()[1]
        return listening

    def start(self) -> None:
        """Answer requests from now on, until `stop`; nothing happens if it does already."""
        if self._thread is not None:
            return
        listening = self.bind()
        self._loop = new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(
            target=self.run, args=(listening, self._loop, ready.set), name="opsemu", daemon=True
        )
        self._thread.start()
        ready.wait()

    def stop(self) -> None:
        """Close every connection and the port; what is stored stays."""
        if self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._thread = None

    def run(
        self,
        listening: socket.socket,
        loop: asyncio.AbstractEventLoop,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        """Serve on this thread until the loop is stopped."""
        connections: set[Connection] = set()
        threads = _pool(self.config.threads)
        asyncio.set_event_loop(loop)
        try:
            serving = loop.run_until_complete(
                loop.create_server(
                    lambda: Connection(self.app.wsgi_app, threads, connections), sock=listening
                )
            )
            loop.call_soon(ready)
            loop.call_later(SWEEP, _sweep, loop, connections)
            loop.run_forever()
            # First: asyncio trips over a connection that was accepted when its server is closed.
            loop.run_until_complete(_hang_up(connections))
            serving.close()
            loop.run_until_complete(_hang_up(connections))
        finally:
            if threads:
                threads.shutdown()
            loop.close()

    def reset(self) -> None:
        """Back to the seed: everything written since is forgotten."""
        self.store.clear()
        plant(self.store, self.seed)
        self.app.extensions["opsemu"].limits.clear()


def new_event_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where it is installed, else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _hang_up(connections: set[Connection]) -> None:
    """Drop all connections; one just accepted needs some turns of the loop to appear."""
    for _ in range(6):
        for connection in list(connections):
            connection.transport.abort()
        await asyncio.sleep(0)


def _pool(threads: int) -> ThreadPoolExecutor | None:
    """Where requests are worked on; None is the event loop itself, where a pool has no use."""
    return ThreadPoolExecutor(threads, thread_name_prefix="opsemu") if threads > 1 else None


def _sweep(loop: asyncio.AbstractEventLoop, connections: set[Connection]) -> None:
    """Hang up on clients that have been silent for long."""
    for connection in list(connections):
        if connection.is_idle(IDLE):
            connection.transport.abort()
    loop.call_later(SWEEP, _sweep, loop, connections)
