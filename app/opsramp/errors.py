"""OpsRamp's refusals: four shapes of body, and the one place that knows which is whose."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..api.errors import ApiError


class Refusal(NamedTuple):
    """A status, the code on the wire and a sentence with a `{}` per parameter."""

    status: int
    code: str = ""
    sentence: str = ""


UNEXPECTED = Refusal(500, "0005", "Unexpected error")

REFUSALS = {
    # 400 is an array of fields (SPEC); the sentences are INFERRED.
    "INVALID_VALUE": Refusal(400, "0002", "Invalid {} : {}"),
    "INVALID_JSON": Refusal(400, "0002", "Malformed JSON in the request {}"),
    "UNKNOWN_ATTRIBUTE": Refusal(400, "0002", "No {} attribute found with name : {} of {}"),
    "MANDATORY": Refusal(400, "0002", "{} is mandatory"),
    # The authentication layer (SPEC for the token path; 407 by four clients, ISSUE and DOCS).
    "INVALID_REQUEST": Refusal(400, "invalid_request", "Missing grant type"),
    "UNSUPPORTED_GRANT_TYPE": Refusal(400, "unsupported_grant_type", "Unsupported grant type: {}"),
    "BAD_CREDENTIALS": Refusal(401, "unauthorized", "Bad API credentials"),
    "NO_CREDENTIALS": Refusal(401, "unauthorized", "Full authentication is required"),
    "NOT_AUTHORIZED": Refusal(
        401, "unauthorized", "System or user is not authorized to use the API"
    ),
    "IP_ADDRESS_NOT_ON_ACCESS_LIST": Refusal(401, "unauthorized", "Address {} is not allowed"),
    "INVALID_TOKEN": Refusal(407, "invalid_token", "Invalid access token"),
    "TENANT_GONE": Refusal(410, "gone", "Tenant {} is deactivated"),
    # Not found is 500 (CLIENT); code 0003 as in the SPEC's "No resource found".
    "NO_INSTALLED_INTEGRATION": Refusal(500, "0003", "No installed integration found with id : {}"),
    "NO_EVENT": Refusal(500, "0003", "No event found with id : {}"),
    "NO_MAPPING": Refusal(500, "0003", "No mapping attribute found with id : {}"),
    "NO_INTEGRATION": Refusal(500, "0005", "No integration found with id : {}"),
    "ALREADY_INSTALLED": Refusal(500, "0005", "Integration {} is already installed"),
    "NOT_SUPPORTED": Refusal(500, "0005", "Config file {} is not supported for integration : {}"),
    "UNEXPECTED_ERROR": UNEXPECTED,
    # No body is known (INFERRED: none).
    "RESOURCE_NOT_FOUND": Refusal(404),
}


def opsramp_error(error: ApiError) -> tuple[int, Any]:
    """Status and body of a refusal; None where the vendor sends no body."""
    status, code, sentence = REFUSALS.get(error.code, UNEXPECTED)
    message = sentence.format(*error.parameters)
    if not code:
        return status, None
    if not code.isdigit():
        return status, {"error": code, "error_description": message}
    if status == 400:
        return status, [{"code": code, "fieldName": error.parameters[0], "message": message}]
    return status, {"code": code, "message": message}
