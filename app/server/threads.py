"""Where a request runs: on the event loop, or in a thread beside it."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from time import perf_counter, thread_time

from ..api.urls import ADMIN
from .request_parser import HttpRequest

BIG_BODY = 64 * 1024  # bytes, from which on a body takes milliseconds to read and check
SLOW = 0.02  # seconds of CPU time for which a request may hold up the event loop
SLOW_FOR = 60.0  # seconds in which requests to a path that was slow run in threads
MAX_SLOW_PATHS = 1_000
_READS = frozenset({"GET", "HEAD"})
_ADMIN = ADMIN.encode()


class RequestThreads:
    """The threads of a server, which start when they are needed.

    `count` of them run what may block or takes long: admin requests, big bodies, paths that
    were slow lately, writes if `writes_block`, reads if `reads_block`. All else runs on
    the event loop, as a thread would cost more than it saves.
    """

    def __init__(self, count: int, *, reads_block: bool, writes_block: bool) -> None:
        self.reads_block = reads_block
        self._writes_block = writes_block
        self._slow_until: dict[bytes, float] = {}  # by path
        self._pool = ThreadPoolExecutor(count, "opsemu")
        # Of its own: thousands of suspended requests may run again at once.
        self.resumed = ThreadPoolExecutor(1, "opsemu-resumed")

    def executor(self, request: HttpRequest, is_resumed: bool) -> Executor | None:
        """The threads that a request runs in; None for the event loop."""
        if is_resumed:
            return self.resumed
        blocks = self.reads_block if request.method in _READS else self._writes_block
        is_slow = (
            len(request.body) > BIG_BODY
            or request.target.startswith(_ADMIN)
            or (self._slow_until and self._is_slow(request.target))
        )
        return self._pool if blocks or is_slow else None

    def call(self, request: HttpRequest, respond: Callable[[], bytes]) -> bytes:
        """The response of `respond`; if it takes long twice, the next one runs in a thread.

        What waits for a processor, or for another thread, does not take long.
        """
        started_at = thread_time()
        response = respond()
        if thread_time() - started_at > SLOW:
            if len(self._slow_until) >= MAX_SLOW_PATHS:
                self._slow_until.clear()
            path = request.target.partition(b"?")[0]
            # The first request to a path may have imported what answers it.
            now = perf_counter()
            self._slow_until[path] = now + SLOW_FOR if path in self._slow_until else now
        return response

    def shutdown(self) -> None:
        """Wait for the requests that are running; drop those that are not."""
        self._pool.shutdown(cancel_futures=True)
        self.resumed.shutdown(cancel_futures=True)

    def _is_slow(self, target: bytes) -> bool:
        """Whether a path or its parent was slow: a big document is slow in its collection, too."""
        path = target.partition(b"?")[0]
        paths = (path, path.rpartition(b"/")[0])
        return max(self._slow_until.get(path, 0.0) for path in paths) > perf_counter()
