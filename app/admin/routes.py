"""Routes that say what they take and give; the OpenAPI document is made of just that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar, cast

import orjson
from flask import Blueprint, current_app, request
from marshmallow import RAISE, Schema

from .errors import Problem

View = TypeVar("View", bound=Callable[..., Any])


class Fields(Schema):
    """What a body or a query may hold; anything else is refused."""

    class Meta:
        unknown = RAISE


class Operation(NamedTuple):
    """One documented operation: its answers by status, each a JSON Schema (None: no body)."""

    answers: Mapping[int, Any]
    body: type[Fields] | None
    query: type[Fields] | None
    media_type: str


class Routes(Blueprint):
    """A blueprint whose routes are declared with what they take and give."""

    def on(
        self,
        method: str,
        path: str,
        answers: Mapping[int, Any],
        *,
        body: type[Fields] | None = None,
        query: type[Fields] | None = None,
        media_type: str = "application/json",
    ) -> Callable[[View], View]:
        """Route a view; its docstring is its summary."""

        def register(view: View) -> View:
            operation = Operation(answers, body, query, media_type)
            self.add_url_rule(
                path, view_func=view, methods=[method], provide_automatic_options=False
            )
            self.record(
                lambda state: _operations(state.app).update(
                    {f"{self.name}.{view.__name__}": operation}
                )
            )
            return view

        return register


def _operations(app: Any) -> dict[str, Operation]:
    return cast(dict[str, Operation], app.extensions.setdefault("operations", {}))


def operations() -> dict[str, Operation]:
    """All operations of the current application by endpoint."""
    return _operations(current_app)


def body() -> dict[str, Any]:
    """The request's JSON object, checked; raises Problem, ValidationError."""
    schema = operations()[str(request.endpoint)].body
    assert schema is not None
    try:
        value = orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError as error:
        raise Problem(400, "bad_json", f"the body is not JSON: {error}") from None
    return cast(dict[str, Any], schema().load(value))


def query() -> dict[str, Any]:
    """The request's query, checked; raises ValidationError."""
    schema = operations()[str(request.endpoint)].query
    assert schema is not None
    return cast(dict[str, Any], schema().load(request.args.to_dict()))
