"""What views share: routes with schemas, the loaded query and body, the world of the request."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar, cast

import orjson
from flask import current_app, g, request
from marshmallow import Schema, ValidationError
from werkzeug.routing import Rule

from ..api.services import Services
from ..worlds.known_names import name_unknown_fields
from ..worlds.redaction import MAX_DEPTH, is_too_deep
from ..worlds.world import World
from . import AdminApp
from .errors import AdminError

EXTENSION = "opsemu.admin"
MAX_ADMIN_DEPTH = MAX_DEPTH + 10  # an exported state has a body inside of it
_NUMBER = re.compile("[0-9]{1,18}")  # fits into 64 bits

Entry = TypeVar("Entry")


class AdminRoute(Rule):
    """A URL rule with the schemas of its query, of its JSON body, and of each response.

    `returns` maps a status to a schema, to the media type of a response that is text, or to
    None where the response has no body.
    """

    def __init__(
        self,
        string: str,
        *,
        query: type[Schema] = Schema,
        body: type[Schema] = Schema,
        returns: Mapping[int, type[Schema] | str | None] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(string, **options)
        self.query = query
        self.body = body
        self.returns = returns or {204: None}


def load_body() -> dict[str, Any]:
    """The JSON body of the request (`{}` if empty), checked; raises AdminError, ValidationError."""
    try:
        body = orjson.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise AdminError(400, "bad_json", f"the body is not valid JSON: {error}") from None
    if is_too_deep(body, MAX_ADMIN_DEPTH):
        raise AdminError(400, "bad_json", f"the body is nested more than {MAX_ADMIN_DEPTH} deep")
    return _load(cast(AdminRoute, request.url_rule).body, body)


def load_query() -> dict[str, Any]:
    """The query of the request, checked once; raises ValidationError."""
    if "query" not in g:
        g.query = _load(cast(AdminRoute, request.url_rule).query, request.args.to_dict())
    return cast(dict[str, Any], g.query)


_instance = cache(lambda schema: schema())  # to make one takes longer than to load with it


def _load(kind: type[Schema], data: Any) -> dict[str, Any]:
    schema: Schema = _instance(kind)
    try:
        return cast(dict[str, Any], schema.load(data))
    except ValidationError as error:
        name_unknown_fields(error.messages, schema)
        raise


def admin_app() -> AdminApp:
    """The server that the admin API belongs to."""
    return cast(AdminApp, current_app.extensions[EXTENSION])


def services() -> Services:
    """The parts that the admin API shares with the emulated APIs."""
    return admin_app().services


def world_name() -> str:
    """The world that the query names; raises WorldError if there is none of that name."""
    name = str(load_query()["world"])
    admin_app().worlds.record(name)
    return name


def current_world() -> World:
    """The journal, faults and secrets of the world that the query names; raises WorldError."""
    return services().worlds.get(world_name())


def find_numbered(get: Callable[[int], Entry | None], number: str, kind: str) -> Entry:
    """What `get` returns for the number in a path; raises AdminError 404 for no such `kind`."""
    entry = get(int(number)) if _NUMBER.fullmatch(number) else None
    if entry is None:
        raise AdminError(404, f"no_such_{kind}", f"there is no {kind} {number[:20]!r}")
    return entry
