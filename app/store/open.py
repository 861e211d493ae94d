"""A store by its URL."""

from .base import Backend, StateError, shown_url
from .memory import MemoryBackend
from .store import Store

# How long a start may look for torn files: enough for some ten thousand owners.
VERIFY_SECONDS = 0.25


def open_store(url: str) -> Store:
    """The store behind `memory:`, `file:DIR[?fsync=off]` or `redis://…`.

    Raises StateError, also if it cannot be written.
    """
    store = Store(_open_backend(url))
    try:
        store.open()
    except StateError:
        store.close()
        raise
    return store


def _open_backend(url: str) -> Backend:
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        return MemoryBackend()
    if scheme == "file" and rest:
        return _open_directory(rest)
    if scheme in ("redis", "rediss") and rest.startswith("//"):
        return _open_redis(url)
    places = "'memory:', 'file:DIR' or 'redis://HOST:PORT/NUMBER'"
    raise StateError(f"state is {places}, not {shown_url(url)!r}")


def _open_directory(rest: str) -> Backend:
    directory, _, option = rest.partition("?")
    if option not in ("", "fsync=on", "fsync=off"):
        raise StateError(f"state file:{directory} knows fsync=on and fsync=off, not {option!r}")
    from .files import FileBackend  # takes filelock, which memory: does not need

    backend = FileBackend(directory, fsync=option != "fsync=off")
    try:
        backend.verify(VERIFY_SECONDS)
    except StateError:
        backend.close()
        raise
    return backend


def _open_redis(url: str) -> Backend:
    """State on a server, which needs redis-py, an extra."""
    try:
        from .redis import RedisBackend
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        raise StateError(
            f"state {shown_url(url)} needs redis-py: install opsemu with its extra `redis`"
        ) from None
    return RedisBackend(url)
