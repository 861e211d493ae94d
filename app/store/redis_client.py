"""A client of a Redis or Valkey server or cluster: connections, round trips and failures.

No command is sent twice: if its answer got lost, the change may have been made.
"""

import re
import time
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.cluster import PipelineCommand
from redis.exceptions import (
    AskError,
    MovedError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TimeoutError,
)
from redis.retry import Retry

from .base import StateError, StateUnavailable, shown_url
from .redis_reads import Command

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0
PAUSE = 0.25  # seconds without commands after a timeout: one request sends several
PREFIX = "opsemu"

_NUMBER = re.compile(r"/?[0-9]{0,9}", re.ASCII)
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


class RedisClient:
    """Connections to the server at a URL; `prefix` is that of all keys of the state.

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

    def send(self, commands: Sequence[Command]) -> list[Any]:
        """The replies to commands, in one round trip; strings are bytes.

        A command that fails has a StateUnavailable in the place of its reply.
        """
        if time.monotonic() < self._paused_until:
            raise StateUnavailable(f"state server {self.shown}: did not answer just now")
        try:
            driver = self.redis
            replies = (
                _send_to_cluster(driver, commands)
                if isinstance(driver, RedisCluster)
                else _send_to_server(driver, commands)
            )
        except (RedisError, RedisClusterException, OSError) as error:
            raise self._unavailable(error) from None
        return [
            self._unavailable(each) if isinstance(each, Exception) else each for each in replies
        ]

    def call(self, *command: Any) -> Any:
        """The reply to a command."""
        return reply_of(self.send([command])[0])

    def close(self) -> None:
        """Close the connections; the next call connects again."""
        driver = self.__dict__.pop("redis", None)
        if driver is not None:
            driver.close()

    def _unavailable(self, error: Exception) -> StateUnavailable:
        if isinstance(error, TimeoutError):
            self._paused_until = time.monotonic() + PAUSE
        return StateUnavailable(f"state server {self.shown}: {_sentence(error)}")


def reply_of(reply: Any) -> Any:
    """A reply; raises it if it is an error."""
    if isinstance(reply, Exception):
        raise reply
    return reply


def _send_to_server(driver: Redis, commands: Sequence[Command]) -> list[Any]:
    """The replies of a server, or errors; without the driver's pipeline, which takes twice as
    long and would send all again."""
    pool = driver.connection_pool
    connection = pool.get_connection()
    try:
        packed = connection.pack_commands(commands)  # type: ignore[no-untyped-call]
        connection.send_packed_command(packed)  # type: ignore[no-untyped-call]
        return [_reply(connection) for _ in commands]
    except BaseException:
        connection.disconnect()  # type: ignore[no-untyped-call]
        raise
    finally:
        pool.release(connection)


def _reply(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as error:
        return error


def _send_to_cluster(driver: Any, commands: Sequence[Command]) -> list[Any]:
    """The replies of a cluster, or errors; all its nodes are asked at the same time."""
    stack = [
        PipelineCommand(each, position=n)  # type: ignore[no-untyped-call]
        for n, each in enumerate(commands)
    ]
    with driver.pipeline() as pipeline:
        replies: list[Any] = pipeline.send_cluster_commands(
            stack, raise_on_error=False, allow_redirections=False
        )
    # A node that refers to another one has done nothing.
    return [
        driver.execute_command(*command) if isinstance(reply, MovedError | AskError) else reply
        for command, reply in zip(commands, replies, strict=True)
    ]


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")


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
