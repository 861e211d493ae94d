"""Checks the tables of owners that did not come through an API: of imported states, of snapshots.

What is stored of a body has the fields of the body's schema, so the schemas of stored documents
are made of those. A document is stored as its schema loads it.
"""

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import Any, NamedTuple

import orjson
from marshmallow import Schema, ValidationError, fields, validate

from opsemu.schemas.errors import ValidationFailure

from ..store import Document
from ..store.base import Tables

_LAST_SECOND = 253_402_300_799  # of the year 9999

Load = Callable[[Any], Any]


class Table(NamedTuple):
    """How a table's documents are loaded, and what their keys have to be.

    `key` is the name of the member that equals a document's key. With `is_of_owner` the one
    key is the name of the owner. `load` gets a document, or raises ValidationError; with
    `loads` it depends on the key.
    """

    load: Load | None = None
    key: str = ""
    is_of_owner: bool = False
    loads: Mapping[str, Load] | None = None


# By the kinds of owners: their tables by name.
Kinds = Mapping[str, Mapping[str, Table]]


class InvalidState(Exception):
    """A document that is no state, or one of a newer opsemu; the message is one sentence."""


def seconds(**options: Any) -> fields.Float:
    """A field of seconds since 1970, of a moment that has a date."""
    return fields.Float(validate=validate.Range(0, _LAST_SECOND), **options)


def stored_schema(
    schema: type[Schema], *omitted: str, **members: fields.Field[Any]
) -> type[Schema]:
    """A schema of what is stored of a body: attributes of all families, and further members."""
    declared = {
        field.attribute or name: _stored_field(field)
        for name, field in schema._declared_fields.items()
        if not field.dump_only and name not in omitted
    }
    return Schema.from_dict({**declared, **members}, name=f"Stored{schema.__name__}")


def _stored_field(field: fields.Field[Any]) -> fields.Field[Any]:
    stored = copy(field)
    stored.data_key = stored.attribute = None
    if isinstance(stored, fields.List):
        stored.inner = _stored_field(stored.inner)
    if isinstance(stored, fields.Nested):
        return fields.Nested(stored_schema(type(stored.schema)), required=stored.required)
    return stored


def check_state(owners: Mapping[str, Tables], kinds: Kinds) -> dict[str, Tables]:
    """The tables of owners by `kind/name`, as they are to be stored; raises InvalidState."""
    state = {place: _check_owner(place, tables, kinds) for place, tables in owners.items()}
    try:
        orjson.dumps({"format": 1, "owners": state})
    except TypeError as error:  # nested too deeply
        raise InvalidState(f"owners: {error}") from None
    return state


def _check_owner(place: str, tables: Tables, kinds: Kinds) -> Tables:
    kind, _, name = place.partition("/")
    if kind not in kinds:
        raise InvalidState(f"owners.{place}: {_expected(kind, kinds)}")
    if kind not in tables:
        raise InvalidState(f"owners.{place}: the table {kind!r} is missing")
    return {
        table: _check_table(f"owners.{place}.{table}", name, table, documents, kinds[kind])
        for table, documents in tables.items()
    }


def _check_table(
    place: str,
    owner: str,
    name: str,
    documents: Mapping[str, Document],
    known: Mapping[str, Table],
) -> dict[str, Document]:
    if name not in known:
        raise InvalidState(f"{place}: {_expected(name, known)}")
    table = known[name]
    if table.is_of_owner and list(documents) != [owner]:
        raise InvalidState(f"{place}: expected one document, with the key {owner!r}")
    return {key: _check(f"{place}.{key}", key, documents[key], table) for key in documents}


def _check(place: str, key: str, document: Document, table: Table) -> Document:
    load = table.load if table.loads is None else table.loads.get(key)
    if load is None:
        raise InvalidState(f"{place}: {_expected(key, table.loads or {})}")
    try:
        loaded: Document = load(document)
    except ValidationError as error:
        raise InvalidState(first_message(error.messages, place)) from None
    if table.key and loaded[table.key] != key:
        raise InvalidState(f"{place}.{table.key}: expected {key!r}, as its place is called")
    return loaded


def _expected(name: str, names: Mapping[str, object]) -> str:
    return f"expected one of {', '.join(sorted(names))}, not {name!r}"


def first_message(messages: Any, path: str = "") -> str:
    """The first of marshmallow's nested messages as `place: sentence`."""
    return next(all_messages(messages, path))


def all_messages(messages: Any, path: str = "") -> Iterator[str]:
    """Marshmallow's nested messages, the first one of each place, as `place: sentence`."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            step = f"[{name}]" if isinstance(name, int) else f".{name}"
            yield from all_messages(inner, path + ("" if name == "_schema" else step))
        return
    sentence = messages[0] if isinstance(messages, list) else messages
    if isinstance(sentence, ValidationFailure):
        sentence = " ".join(sentence.args)
    yield f"{path.lstrip('.') or 'the whole'}: {sentence}"
