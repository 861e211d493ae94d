"""OpsRamp's errors: four shapes of body; the table is data/errors/opsramp.json.

A 400 is an array of fields (SPEC; its sentences are INFERRED). The authentication layer has
OAuth's shape (SPEC for the token path; 407 by four clients, ISSUE and DOCS). Not found is 500
(CLIENT), with code 0003 as in the SPEC's "No resource found". A 404 has no body (INFERRED).
"""

from __future__ import annotations

from typing import Any

from ..api.errors import ApiError, load_errors

ERRORS = load_errors("opsramp")


def opsramp_error(error: ApiError) -> tuple[int, Any]:
    """Status and body of an error; the body is None where the vendor sends none."""
    status, code, sentence, _ = ERRORS.get(error.code, ERRORS["UNEXPECTED_ERROR"])
    message = sentence.format(*error.parameters)
    if not code:
        return status, None
    if not code.isdigit():
        return status, {"error": code, "error_description": message}
    if status == 400:
        return status, [{"code": code, "fieldName": error.parameters[0], "message": message}]
    return status, {"code": code, "message": message}
