"""The event loop of a server, and what goes on there beside the requests."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from .connection import Connection

IDLE = 75.0  # seconds after which a silent connection is closed
SWEEP = 5.0


def new_event_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where it is installed, else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def hang_up(connections: set[Connection]) -> None:
    """Drop all connections; one just accepted needs some turns of the loop to appear."""
    for _ in range(6):
        for connection in list(connections):
            connection.transport.abort()
        await asyncio.sleep(0)


def pool(threads: int) -> ThreadPoolExecutor | None:
    """Where requests are worked on; None is the event loop itself, where a pool has no use."""
    return ThreadPoolExecutor(threads, thread_name_prefix="opsemu") if threads > 1 else None


async def sweep(connections: set[Connection]) -> None:
    """Hang up on clients that have been silent for long, again and again."""
    while True:
        await asyncio.sleep(SWEEP)
        for connection in list(connections):
            if connection.is_idle(IDLE):
                connection.transport.abort()
