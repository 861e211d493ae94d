"""A running emulator: a listener on a port, in a thread of its own."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from ..config import Config
from ..server.event_loop import Server, listen, run_server
from ..server.wsgi import WSGI
from ..store.layout import DEFAULT_WORLD
from .admin_client import AdminClient, WorldAdmin
from .gc_pause import gc_paused
from .host import Host
from .tls import load_tls, write_ca_file

if TYPE_CHECKING:
    from ..admin import AdminApp
    from ..alerting import Alerts
    from ..api.services import Services
    from .mongodb import OpsManager
    from .world import WorldAccess


class Emulator(Host):
    """Ops Manager on a free port of this machine.

    Use it as a context manager, or call `start` and `stop`. Settings are those of `Config`.
    Raises OSError if the port is taken, StateError or SeedError. For tests, `ops_manager`,
    `atlas` and `opsramp` make worlds, and `world` is the default one.
    """

    @gc_paused()
    def __init__(self, host: str = "127.0.0.1", port: int = 0, **settings: Any) -> None:
        from ..alerting import EXTENSION as ALERTING
        from ..application import create_app
        from ..server.response_cache import ResponseCache

        self.config = Config.from_environment(**settings)
        self.app = create_app(self.config)
        self.services: Services = self.app.extensions["opsemu"]
        self.store = self.services.store
        self._alerting: Alerts = self.app.extensions[ALERTING]
        self._admin: AdminApp = self.app.extensions["opsemu.admin"]
        try:
            self._tls, self._admin.ca = load_tls(self.config, host, self.store.backend)
        except BaseException:
            self.store.close()
            raise
        self.response_cache = ResponseCache(self.app)
        self._token = self.config.admin_token
        self.host = host
        self.port = port
        self.admin_port = 0
        self._admin_socket: socket.socket | None = None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Emulator:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def world(self) -> OpsManager:
        """Ops Manager in the default world, to which the seed's keys lead; it stays."""
        from ..application import SEEDS
        from ..worlds.manager import SERVER_SEED
        from .mongodb import OpsManager

        admin = WorldAdmin(self.control, DEFAULT_WORLD, keep=True)
        access = SEEDS.world_access(self._admin.worlds.seed(SERVER_SEED))
        return OpsManager(admin, self.base_url, cast("WorldAccess", access))

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}"

    @cached_property
    def ca_file(self) -> str:
        """The path of a file with the CA's certificate, which goes with this object.

        With `tls_cert` it is SSL_CERT_FILE, and "" without TLS.
        """
        if not self._admin.ca:
            return super().ca_file if self._tls else ""
        return write_ca_file(self, self._admin.ca)

    @property
    def url(self) -> str:
        """Ops Manager's base URL, to which `/groups/…` is added."""
        return f"{self.base_url}/api/public/v1.0"

    @property
    def admin_url(self) -> str:
        """Where the control plane answers, to which `/health`, `/worlds`, … is added."""
        base = self.base_url.rpartition(":")[0]
        return f"{base}:{self.admin_port or self.port}/__admin"

    @cached_property
    def control(self) -> AdminClient:
        """The client of the admin API; it needs no connection while the server runs here."""
        from .direct_client import DirectClient

        app: WSGI = self._admin if self.config.admin == "own" else self.app.wsgi_app
        parts = (self.admin_url, self._token, self.ca_file)
        return DirectClient(*parts, app, self.services, self._is_running)

    def _is_running(self) -> bool:
        """Whether the server's thread runs in this process; it does not in a fork of it."""
        return self._thread is not None and self._thread.is_alive()

    def bind(self) -> socket.socket:
        """The listening socket; from here on `port` is the real one. Raises OSError."""
        listening = listen(self.host, self.port)
        self.port = listening.getsockname()[1]
        if self.config.admin == "own":
            try:
                self._admin_socket = listen(self.host, self.config.admin_port)
            except OSError:
                listening.close()
                raise
            self.admin_port = self._admin_socket.getsockname()[1]
        return listening

    def start(self) -> None:
        """Answer requests from now on, until `stop`; nothing happens if it does already.

        Raises OSError if the port is taken, StateError if the state cannot be written, and
        whatever keeps the server from serving.
        """
        if self._thread is not None:
            return
        started: Future[None] = Future()
        try:
            self.store.open()
            self._server = self._make_server(self.bind())
            self._thread = threading.Thread(
                target=run_server, args=(self._server, started), name="opsemu", daemon=True
            )
            self._thread.start()
            started.result()
            self._alerting.start(self.base_url)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Close every connection and the port; what is stored stays."""
        if self._server is not None and self._thread is not None:
            self._server.stop()
            self._thread.join()
            self._thread = None
            self.services.shared_state.close()
            self.forget_control()
        self._alerting.close()
        self.store.close()

    def run(
        self, listening: socket.socket, ready: Callable[[], None], signals: Iterable[signal.Signals]
    ) -> None:
        """Serve on this thread until one of the signals comes.

        `ready` is called once requests are answered; the socket is closed at the end.
        """
        self._alerting.start(self.base_url)
        self._make_server(listening).run(ready, signals)
        self._alerting.close()

    def _make_server(self, listening: socket.socket) -> Server:
        applications: list[tuple[WSGI, socket.socket]] = [(self.app.wsgi_app, listening)]
        if self._admin_socket is not None:
            applications.append((self._admin, self._admin_socket))
        backend = self.store.backend
        return Server(
            applications,
            threads=self.config.threads,
            reads_block=backend.read_may_block,
            writes_block=backend.write_may_block,
            cache=self.response_cache,
            tls=self._tls,
        )

    def reset(self) -> None:
        """The default world back at its seed: all that happened there is forgotten."""
        self._admin.worlds.reset(DEFAULT_WORLD)
