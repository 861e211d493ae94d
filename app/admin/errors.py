"""Error responses of the admin API: a status, and a JSON body with a code and a sentence."""

from __future__ import annotations

import logging
from typing import cast

from flask import Flask, Response, current_app, request
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import HTTPException

from ..store import MissingOwner, Owner, StateError, StateUnavailable
from ..worlds.exported_state import BadState
from ..worlds.fault_rules import BadRule
from ..worlds.manager import WorldError
from ..worlds.seed_schema import SeedError, first_message

log = logging.getLogger("opsemu")

# Exceptions whose text is the message.
_ERRORS: dict[type[Exception], tuple[int, str]] = {
    BadRule: (400, "bad_rule"),
    BadState: (400, "bad_state"),
    SeedError: (400, "bad_seed"),
    StateError: (409, "bad_state"),
    StateUnavailable: (503, "state_unavailable"),
}
_WORLD_STATUS = {"missing": 404, "taken": 409, "fixed": 409}


class ErrorBody(Schema):
    """The body of every error response."""

    error = fields.String(required=True)
    message = fields.String(required=True)


class AdminError(Exception):
    """A request that cannot be answered: a status, a code for programs, a message for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def init_app(app: Flask) -> None:
    """Turn every exception into an error response."""
    app.register_error_handler(AdminError, lambda e: error_response(e.status, e.code, e))
    for kind in _ERRORS:
        app.register_error_handler(kind, _listed)
    app.register_error_handler(
        WorldError, lambda e: error_response(_WORLD_STATUS[e.kind], f"world_{e.kind}", e)
    )
    app.register_error_handler(
        ValidationError, lambda e: error_response(400, "bad_request", first_message(e.messages))
    )
    app.register_error_handler(MissingOwner, _missing_owner)
    app.register_error_handler(HTTPException, _http)


def error_response(status: int, code: str, message: object) -> Response:
    """The response for an error."""
    content = current_app.json.dumps({"error": code, "message": str(message)})
    return Response(content, status, mimetype="application/json")


def _listed(error: Exception) -> Response:
    status, code = next(_ERRORS[kind] for kind in type(error).__mro__ if kind in _ERRORS)
    if status == 503:
        log.error("%s %s was not served: %s", request.method, request.path, error)
    return error_response(status, code, error)


def _missing_owner(error: MissingOwner) -> Response:
    owner = cast(Owner, error.args[0])
    message = f"there is no {owner.kind} {owner.name!r} in this world"
    return error_response(404, f"no_such_{owner.kind}", message)


def _http(error: HTTPException) -> Response:
    code = error.name.lower().replace(" ", "_")
    response = error_response(error.code or 500, code, error.description)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response
