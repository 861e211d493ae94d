"""The rate limits that OpsRamp announces with every answer.

They are announced and not kept: the budget never shrinks, so that no client sleeps
for the next minute (opsrampcli does with less than two calls left).
"""

from __future__ import annotations

from flask import Request

from .. import clock

MINUTE = 60
SINGLE, OTHERS = 500, 50  # calls a minute and tenant (DOCS)


def rate_limits(request: Request) -> tuple[tuple[str, str], ...]:
    """Bare integers, as opsrampcli reads them with int() (CLIENT); the reset in epoch seconds."""
    paged = request.path.rstrip("/").endswith(("/search", "/events", "/activity"))
    limit = SINGLE if request.method in ("GET", "HEAD") and not paged else OTHERS
    reset = (int(clock.now()) // MINUTE + 1) * MINUTE
    return (
        ("X-RateLimit-Limit", str(limit)),
        ("X-RateLimit-Remaining", str(limit - 1)),
        ("X-RateLimit-Reset", str(reset)),
    )
