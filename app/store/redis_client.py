"""A client of a Redis or Valkey server or cluster: connections, scripts and failures.

No command is sent twice: if its answer got lost, the change may have been made.
"""

import re
import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError, TimeoutError
from redis.retry import Retry

from .base import StateError, StateUnavailable, shown_url

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0
PAUSE = 0.25  # seconds without commands after a timeout: one request sends several
PREFIX = "opsemu"

_NUMBER = re.compile(r"/?[0-9]{0,9}", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class RedisClient:
    """A connection to the server at a URL; all keys start with `prefix`.

    Raises StateError if the URL is invalid; it and each call raise StateUnavailable if the
    server does not answer.
    """

    def __init__(self, url: str) -> None:
        self.shown = shown_url(url)
        self._address, self.prefix = _split(url)
        self._paused_until = 0.0
        self.call("PING")

    @cached_property
    def redis(self) -> Redis | RedisCluster:
        """The driver, which is connected at the first command."""
        return _connect(self._address)

    def key(self, world: str, *names: str) -> str:
        """A key in a world. All keys of a world are in one slot of a cluster."""
        # An empty hash tag would not count as one; no name is encoded as a bare percent sign.
        tag = f"{self.prefix}:{{{coded(world) or '%'}}}"
        return ":".join((tag, *map(coded, names)))

    def call(self, *command: Any) -> Any:
        """The reply to a command; strings are bytes."""
        if time.monotonic() < self._paused_until:
            raise StateUnavailable(f"state server {self.shown}: did not answer just now")
        try:
            return self.redis.execute_command(*command)  # type: ignore[no-untyped-call]
        except (RedisError, RedisClusterException, OSError) as error:
            if isinstance(error, TimeoutError):
                self._paused_until = time.monotonic() + PAUSE
            raise StateUnavailable(f"state server {self.shown}: {_sentence(error)}") from None

    def run(self, script: str, keys: Sequence[str], *arguments: Any) -> Any:
        """The result of a Lua script, which the server runs atomically; keys are in one world."""
        return self.call("EVAL", script, len(keys), *keys, *arguments)

    def members(self, key: str) -> Iterator[str]:
        """The members of a set."""
        return (member.decode() for member in self.call("SMEMBERS", key))

    def close(self) -> None:
        """Close the connections; the next call connects again."""
        driver = self.__dict__.pop("redis", None)
        if driver is not None:
            driver.close()


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")


def coded(name: str) -> str:
    """A name, percent-encoded, as a part of a key."""
    return quote(name, safe="")


def _split(url: str) -> tuple[str, str]:
    """The URL for the driver, and the prefix; raises StateError."""
    try:
        parts = urlsplit(url)
        is_valid = parts.hostname and parts.port != 0 and _NUMBER.fullmatch(parts.path)
    except ValueError:
        is_valid = None
    if not is_valid:
        raise StateError(f"state is redis://HOST:PORT/NUMBER, not {shown_url(url)!r}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    prefix = options.pop("prefix", PREFIX)
    if not _PREFIX.fullmatch(prefix):
        raise StateError(f"state {shown_url(url)}: a prefix has letters, digits and ._-")
    return parts._replace(query=urlencode(options)).geturl(), prefix


def _connect(address: str) -> Redis | RedisCluster:
    """A connected driver; raises StateError for options that it does not know."""
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    try:
        server = Redis.from_url(address, **options)
        if not server.info("cluster").get("cluster_enabled"):
            return server
        server.close()
        return RedisCluster.from_url(address, require_full_coverage=False, **options)
    except TypeError as error:
        option = str(error).rpartition(" ")[2]
        raise StateError(f"state {shown_url(address)}: redis-py has no option {option}") from None
    except ValueError as error:
        raise StateError(f"state {shown_url(address)}: {_sentence(error)}") from None
