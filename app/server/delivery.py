"""What a `Delivery` asks for, done on the event loop without a thread."""

import asyncio
import contextlib
import fcntl
import socket
import struct
import termios
from collections import deque
from collections.abc import Callable

from ..api.delivery import Watch

RETRY_INTERVAL = 0.02  # seconds after which a request that was not due is looked at again
POLL_INTERVAL = 0.05  # seconds between two runs of a request, where nothing tells of a change
LINGER = 2.0  # seconds in which a client may read why its request was refused


class CheckQueue:
    """Functions that are called one in a turn of the event loop.

    So thousands of suspended requests, looked at after one change, keep nobody waiting.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._checks: deque[Callable[[], None]] = deque()

    def add(self, check: Callable[[], None]) -> None:
        """Call `check` on the event loop in its turn; from any thread."""
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            self.loop.call_soon_threadsafe(self._add, check)

    def _add(self, check: Callable[[], None]) -> None:
        self._checks.append(check)
        if len(self._checks) == 1:
            self.loop.call_soon(self._call_next)

    def _call_next(self) -> None:
        check = self._checks.popleft()
        if self._checks:
            self.loop.call_soon(self._call_next)
        check()


class SuspendedRequest:
    """Calls `run` once: when `watch` is due, or after `timeout` seconds; never after `cancel`."""

    def __init__(
        self, checks: CheckQueue, watch: Watch, timeout: float, run: Callable[[], None]
    ) -> None:
        self._checks = checks
        self._watch = watch
        self._run_request = run
        self._is_over = False
        self._timer = checks.loop.call_later(timeout, self._run)
        self._subscribe()

    def cancel(self) -> None:
        """Forget the request, whose client is gone."""
        self._is_over = True
        self._timer.cancel()
        self._unsubscribe()

    def _subscribe(self) -> None:
        self._unsubscribe: Callable[[], None] = lambda: None
        unsubscribe = self._watch.subscribe(lambda: self._checks.add(self._check))
        self._unsubscribe = (
            unsubscribe or self._checks.loop.call_later(POLL_INTERVAL, self._run).cancel
        )

    def _check(self) -> None:
        if self._is_over:
            return
        if self._watch.is_due():
            self._run()
        else:
            retry = self._checks.loop.call_later(RETRY_INTERVAL, self._subscribe)
            self._unsubscribe = retry.cancel

    def _run(self) -> None:
        if not self._is_over:
            self.cancel()
            self._run_request()


def truncate(response: bytes, limit: int | None) -> bytes:
    """The part of a response that is sent; see `Delivery.truncate_at`."""
    if limit is None:
        return response
    return response[: response.index(b"\r\n\r\n") + 4 + limit] if limit >= 0 else b""


def is_tls(transport: asyncio.BaseTransport) -> bool:
    """Whether it is TLS, which neither side can close by half."""
    return transport.get_extra_info("sslcontext") is not None


def send_last(
    transport: asyncio.Transport, response: bytes, loop: asyncio.AbstractEventLoop
) -> None:
    """Send the last response of a connection, and receive for LINGER seconds more.

    Closing at once would reset the connection, and a client that is still sending would not
    get to read the response.
    """
    transport.write(response)
    if not is_tls(transport):  # which cannot be closed by half
        transport.write_eof()
    loop.call_later(LINGER, transport.close)


def unsent(transport: asyncio.Transport) -> int:
    """Bytes of responses that the client has not received yet, the system's buffer included."""
    size = transport.get_write_buffer_size()
    with contextlib.suppress(AttributeError, OSError, ValueError):  # closed meanwhile
        number = transport.get_extra_info("socket").fileno()
        waiting = fcntl.ioctl(number, termios.TIOCOUTQ, b"0000")
        size += struct.unpack("i", waiting)[0]
    return size


def reset(transport: asyncio.Transport) -> None:
    """Close a connection with RST, as a crashed server or a firewall does."""
    with contextlib.suppress(OSError):
        connection = socket.socket(fileno=transport.get_extra_info("socket").fileno())
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.detach()
    transport.abort()
