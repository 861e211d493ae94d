"""Where a request runs: on the event loop, or in a thread beside it."""

from concurrent.futures import Executor, ThreadPoolExecutor

from ..admin import PREFIX
from .request_parser import HttpRequest

BIG_BODY = 64 * 1024  # bytes, from which on a body takes milliseconds to read and check
_READS = frozenset({"GET", "HEAD"})
_ADMIN = PREFIX.encode()


class RequestThreads:
    """The threads of a server, which start when they are needed.

    `count` of them run what may block or takes long: admin requests, big bodies, writes if
    `writes_block`, reads if `reads_block`. All else runs on the event loop, as a thread would
    cost more than it saves.
    """

    def __init__(self, count: int, *, reads_block: bool, writes_block: bool) -> None:
        self._reads_block = reads_block
        self._writes_block = writes_block
        self._pool = ThreadPoolExecutor(count, "opsemu")
        # Of its own: thousands of suspended requests may run again at once.
        self._resumed = ThreadPoolExecutor(1, "opsemu-resumed")

    def executor(self, request: HttpRequest, is_resumed: bool) -> Executor | None:
        """The threads that a request runs in; None for the event loop."""
        if is_resumed:
            return self._resumed
        blocks = self._reads_block if request.method in _READS else self._writes_block
        is_slow = len(request.body) > BIG_BODY or request.target.startswith(_ADMIN)
        return self._pool if blocks or is_slow else None

    def shutdown(self) -> None:
        """Wait for the requests that are running; drop those that are not."""
        self._pool.shutdown(cancel_futures=True)
        self._resumed.shutdown(cancel_futures=True)
