"""Errors: the exceptions that end a request, and the vendors' tables of errors."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import orjson


class ErrorSpec(NamedTuple):
    """An error of a vendor: its sentence has a `{}` for each parameter.

    `grade` says what the behaviour rests on: RECORDED, SPEC, DOCS, CLIENT, ISSUE, INFERRED.
    """

    status: int
    code: str
    sentence: str
    grade: str


@cache
def load_errors(vendor: str) -> dict[str, ErrorSpec]:
    """The error table of a vendor, `data/errors/<vendor>.json`, by code."""
    table = orjson.loads(files("opsemu.data").joinpath("errors", f"{vendor}.json").read_bytes())
    return {
        code: ErrorSpec(row["status"], row.get("code", code), row["sentence"], row["grade"])
        for code, row in table.items()
    }


class ApiError(Exception):
    """An error by its code and parameters; the API family gives it status and body."""

    def __init__(self, code: str, *parameters: str) -> None:
        super().__init__(code, *parameters)
        self.code = code
        self.parameters = parameters


class Unauthorized(Exception):
    """No valid credentials: the authentication layer's own 401, with a header per challenge."""

    def __init__(self, *challenges: str) -> None:
        super().__init__(*challenges)
        self.challenges = challenges


class EmptyErrorResponse(Exception):
    """An error of the HTTP layer: a status and headers without a body (RECORDED for 405)."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers
