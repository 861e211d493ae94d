"""Refusals: the exceptions that name one, and how an API family words it."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

import orjson

from ..mongodb.errors import PROBLEMS


@cache
def _grades() -> dict[str, str]:
    found: dict[str, str] = orjson.loads(files("opsemu.data").joinpath("grades.json").read_bytes())
    return found


def grade(code: str) -> str:
    """What it rests on that the vendor refuses with this code: a grade of evidence."""
    return _grades().get(code, "INFERRED")


class ApiError(Exception):
    """A refusal by its code and parameters; each API family has its own words for it."""

    def __init__(self, code: str, *parameters: str) -> None:
        super().__init__(code, *parameters)
        self.code = code
        self.parameters = parameters


def mongodb_error(error: ApiError) -> tuple[int, dict[str, Any]]:
    """The status, and the error as MongoDB writes it (RECORDED).

    Keys are alphabetical, parameters are strings.
    """
    status, code, sentence = PROBLEMS[error.code]
    return status, {
        "detail": sentence.format(*error.parameters),
        "error": status,
        "errorCode": code,
        "parameters": list(error.parameters),
        "reason": HTTPStatus(status).phrase,
    }


def oauth_error(error: ApiError) -> tuple[int, dict[str, Any]]:
    """The status, and the error as RFC 6749 has it (INFERRED: no recording)."""
    if error.code in PROBLEMS:
        return mongodb_error(error)
    return {"invalid_client": 401}.get(error.code, 400), {"error": error.code}


class Unauthorized(Exception):
    """No valid credentials: the authentication layer's own answer, with a challenge if any."""

    def __init__(self, challenge: str = "") -> None:
        super().__init__(challenge)
        self.challenge = challenge


class BareRefusal(Exception):
    """A refusal of the HTTP layer: a status and headers, and no body (RECORDED for 405)."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
