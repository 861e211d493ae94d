"""The request context: everything that is known of a request, in one place."""

import time
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cached_property
from typing import Any

import orjson
from flask import Request, Response
from werkzeug.datastructures import MultiDict

from ..auth.api_keys import Key
from ..store import Document, Owner, Store
from ..worlds import settings
from ..worlds.clock import NO_WORLD_YET, WorldTime
from ..worlds.redaction import is_too_deep
from ..worlds.world import World
from .api_family import dialect_of
from .errors import ApiError
from .paging import Paging, Query
from .parsed_cache import Reading
from .services import Services
from .urls import origin, request_target

MAX_FORM = 16 * 1024  # bytes; anyone may send a form to the token paths
_SCHEMES = frozenset({"basic", "bearer", "digest", "hawk", "negotiate", "ntlm"})


class RequestContext:
    """One request: what the client sent, and what has become known of it.

    `started_at` is in seconds of `time.perf_counter`. `reads` are the owners that were read
    and their bytes at that time. `reasons` say why the request is refused, `warnings` what
    was let through although a client should not do it; both without secrets. `after_view`
    is called with the view's response. `stubs` are those that are about the request. `key` is set
    by authentication, for the views; `authenticated_key` is the same, or None.
    """

    key: Key

    def __init__(self, services: Services, request: Request) -> None:
        self.started_at = time.perf_counter()
        self.services = services
        self.request = request
        self.environ: dict[str, Any] = request.environ
        self.method = request.method
        self.operation = services.router.operation(request.endpoint or "")
        self.arguments: dict[str, Any] = request.view_args or {}
        self.dialect = dialect_of(request.path, services.dialects)
        self.time: WorldTime = services.clocks.time(NO_WORLD_YET)
        self.target = request_target(request)
        self.authorization = str(self.environ.get("HTTP_AUTHORIZATION", ""))
        self.query = Query.parse(self.query_string)
        self.version = ""  # of the resource, where the family has versions
        self.authenticated_key: Key | None = None
        self.claimed_key: Key | None = None
        self.digest_params: dict[str, str] = {}
        self.fault: str | None = None
        self.stub: str | None = None
        self.stubs: list[Document] = []
        self.after_view: Callable[[Response], Response] | None = None
        self.state_unavailable = False
        self.reasons: list[str] = []
        self.warnings: list[str] = []
        self.reads: list[tuple[Owner, bytes | None]] = []

    @property
    def store(self) -> Store:
        """The store of the application."""
        return self.services.store

    @property
    def world(self) -> World:
        """The world that the request is in."""
        return self.services.worlds.get(self.time.world)

    def claim_key(self, key: Key) -> None:
        """Enter the world of a key that the request claims to come from."""
        self.claimed_key = key
        self.services.shared_state.enter(key.public_key, key.world)
        self.enter_world(key.world)

    def enter_world(self, world: str) -> None:
        """From here on, time and random values are those of a world."""
        self.time = self.services.clocks.time(world)

    def explain(self, sentence: str) -> None:
        """Add a reason why the request is refused."""
        self.reasons.append(sentence)

    def warn(self, sentence: str) -> None:
        """Add a warning, once: an edit of the store may be worked out several times."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    @property
    def scheme(self) -> str:
        """The authentication scheme; an unknown word may be a secret and is not repeated."""
        word = self.authorization.partition(" ")[0]
        return word if not word or word.lower() in _SCHEMES else "unknown"

    @property
    def path(self) -> str:
        """The path as the client wrote it."""
        return self.target.partition("?")[0]

    @property
    def shown_path(self) -> str:
        """The path without secrets, for the log; does not read the store."""
        return self.services.worlds.secrets.mask_target(self.path)

    @property
    def query_string(self) -> str:
        """The query as the client wrote it."""
        return str(self.environ.get("QUERY_STRING", ""))

    @property
    def base_url(self) -> str:
        """Scheme and host under which the client knows this server, without a slash."""
        config = self.services.config
        configured = config.external_url.rstrip("/")
        return configured or origin(self.request, trust_proxy=config.trust_proxy)

    @property
    def url(self) -> str:
        """The URL of the request without its query."""
        return self.base_url + self.path

    @property
    def page(self) -> Paging:
        """The page that the query asks for; raises INVALID_QUERY_PARAMETER."""
        return self.dialect.page(self.url, self.query)

    @cached_property
    def json(self) -> Any:
        """The body's JSON, parsed once; None if it is not JSON, or nested too deeply to be kept.

        A byte-order mark is skipped (INFERRED: Jackson).
        """
        try:
            value = orjson.loads(self.request.get_data().removeprefix(BOM_UTF8))
        except orjson.JSONDecodeError:
            return None
        return None if is_too_deep(value) else value

    @cached_property
    def form(self) -> MultiDict[str, str]:
        """The fields of a form; none of one of more than MAX_FORM bytes, which is not parsed."""
        if len(self.request.get_data()) > MAX_FORM:
            self.explain(f"a form of more than {MAX_FORM} bytes is not read")
            return MultiDict()
        return self.request.form

    def json_object(self) -> dict[str, Any]:
        """The JSON object in the body; raises INVALID_JSON for anything else.

        NaN, lone surrogates, invalid UTF-8 and nesting beyond MAX_DEPTH are not JSON here.
        """
        if not isinstance(self.json, dict):
            raise ApiError("INVALID_JSON")
        return self.json

    def json_objects(self) -> list[dict[str, Any]]:
        """The JSON objects in the body's array; raises INVALID_JSON for anything else."""
        if not isinstance(self.json, list) or not all(isinstance(each, dict) for each in self.json):
            raise ApiError("INVALID_JSON")
        return self.json

    def read(self, owner: Owner) -> Reading:
        """An owner's tables, which nobody may change; recorded in `reads`."""
        reading = self.services.readings.of(owner)
        if (owner, reading.content) not in self.reads:
            self.reads.append((owner, reading.content))
        return reading

    def get(self, owner: Owner, table: str, key: str) -> Document | None:
        """One document, which nobody may change, or None."""
        return self.read(owner).tables.get(table, {}).get(key)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The settings of the request's world by name: its seed's, else the server's."""
        return settings.get(self, self.time.world, self.services.settings)


_current: ContextVar[RequestContext] = ContextVar("request_context")


def start_request(services: Services, request: Request) -> RequestContext:
    """Make the context of a request, which is `current` from now on."""
    ctx = RequestContext(services, request)
    _current.set(ctx)
    return ctx


# The context of the current request.
current: Callable[[], RequestContext] = _current.get
