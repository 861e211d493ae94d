"""What the control plane says when it cannot do what was asked."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from ..store import StateError, StateUnavailable
from ..worlds.manager import WorldError
from ..worlds.seed_schema import SeedError, first_message
from .responses import answer

log = logging.getLogger("opsemu")

_STATUS = {"missing": 404, "taken": 409, "fixed": 409}


class Problem(Exception):
    """A refusal: a status, a word for programs and a sentence for people."""

    def __init__(self, status: int, word: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.word = word
        self.sentence = sentence


def init_app(app: Flask) -> None:
    """Answer each failure with a small JSON body."""
    app.register_error_handler(Problem, lambda e: problem(e.status, e.word, e.sentence))
    app.register_error_handler(
        WorldError, lambda e: problem(_STATUS[e.kind], f"world_{e.kind}", str(e))
    )
    app.register_error_handler(SeedError, lambda e: problem(400, "bad_seed", str(e)))
    app.register_error_handler(StateUnavailable, _unavailable)
    app.register_error_handler(StateError, lambda e: problem(409, "bad_state", str(e)))
    app.register_error_handler(
        ValidationError, lambda e: problem(400, "bad_request", first_message(e.messages))
    )
    app.register_error_handler(HTTPException, _http)


def problem(status: int, word: str, sentence: str) -> Response:
    """The one shape of all refusals."""
    return answer({"error": word, "message": sentence}, status)


def _unavailable(error: StateUnavailable) -> Response:
    log.error("%s %s was not served: %s", request.method, request.path, error)
    return problem(503, "state_unavailable", str(error))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    refused = problem(status, error.name.lower().replace(" ", "_"), error.description or "")
    for name, value in error.get_headers():
        if name == "Allow":
            refused.headers[name] = value
    return refused
