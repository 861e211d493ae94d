"""Sends a response part by part; between two parts it takes no thread and no turn of the loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from ..api.delivery import Stream
from .shared import Shared

MIN_INTERVAL = 0.2  # seconds from a change to the part that tells of it, and between two parts
MAX_INTERVAL = 15.0  # seconds after which a stream is asked for a part without a change
POLL_INTERVAL = 0.5  # seconds between two parts, where nothing tells of a change

log = logging.getLogger("opsemu")


class StreamedResponse:
    """A response that has more to come, until its stream ends or its connection is closed.

    No part is made while `is_paused`: a client that does not read takes no memory.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        shared: Shared,
        stream: Stream,
        is_paused: Callable[[], bool],
    ) -> None:
        self._transport = transport
        self._loop = shared.checks.loop
        self._threads = shared.threads.resumed
        self._changes = shared.checks
        self._stream: Stream | None = stream
        self._is_paused = is_paused
        self._stop_waiting: Callable[[], None] = lambda: None

    def send(self, part: bytes | None) -> None:
        """Send a part, and go on; None ends the response."""
        if self._stream is None:
            return
        if part:
            self._transport.write(part)
        if part is None or self._transport.is_closing():
            self._transport.close()
            self.cancel()
        else:
            self._wait(self._stream)

    def cancel(self) -> None:
        """Forget the response, whose client is gone."""
        self._stop_waiting()
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _wait(self, stream: Stream) -> None:
        """Go on after a change or MAX_INTERVAL, whichever comes first."""
        timer = self._loop.call_later(MAX_INTERVAL, self._make_part)
        unsubscribe = stream.subscribe(lambda: self._changes.add(self._on_change))
        if unsubscribe is None:
            unsubscribe = self._loop.call_later(POLL_INTERVAL, self._make_part).cancel

        def stop() -> None:
            timer.cancel()
            unsubscribe()

        self._stop_waiting = stop

    def _on_change(self) -> None:
        self._stop_waiting()
        if self._stream is not None:
            self._stop_waiting = self._loop.call_later(MIN_INTERVAL, self._make_part).cancel

    def _make_part(self) -> None:
        self._stop_waiting()
        if self._transport.is_closing():
            self.cancel()
        if self._stream is None:
            return
        if self._is_paused():
            self._on_change()
            return
        future = self._loop.run_in_executor(self._threads, _part, self._stream)
        future.add_done_callback(self._send_made)

    def _send_made(self, future: asyncio.Future[bytes | None]) -> None:
        self.send(None if future.cancelled() else future.result())


def _part(stream: Stream) -> bytes | None:
    """What follows; a stream that fails ends."""
    try:
        return stream.part()
    except Exception as error:
        log.error("a stream of events ended: %s", error)
        return None
