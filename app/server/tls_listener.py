"""Accepts TLS connections. An event loop's own server forgets those in a handshake at its end."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable

HANDSHAKE_TIMEOUT = 20.0  # seconds
RETRY_INTERVAL = 0.5  # seconds after which a process without free descriptors tries again

log = logging.getLogger("opsemu")


class TlsListener:
    """Accepts connections until `close`; a `protocol` gets one after its handshake."""

    def __init__(
        self,
        protocol: Callable[[], asyncio.Protocol],
        listening: socket.socket,
        context: ssl.SSLContext,
    ) -> None:
        self._protocol = protocol
        self._listening = listening
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._handshakes: set[asyncio.Task[None]] = set()
        self._retry: asyncio.TimerHandle | None = None
        listening.setblocking(False)
        self._resume()

    async def close(self) -> None:
        """Accept nothing more, and drop the connections whose handshake is not over."""
        self._loop.remove_reader(self._listening)
        if self._retry:
            self._retry.cancel()
        await asyncio.sleep(0)  # a task that never started would not close its socket
        for task in self._handshakes:
            task.cancel()

    def _resume(self) -> None:
        self._loop.add_reader(self._listening, self._accept)

    def _accept(self) -> None:
        try:
            client, address = self._listening.accept()
        except (BlockingIOError, ConnectionAbortedError):  # the client is gone already
            return
        except OSError as error:
            log.error("cannot accept a connection: %s", error.strerror)
            self._loop.remove_reader(self._listening)
            self._retry = self._loop.call_later(RETRY_INTERVAL, self._resume)
            return
        client.setblocking(False)
        task = self._loop.create_task(self._shake_hands(client, address[0]))
        self._handshakes.add(task)
        task.add_done_callback(self._handshakes.discard)

    async def _shake_hands(self, client: socket.socket, address: str) -> None:
        try:
            await self._loop.connect_accepted_socket(
                self._protocol,
                client,
                ssl=self._context,
                ssl_handshake_timeout=HANDSHAKE_TIMEOUT,
            )
        except OSError as error:
            reason = getattr(error, "reason", None) or "the connection was lost"
            if reason == "HTTP_REQUEST":
                reason = "the client speaks plain HTTP"
            log.info("TLS handshake with %s failed: %s", address, reason)
