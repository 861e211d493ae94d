"""A running emulator: a listener on a port, in a thread of its own."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, cast

from ..admin import AdminApp
from ..api.context import Services
from ..application import create_app
from ..config import Config
from ..server.accepting import Acceptor
from ..server.collector import uncollected
from ..server.connection import Connection
from ..server.event_loop import hang_up, new_event_loop, pool, sweep
from ..server.wsgi import WSGI
from ..store.layout import DEFAULT_WORLD
from ..store.shared_state import open_shared_state
from ..worlds.manager import access
from ..worlds.seeds import load_seed, seeded_store
from .admin_client import WorldAdmin
from .host import Host

if TYPE_CHECKING:
    from . import OpsManager


class Emulator(Host):
    """Ops Manager on a free port of this machine.

    Use it as a context manager, or call `start` and `stop`. Settings are those
    of `Config`. Raises OSError if the port is taken, StateError or SeedError.
    For tests, `ops_manager`, `atlas` and `opsramp` make worlds, and `world` is the
    default one.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, **settings: Any) -> None:
        self.config = Config.from_environment(**settings)
        with uncollected():
            self.seed = load_seed(self.config.seed, self.config.rng_seed)
            self.store = seeded_store(self.config, self.seed)
            shared_state = open_shared_state(self.config.state)
            self.app = create_app(self.config, self.store, shared_state, self.seed)
            self._admin: AdminApp = self.app.extensions["opsemu.admin"]
            self.worlds = self._admin.worlds
        self._token = self.config.admin_token
        self.host = host
        self.port = port
        self.admin_port = 0
        self._admin_socket: socket.socket | None = None
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
    def services(self) -> Services:
        """The parts that the application and the control plane share."""
        found: Services = self.app.extensions["opsemu"]
        return found

    def world(self) -> OpsManager:
        """Ops Manager in the default world, to which the seed's keys lead; it stays."""
        from . import OpsManager

        admin = WorldAdmin(self.control, DEFAULT_WORLD, keep=True)
        return OpsManager(admin, self.base_url, cast(Any, access(self.seed)))

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def url(self) -> str:
        """Ops Manager's base URL, to which `/groups/…` is added."""
        return f"{self.base_url}/api/public/v1.0"

    @property
    def admin_url(self) -> str:
        """Where the control plane answers, to which `/health`, `/worlds`, … is added."""
        base = self.base_url.rpartition(":")[0]
        return f"{base}:{self.admin_port or self.port}/__admin"

    def bind(self) -> socket.socket:
        """The listening socket; from here on `port` is the real one. Raises OSError."""
        listening = self._listen(self.port)
        self.port = listening.getsockname()[1]
        if self.config.admin == "own":
            self._admin_socket = self._listen(self.config.admin_port)
            self.admin_port = self._admin_socket.getsockname()[1]
        return listening

    def unbind(self, listening: socket.socket) -> None:
        """Let go of the ports; to be called by a process that does not serve them itself."""
        listening.close()
        if self._admin_socket is not None:
            self._admin_socket.close()

    def _listen(self, port: int) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server((self.host, port), family=family, backlog=1024)
        except UnicodeError:
            raise OSError(errno.EINVAL, "not the name of a host") from None

    def start(self) -> None:
        """Answer requests from now on, until `stop`; nothing happens if it does already."""
        if self._thread is not None:
            return
        self.store.open()
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
            self._loop.call_soon_threadsafe(self.end)
            self._thread.join()
            self._thread = None
            self.services.shared_state.close()
            self.forget_control()
        self.store.close()

    def run(
        self,
        listening: socket.socket,
        loop: asyncio.AbstractEventLoop,
        ready: Callable[[], None] = lambda: None,
        signals: Iterable[signal.Signals] = (),
    ) -> None:
        """Serve on this thread until `end` is called or one of the signals comes."""
        asyncio.set_event_loop(loop)
        threads = pool(self.config.threads) if self.store.backend.write_may_block else None
        try:
            # In one go: uvloop loses a signal that comes between two runs of a loop.
            loop.run_until_complete(self._serve(listening, threads, ready, signals))
        finally:
            if threads:
                threads.shutdown()
            loop.close()

    def end(self) -> None:
        """Stop serving; to be called on the loop."""
        if not self._ended.done():
            self._ended.set_result(None)

    async def _serve(
        self,
        listening: socket.socket,
        threads: ThreadPoolExecutor | None,
        ready: Callable[[], None],
        signals: Iterable[signal.Signals],
    ) -> None:
        loop = asyncio.get_running_loop()
        self._ended = loop.create_future()
        for number in signals:
            loop.add_signal_handler(number, self.end)
        connections: set[Connection] = set()
        doors: list[tuple[WSGI, socket.socket]] = [(self.app.wsgi_app, listening)]
        if self._admin_socket is not None:
            doors.append((self._admin, self._admin_socket))
        made = partial(Connection, reads_block=self.store.backend.read_may_block)
        serving = [
            Acceptor(sock, partial(made, wsgi, threads, connections)) for wsgi, sock in doors
        ]
        ready()
        sweeping = loop.create_task(sweep(connections))
        await self._ended
        sweeping.cancel()
        # First: asyncio trips over a connection that was accepted when its server is closed.
        await hang_up(connections)
        for server in serving:
            server.close()
        await hang_up(connections)

    def reset(self) -> None:
        """The default world back at its seed: all that happened there is forgotten."""
        self.worlds.reset(DEFAULT_WORLD)
