"""MongoDB's errors; the table is data/errors/mongodb.json, a row per error code."""

from http import HTTPStatus
from typing import Any

from ..api.errors import ApiError, load_errors

ERRORS = load_errors("mongodb")


def mongodb_error(error: ApiError) -> tuple[int, dict[str, Any]]:
    """Status and body; keys are alphabetical, parameters are strings (RECORDED).

    Parameters for which the sentence has no place are left out, as are empty ones (ISSUE).
    """
    status, code, sentence, _ = ERRORS[error.code]
    parameters = error.parameters[: sentence.count("{}")]
    return status, {
        "detail": sentence.format(*parameters),
        "error": status,
        "errorCode": code,
        "parameters": list(filter(None, parameters)),
        "reason": HTTPStatus(status).phrase,
    }


def oauth_error(error: ApiError) -> tuple[int, dict[str, Any]]:
    """Status and body as RFC 6749 has them (INFERRED: no recording)."""
    if error.code in ERRORS:
        return mongodb_error(error)
    return {"invalid_client": 401}.get(error.code, 400), {"error": error.code}
