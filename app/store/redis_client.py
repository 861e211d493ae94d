"""A Redis or Valkey server, or a cluster of them: connecting, scripts, and its failures.

Nothing is sent twice: a change whose answer got lost may have been made, and only its
caller knows what to do then.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha1
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError, RedisClusterException, RedisError, TimeoutError
from redis.retry import Retry

from .base import StateError, StateUnavailable
from .url_redaction import shown_url

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0
PAUSE = 0.25  # seconds in which a server that was silent is not asked: a request asks many times
PREFIX = "opsemu"

_NUMBER = re.compile(r"/?[0-9]{0,9}", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class Script:
    """Lua that a server runs in one step."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisClient:
    """What is said to the server at a URL, whose `prefix` begins all keys.

    Raises StateError if the URL makes no sense, StateUnavailable where nobody answers, here
    and from each call.
    """

    def __init__(self, url: str) -> None:
        self.shown = shown_url(url)
        self._address, self.prefix = _split(url)
        self._silent_until = 0.0
        self.call("PING")

    @cached_property
    def redis(self) -> Redis | RedisCluster:
        """The driver, connected when it is first asked for something."""
        return _connected(self._address)

    def key(self, world: str, *names: str) -> str:
        """The key of something in a world. All of a world is in one slot of a cluster."""
        # Nothing is coded as a bare percent sign, and an empty tag would be none.
        tag = f"{self.prefix}:{{{coded(world) or '%'}}}"
        return ":".join((tag, *map(coded, names)))

    def call(self, *command: Any) -> Any:
        """The server's answer to a command; its texts are bytes."""
        with self._answering():
            return self.redis.execute_command(*command)  # type: ignore[no-untyped-call]

    def run(self, script: Script, keys: Sequence[str], *arguments: Any) -> Any:
        """What a script gives, whose keys are all of one world."""
        with self._answering():
            try:
                return self.redis.evalsha(script.sha, len(keys), *keys, *arguments)
            except NoScriptError:
                return self.redis.eval(script.text, len(keys), *keys, *arguments)

    def members(self, key: str) -> Iterator[str]:
        """What is in a set, each once; those that come or go meanwhile may be missing."""
        with self._answering():
            found = set(self.redis.sscan_iter(key, count=1000))
        return (member.decode() for member in found)

    def close(self) -> None:
        """Hang up; the next call connects again."""
        opened = self.__dict__.pop("redis", None)
        if opened is not None:
            opened.close()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        if time.monotonic() < self._silent_until:
            raise StateUnavailable(f"state server {self.shown}: did not answer just now")
        try:
            yield
        except TimeoutError as error:
            self._silent_until = time.monotonic() + PAUSE
            raise StateUnavailable(f"state server {self.shown}: {_told(error)}") from None
        except (RedisError, RedisClusterException, OSError) as error:
            raise StateUnavailable(f"state server {self.shown}: {_told(error)}") from None


def _told(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")


def coded(name: str) -> str:
    """A name as one part of a key."""
    return quote(name, safe="")


def _split(url: str) -> tuple[str, str]:
    """What the driver is told, and the prefix; raises StateError."""
    try:
        parts = urlsplit(url)
        is_address = (
            bool(parts.hostname) and parts.port != 0 and bool(_NUMBER.fullmatch(parts.path))
        )
    except ValueError:
        is_address = False
    if not is_address:
        raise StateError(f"state is redis://HOST:PORT/NUMBER, not {shown_url(url)!r}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    prefix = options.pop("prefix", PREFIX)
    if not _PREFIX.fullmatch(prefix):
        raise StateError(f"state {shown_url(url)}: a prefix has letters, digits and ._-")
    return parts._replace(query=urlencode(options)).geturl(), prefix


def _connected(address: str) -> Redis | RedisCluster:
    """A driver whose server has answered; raises StateError for options that it does not know."""
    options: dict[str, Any] = {
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_timeout": ANSWER_SECONDS,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
    }
    try:
        single = Redis.from_url(address, **options)
        if not single.info("cluster").get("cluster_enabled"):
            return single
        single.close()
        return RedisCluster.from_url(address, require_full_coverage=False, **options)
    except TypeError as error:
        option = str(error).rpartition(" ")[2]
        raise StateError(f"state {shown_url(address)}: redis-py has no option {option}") from None
    except ValueError as error:
        raise StateError(f"state {shown_url(address)}: {' '.join(str(error).split())}") from None
