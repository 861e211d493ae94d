"""Operations: all there is to say of an endpoint stands in the decorator of its view."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask import Blueprint, Flask

from .errors import ApiError

FIRST_VERSION = "2023-01-01"

_ACCEPT = re.compile(r"application/vnd\.atlas\.(\d{4}-\d\d-\d\d)\+json", re.ASCII)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True)
class Atlas:
    """What Atlas' headers tell of an operation.

    `method` is the Java method that ran, `Class::method` (RECORDED where a recording calls the
    operation, else named alike); `limit` how many calls a minute a resource of a project takes;
    `versions` the dates of the resource's versions, the oldest first.
    """

    method: str
    limit: int = 1200
    versions: tuple[str, ...] = (FIRST_VERSION,)

    @property
    def resource(self) -> str:
        """The Java class, whose operations share a rate limit."""
        return self.method.partition("::")[0]


@dataclass(frozen=True)
class Operation:
    """An operation of an API.

    `name` is public: faults, the journal and assertions use it. `families` are the names of
    the API families that serve it (empty: it is outside their prefixes). `reads_body` says
    whether a POST, PUT or PATCH has a body. The response of a `cacheable` operation depends
    on the bytes of the request and the documents read, and on nothing else.
    """

    name: str
    families: frozenset[str] = frozenset()
    atlas: Atlas | None = None
    reads_body: bool = True
    cacheable: bool = False

    def expects_body(self, method: str) -> bool:
        """Whether a request with this method has a body, whose media type matters."""
        return self.reads_body and method in _WITH_BODY

    def version(self, accept: str) -> str:
        """The newest version that is not younger than the date in an `Accept` header.

        Raises INVALID_VERSION_DATE (INFERRED: also for `*/*` and `application/json`).
        """
        accepted = _date(accept)
        versions = self.atlas.versions if self.atlas else (FIRST_VERSION,)
        matching = [version for version in versions if version <= accepted]
        if not matching:
            raise ApiError("INVALID_VERSION_DATE")
        return matching[-1]


class Resource(Blueprint):
    """A blueprint whose routes name their operation.

    `@bp.get(rule, operation="getIntegration", families=EVERY, atlas=Atlas(…))` takes the
    fields of Operation beside Flask's own options; `families` of the resource is the default.
    Registered for an API family, it adds the routes of the operations that the family serves.
    """

    def __init__(
        self, name: str, import_name: str, *, families: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(name, import_name)
        self._families = families

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a route; without families it belongs to whoever registers the blueprint."""
        fields = {name: options.pop(name) for name in _FIELDS if name in options}
        operation = Operation(options.pop("operation"), **{"families": self._families, **fields})

        def register(state: Any) -> None:
            if operation.families and state.options.get("family") not in operation.families:
                return
            state.add_url_rule(rule, operation.name, view_func, **options)
            operations(state.app)[f"{state.name}.{operation.name}"] = operation

        self.record(register)


_FIELDS = ("families", "atlas", "reads_body", "cacheable")


def operations(app: Flask) -> dict[str, Operation]:
    """The operations of an application by Flask's endpoint."""
    return cast(dict[str, Operation], app.extensions.setdefault("operations", {}))


def _date(accept: str) -> str:
    match = _ACCEPT.search(accept)
    try:
        return date.fromisoformat(match[1]).isoformat() if match else ""
    except ValueError:
        return ""
