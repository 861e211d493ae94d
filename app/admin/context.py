"""What the views of the admin API share: the server's parts and the world of the request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import current_app
from marshmallow import Schema, fields, validate

from ..api.context import Services
from ..store import Document, MissingOwner, Owner
from ..store.layout import DEFAULT_WORLD
from ..worlds.manager import Worlds
from ..worlds.world import Live
from .errors import AdminError
from .routes import load_query

EXTENSION = "opsemu.admin"
_NUMBER = re.compile("[0-9]{1,18}")  # fits into 64 bits

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class AdminContext:
    """The server that the admin API belongs to; `started_at` is by `time.perf_counter`."""

    services: Services
    worlds: Worlds
    started_at: float


class WorldName(fields.String):
    """The name of an existing world."""


class WorldQuery(Schema):
    """The world that a request is about."""

    world = WorldName(load_default=DEFAULT_WORLD, validate=validate.Length(min=1))


def admin_context() -> AdminContext:
    """The context of the current application."""
    return cast(AdminContext, current_app.extensions[EXTENSION])


def services() -> Services:
    """The parts that the admin API shares with the emulated APIs."""
    return admin_context().services


def world_name() -> str:
    """The world that the query names; raises WorldError if there is none of that name."""
    name = str(load_query()["world"])
    admin_context().worlds.record(name)
    return name


def live() -> Live:
    """The journal, faults and secrets of the world that the query names; raises WorldError."""
    return services().lives.of(world_name())


def find_numbered(get: Callable[[int], Entry | None], number: str, kind: str) -> Entry:
    """What `get` returns for the number in a path; raises AdminError 404 for no such `kind`."""
    entry = get(int(number)) if _NUMBER.fullmatch(number) else None
    if entry is None:
        raise AdminError(404, f"no_such_{kind}", f"there is no {kind} {number[:20]!r}")
    return entry


def full_match(pattern: str) -> dict[str, Any]:
    """Arguments of a field whose whole text has to match a pattern."""
    check = validate.Regexp(rf"{pattern}\Z", error="does not match {regex}")
    return {"validate": check, "metadata": {"pattern": f"^{pattern}$"}}


def stored_documents(owner: Owner, table: str) -> dict[str, Document]:
    """The documents of a table by key; raises MissingOwner."""
    tables = services().store.tables(owner)
    if tables is None:
        raise MissingOwner(owner)
    return tables.get(table, {})


def store_document(owner: Owner, table: str, key: str, document: Document) -> None:
    """Store a document, whose secrets are masked from now on; raises MissingOwner."""
    services().lives.of(owner.world).learn(document)
    services().store.change(owner, table, key, lambda _: document)
