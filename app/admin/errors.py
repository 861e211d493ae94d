"""Error responses of the admin API: a status, and a JSON body with a code and a sentence."""

import logging
from functools import partial
from typing import Any

from flask import Flask, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from ..store import MissingOwner, StateError, StateUnavailable, UnusableName
from ..worlds.fault_rules import InvalidRule
from ..worlds.known_names import UnknownName
from ..worlds.manager import WorldError
from ..worlds.seed_errors import SeedError
from ..worlds.stored_tables import InvalidState, first_message

log = logging.getLogger("opsemu")

# Exceptions whose text is the message.
_ERRORS: dict[type[Exception], tuple[int, str]] = {
    InvalidRule: (400, "bad_rule"),
    UnknownName: (400, "bad_request"),
    InvalidState: (400, "bad_state"),
    SeedError: (400, "bad_seed"),
    StateError: (409, "bad_state"),
    StateUnavailable: (503, "state_unavailable"),
    UnusableName: (400, "bad_state"),
}
_WORLD_STATUS = {"missing": 404, "taken": 409, "fixed": 409}


class AdminError(Exception):
    """A request that cannot be answered: a status, a code for programs, a message for people."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def register_error_handlers(app: Flask) -> None:
    """Turn every exception into an error response."""
    for kind, (status, code) in _ERRORS.items():
        app.register_error_handler(kind, partial(_error, status, code))
    handle = app.register_error_handler
    handle(AdminError, lambda e: _error(e.status, e.code, e))
    handle(WorldError, lambda e: _error(_WORLD_STATUS[e.kind], f"world_{e.kind}", e))
    handle(ValidationError, lambda e: _error(400, "bad_request", first_message(e.messages)))
    handle(MissingOwner, _missing_owner)
    handle(HTTPException, _http_error)


def _error(status: int, code: str, message: object) -> tuple[dict[str, str], int]:
    if status == 503:
        log.error("%s %s was not served: %s", request.method, request.path, message)
    return {"error": code, "message": str(message)}, status


def _missing_owner(error: MissingOwner) -> tuple[dict[str, str], int]:
    kind, name = error.args[0].kind, error.args[0].name
    return _error(404, f"no_such_{kind}", f"there is no {kind} {name!r} in this world")


def _http_error(error: HTTPException) -> tuple[Any, ...]:
    code = error.name.lower().replace(" ", "_")
    headers = [(name, value) for name, value in error.get_headers() if name == "Allow"]
    return *_error(error.code or 500, code, error.description), headers
