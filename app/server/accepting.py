"""Taking connections off a socket that several processes listen on."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

SHARE = 0.001  # seconds in which the others may take a connection
FULL = 1.0  # seconds to wait where no further connection can be opened


class Acceptor:
    """Takes one connection at a time, and then rests for a moment if there are `others`.

    So the other processes get their share: who is awake takes all that wait before its
    neighbours have opened their eyes, and uvloop's own server does so in one go.
    """

    def __init__(
        self,
        listening: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        others: bool = False,
    ) -> None:
        self._listening = listening
        self._protocol = protocol
        self._others = others
        self._loop = asyncio.get_running_loop()
        self._making: set[asyncio.Task[object]] = set()
        listening.setblocking(False)
        self._begin()

    def close(self) -> None:
        """Take no more; for other processes the socket stays open."""
        self._loop.remove_reader(self._listening)
        self._listening.close()

    def _begin(self) -> None:
        if self._listening.fileno() >= 0:
            self._loop.add_reader(self._listening, self._accept)

    def _rest(self, seconds: float) -> None:
        self._loop.remove_reader(self._listening)
        self._loop.call_later(seconds, self._begin)

    def _accept(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another process was faster, or the client has thought better of it
        except OSError:
            self._rest(FULL)
            return
        if self._others:
            self._rest(SHARE)
        connection.setblocking(False)
        making = self._loop.create_task(
            self._loop.connect_accepted_socket(self._protocol, connection)
        )
        self._making.add(making)
        making.add_done_callback(self._making.discard)
