"""The admin API of an emulator that runs in this process, without a connection to it."""

from collections.abc import Callable
from contextlib import nullcontext
from threading import Event
from urllib.parse import urlsplit

from ..api.delivery import Delivery
from ..api.services import Services
from ..auth.digest import REALM
from ..server.delivery import POLL_INTERVAL
from ..server.request_parser import MAX_BODY, HttpRequest
from ..server.wsgi import WSGI, ConnectionInfo, respond
from ..worlds.clock import NO_WORLD_YET
from .admin_client import AdminClient

MAX_WAIT = 0.5  # seconds until a wait looks whether the emulator still runs


class DirectClient(AdminClient):
    """Calls the application of an emulator's admin API in the thread of the caller.

    `app` answers as it does for the server, from the access check to the JSON. If `is_running`
    says that the emulator does not run here (it was stopped, or this is a fork of its process),
    and for a body that the server refuses, the request goes over HTTP.
    """

    def __init__(
        self,
        url: str,
        token: str,
        ca_file: str,
        app: WSGI,
        services: Services,
        is_running: Callable[[], bool],
    ) -> None:
        super().__init__(url, token, ca_file)
        self._app = app
        self._services = services
        self._is_running = is_running
        parts = urlsplit(url)
        server = (parts.hostname, parts.port)
        self._info = ConnectionInfo(("127.0.0.1", 0), server, parts.scheme)
        headers = {"Host": parts.netloc, **self._headers}
        self._header_bytes = [(name.encode(), headers[name].encode()) for name in headers]

    def challenge(self) -> dict[str, str]:
        noise = self._services.clocks.random(NO_WORLD_YET).bytes(4)
        nonce = self._services.nonces.issue(noise)
        return {"realm": REALM, "nonce": nonce, "qop": "auth", "algorithm": "MD5"}

    def _send(self, method: str, target: str, content: bytes, wait: float) -> tuple[int, bytes]:
        head = (method, target.encode("ascii"), self._header_bytes)
        request, delivery = HttpRequest(*head, content, "1.1", keep_alive=True), Delivery()
        while len(content) <= MAX_BODY:
            with nullcontext() if wait else self._lock:  # `close` lets a call come to its end
                if not self._is_running():
                    break
                response = respond(self._app, request, self._info, delivery)
            if delivery.watch is None:
                status_line, _, body = response.partition(b"\r\n\r\n")
                return int(status_line.split()[1]), body
            changed = Event()
            unsubscribe = delivery.watch.subscribe(changed.set)
            changed.wait(min(delivery.left, MAX_WAIT if unsubscribe else POLL_INTERVAL))
            (unsubscribe or changed.clear)()
            delivery.watch = None
        return super()._send(method, target, content, wait)
