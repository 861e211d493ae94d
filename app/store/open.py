"""A store by its URL."""

from __future__ import annotations

from .base import StateError
from .store import Store
from .url_redaction import shown_url

# How long a start may look for torn files: enough for some ten thousand owners.
VERIFY_SECONDS = 0.25


def open_store(url: str) -> Store:
    """The store behind `memory:`, `file:DIR[?fsync=off]` or `redis://…`; raises StateError.

    What a kind of state needs is loaded when it is asked for.
    """
    scheme, _, rest = url.partition(":")
    if url == "memory:":
        from .memory import MemoryBackend

        return Store(MemoryBackend())
    if scheme == "file" and rest:
        return _in_files(rest)
    if scheme in ("redis", "rediss") and rest.startswith("//"):
        return _on_redis(url)
    places = "'memory:', 'file:DIR' or 'redis://HOST:PORT/NUMBER'"
    raise StateError(f"state is {places}, not {shown_url(url)!r}")


def _in_files(rest: str) -> Store:
    from .files import FileBackend

    directory, _, option = rest.partition("?")
    if option not in ("", "fsync=on", "fsync=off"):
        raise StateError(f"state file:{directory} knows fsync=on and fsync=off, not {option!r}")
    store = Store(FileBackend(directory, fsync=option != "fsync=off"))
    store.verify(VERIFY_SECONDS)
    return store


def _on_redis(url: str) -> Store:
    try:
        from .redis import RedisBackend
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        needed = "needs `pip install opsemu[redis]`"
        raise StateError(f"state {shown_url(url)} {needed}") from None
    return Store(RedisBackend(url))
