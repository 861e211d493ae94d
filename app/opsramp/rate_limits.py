"""The rate limit headers of OpsRamp's responses.

The limits are not enforced: the remaining number never falls, so that no client sleeps until
the next minute (opsrampcli does with fewer than two requests left).
"""

from __future__ import annotations

from flask import Request

from ..api.context import current

RESET = "X-RateLimit-Reset"
# Requests per minute and tenant (DOCS). The vendor's names of the buckets are not known (INFERRED).
BUCKETS = {"GET_SINGLE": 500, "GET_PAGED": 50, "WRITE": 50}


def rate_limits(request: Request) -> tuple[tuple[str, str], ...]:
    """Headers with integers, which opsrampcli reads with int() (CLIENT)."""
    paged = request.path.rstrip("/").endswith(("/search", "/events", "/activity"))
    read = "GET_PAGED" if paged else "GET_SINGLE"
    bucket = read if request.method in ("GET", "HEAD") else "WRITE"
    limit = BUCKETS[bucket]
    return (
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", str(limit - 1)),
        (RESET, reset(current().time.now())),
        ("X-Ratelimit-Bucket", bucket),
    )


def reset(now: float) -> str:
    """The end of the current minute, in seconds since the epoch."""
    return str((int(now) // 60 + 1) * 60)
