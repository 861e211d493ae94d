"""Operations: all there is to say of an endpoint stands in the decorator of its view."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Literal, NamedTuple, cast

from flask import Blueprint, Flask

from .errors import ApiError

FIRST_VERSION = "2023-01-01"

_ACCEPT = re.compile(r"application/vnd\.atlas\.(\d{4}-\d\d-\d\d)\+json", re.ASCII)
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

Emulation = Literal["served", "stored", "empty"]


class Operation(NamedTuple):
    """An operation of an API, as its route's decorator describes it.

    `name` is public: faults, the journal and assertions use it. `families` are the names of
    the API families that serve it (empty: it is outside their prefixes). `reads_body` says
    whether a POST, PUT or PATCH has a body. The response of a `cacheable` operation depends
    on the bytes of the request and the documents read, and on nothing else. A `stored`
    document is kept and given back, an `empty` answer has the vendor's form with nothing in it;
    the `emulation` of all others is `served`.

    Atlas' headers tell of `java`, the class whose method of the operation's name ran (RECORDED
    where a recording calls the operation, else named alike; `java_method` is that name where
    another operation has it), and of `limit`, the calls a minute that all operations of the
    class, and those `limited_with` it, may take for one project. `versions` are the dates of
    the resource's versions, the oldest first. `deprecated` is the date of a header of its own.

    An operation with a `basic_challenge` lies outside of `/api/` and takes API keys, too: its view
    checks Basic credentials, and all others are asked for by a digest.
    """

    name: str
    families: frozenset[str] = frozenset()
    java: str = ""
    java_method: str = ""
    limit: int = 1200
    limited_with: str = ""
    versions: tuple[str, ...] = (FIRST_VERSION,)
    deprecated: str = ""
    reads_body: bool = True
    cacheable: bool = False
    emulation: Emulation = "served"
    basic_challenge: str = ""

    def expects_body(self, method: str) -> bool:
        """Whether a request with this method has a body, whose media type matters."""
        return self.reads_body and method in _WITH_BODY

    def version(self, accept: str) -> str:
        """The newest version that is not younger than the date in an `Accept` header.

        Raises INVALID_VERSION_DATE (INFERRED: also for `*/*` and `application/json`).
        """
        accepted = accepted_date(accept)
        matching = [version for version in self.versions if version <= accepted]
        if not matching:
            raise ApiError("INVALID_VERSION_DATE")
        return matching[-1]


class Resource(Blueprint):
    """A blueprint whose routes describe their operation.

    `@bp.get(rule, operation="getIntegration", cacheable=True)` takes the fields of Operation
    beside Flask's own options; `families`, `java` and `emulation` of the resource are the
    defaults. Registered for an API family, it adds the routes of the operations that the family
    serves.
    """

    def __init__(
        self,
        name: str,
        import_name: str,
        families: frozenset[str] = frozenset(),
        java: str = "",
        emulation: Emulation = "served",
    ) -> None:
        super().__init__(name, import_name)
        self._defaults = {"families": families, "java": java, "emulation": emulation}

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        """Add a route; without families it belongs to whoever registers the blueprint."""
        given = {name: options.pop(name) for name in _FIELDS & options.keys()}
        operation = Operation(options.pop("operation"), **{**self._defaults, **given})

        def register(state: Any) -> None:
            if operation.families and state.options.get("family") not in operation.families:
                return
            state.add_url_rule(rule, operation.name, view_func, **options)
            operations(state.app)[f"{state.name}.{operation.name}"] = operation

        self.record(register)


_FIELDS = frozenset(Operation._fields) - {"name"}


def operations(app: Flask) -> dict[str, Operation]:
    """The operations of an application by Flask's endpoint."""
    return cast(dict[str, Operation], app.extensions.setdefault("operations", {}))


def accepted_date(accept: str) -> str:
    """The date of a version in an `Accept` header, or ""."""
    match = _ACCEPT.search(accept)
    try:
        return date.fromisoformat(match[1]).isoformat() if match else ""
    except ValueError:
        return ""
