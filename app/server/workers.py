"""Several processes that serve the same sockets, and the one that minds them."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable

log = logging.getLogger("opsemu")

# What the minder waits for; a worker gets the first two as well.
_STOP = frozenset({signal.SIGINT, signal.SIGTERM})
_HEARD = _STOP | {signal.SIGCHLD}
PAUSE = 1.0  # seconds before a worker is replaced that did not live longer
GRACE = 3.0  # seconds that a worker has to stop


class Workers:
    """`count` processes, made by forking, that each call `serve`; one that dies is replaced.

    `serve` gets a descriptor that ends when the minder does, by whatever death: then it
    has to return, so that no worker is left behind.
    """

    def __init__(self, count: int, serve: Callable[[int], None]) -> None:
        self._count = count
        self._serve = serve
        self._alive: dict[int, float] = {}  # when each was started
        self._watched, self._held = os.pipe()

    def run(self, ready: Callable[[], None]) -> None:
        """Mind the workers until SIGINT or SIGTERM; `ready` is called once they are started."""
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
        try:
            for _ in range(self._count):
                self._start()
            ready()
            while signal.sigwait(_HEARD) not in _STOP and self._replace_dead():
                pass
            self._stop()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            self._alive[pid] = time.perf_counter()
            return
        status = 1
        try:
            os.close(self._held)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
            self._serve(self._watched)
            status = 0
        except Exception:
            log.exception("a worker failed")
        finally:
            logging.shutdown()
            os._exit(status)

    def _replace_dead(self) -> bool:
        """Start a worker for each that has died; False if it was told to stop meanwhile."""
        for pid, started in self._bury().items():
            log.warning("worker %d died and is replaced", pid)
            at_once = time.perf_counter() - started < PAUSE
            if at_once and signal.sigtimedwait(_STOP, PAUSE):
                return False
            self._start()
        return True

    def _bury(self) -> dict[int, float]:
        """Those that have died since, with the time at which each was started."""
        dead = {}
        for pid in list(self._alive):
            if os.waitpid(pid, os.WNOHANG)[0]:
                dead[pid] = self._alive.pop(pid)
        return dead

    def _stop(self) -> None:
        deadline = time.perf_counter() + GRACE
        self._signal(signal.SIGTERM)
        self._bury()
        while self._alive and time.perf_counter() < deadline:
            signal.sigtimedwait({signal.SIGCHLD}, deadline - time.perf_counter())
            self._bury()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._alive:
            os.kill(pid, number)
