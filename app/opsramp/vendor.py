"""OpsRamp as a vendor: its family, OpsRamp v2, as data, with its errors and rate limits.

The table of errors is data/errors/opsramp.json.
"""

from typing import Any

from flask import Request

from ..api.api_family import AuthenticationRules, BodyRules, Dialect, HeaderRules, Vendor
from ..api.context import current
from ..api.errors import ApiError, load_errors
from . import seeding
from .constants import TOKENS, WEBHOOKS
from .paging import OpsRampPage

ERRORS = load_errors("opsramp")
RESET = "X-RateLimit-Reset"
# Requests per minute and tenant (DOCS). The vendor's names of the buckets are not known (INFERRED).
BUCKETS = {"GET_SINGLE": 500, "GET_PAGED": 50, "WRITE": 50}


def opsramp_error(error: ApiError) -> tuple[int, Any]:
    """Status and body of an error, in one of four shapes; None where the vendor sends no body.

    A 400 is an array of fields (SPEC; its sentences are INFERRED). The authentication layer has
    OAuth's shape (SPEC for the token path; 407 by four clients, ISSUE and DOCS). Not found is 500
    (CLIENT), with code 0003 as in the SPEC's "No resource found". A 404 has no body (INFERRED).
    """
    status, code, sentence, _ = ERRORS.get(error.code, ERRORS["UNEXPECTED_ERROR"])
    message = sentence.format(*error.parameters)
    if not code:
        return status, None
    if not code.isdigit():
        return status, {"error": code, "error_description": message}
    if status == 400:
        return status, [{"code": code, "fieldName": error.parameters[0], "message": message}]
    return status, {"code": code, "message": message}


def rate_limits(request: Request) -> tuple[tuple[str, str], ...]:
    """Headers with integers, which opsrampcli reads with int() (CLIENT).

    The limits are not enforced: the remaining number never falls, so that no client sleeps until
    the next minute (opsrampcli does with fewer than two requests left).
    """
    paged = request.path.rstrip("/").endswith(("/search", "/events", "/activity"))
    read = "GET_PAGED" if paged else "GET_SINGLE"
    bucket = read if request.method in ("GET", "HEAD") else "WRITE"
    return (
        ("X-RateLimit-Limit", str(BUCKETS[bucket])),
        ("X-RateLimit-Remaining", str(BUCKETS[bucket] - 1)),
        (RESET, reset(current().time.now())),
        ("X-Ratelimit-Bucket", bucket),
    )


def reset(now: float) -> str:
    """The end of the current minute, in seconds since the epoch."""
    return str((int(now) // 60 + 1) * 60)


OPSRAMP = Dialect(
    name="opsramp",
    prefix="/api/v2",
    vendor="opsramp",
    errors=ERRORS,
    error=opsramp_error,
    page=OpsRampPage.parse,
    authentication=AuthenticationRules(schemes=("bearer",), open_paths=frozenset(TOKENS)),
    headers=HeaderRules(per_request=rate_limits, volatile={RESET: lambda time: reset(time.now())}),
    # What is JSON is read whatever its type (INFERRED); requests without a body have no type.
    body=BodyRules(reads=r".*"),
    others=("/api/v3/", WEBHOOKS),
    operations="opsramp",
)
OPSRAMP_VENDOR = Vendor(
    name="opsramp",
    dialects=lambda profile: (OPSRAMP,),
    errors=ERRORS,
    seed_part=seeding,
    resources=(
        "opsemu.opsramp.available:bp",
        "opsemu.opsramp.installed:bp",
        "opsemu.opsramp.mappings:bp",
        "opsemu.opsramp.events:bp",
        "opsemu.opsramp.alerts:bp",
    ),
    standalone=("opsemu.opsramp.login:bp", "opsemu.opsramp.webhooks:bp"),
)
