"""What a `Delivery` asks for, done on the event loop without a thread."""

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Callable

from ..api.delivery import Delivery

RETRY_INTERVAL = 0.02  # seconds between two runs of a suspended request
POLL_INTERVAL = 0.05  # the same, where nothing tells of a change


def resume(
    loop: asyncio.AbstractEventLoop, delivery: Delivery, pause: float, run: Callable[[], None]
) -> None:
    """Call `run` once: `pause` seconds after a change, or at the deadline."""

    timeout = max(0.0, (delivery.deadline or 0.0) - time.perf_counter())
    pending: list[asyncio.TimerHandle] = []

    def run_once() -> None:
        if pending:
            pending.pop().cancel()
            unsubscribe()
            run()

    def on_change() -> None:
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(loop.call_later, pause, run_once)

    pending.append(loop.call_later(timeout, run_once))
    unsubscribe = delivery.subscribe(on_change) or loop.call_later(POLL_INTERVAL, run_once).cancel


def truncate(response: bytes, limit: int | None) -> bytes:
    """The part of a response that is sent; see `Delivery.truncate_at`."""
    if limit is None:
        return response
    return response[: response.index(b"\r\n\r\n") + 4 + limit] if limit >= 0 else b""


def reset(transport: asyncio.Transport) -> None:
    """Close a connection with RST, as a crashed server or a firewall does."""
    with contextlib.suppress(OSError):
        connection = socket.socket(fileno=transport.get_extra_info("socket").fileno())
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.detach()
    transport.abort()
