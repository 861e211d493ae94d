"""The rate limits that OpsRamp announces with every answer.

They are announced and not kept: the budget never shrinks, so that no client sleeps
for the next minute (opsrampcli does with less than two calls left).
"""

from __future__ import annotations

from flask import Request

from ..api.context import current

MINUTE = 60
RESET = "X-RateLimit-Reset"
# Calls a minute and tenant (DOCS). What the vendor calls the buckets is not known (INFERRED).
BUCKETS = {"GET_SINGLE": 500, "GET_PAGED": 50, "WRITE": 50}


def rate_limits(request: Request) -> tuple[tuple[str, str], ...]:
    """Bare integers, as opsrampcli reads them with int() (CLIENT); the reset in epoch seconds."""
    bucket = _bucket(request)
    limit = BUCKETS[bucket]
    return (
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", str(limit - 1)),
        (RESET, reset(current().time.now())),
        ("X-Ratelimit-Bucket", bucket),
    )


def reset(now: float) -> str:
    """When the present minute ends, in epoch seconds."""
    return str((int(now) // MINUTE + 1) * MINUTE)


def _bucket(request: Request) -> str:
    if request.method not in ("GET", "HEAD"):
        return "WRITE"
    paged = request.path.rstrip("/").endswith(("/search", "/events", "/activity"))
    return "GET_PAGED" if paged else "GET_SINGLE"
