"""OpsRamp v2 as a row of data."""

from __future__ import annotations

from ..api.api_family import Dialect
from .errors import opsramp_error
from .paging import OpsRampPage
from .rate_limits import RESET, rate_limits, reset

_RESOURCES = ("available", "installed", "access", "mappings", "events")

OPSRAMP = Dialect(
    "opsramp",
    "/api/v2",
    media_type="application/json",
    security=(),
    framing=(),
    unauthorized=b"",
    challenged_with_body=frozenset(),
    reconfigured=frozenset(),
    not_visible="NOT_AUTHORIZED",
    vendor="opsramp",
    error=opsramp_error,
    page=OpsRampPage.parse,
    options=frozenset(),
    schemes=("bearer",),
    # One of them is in the documentation, the other in clients (SPEC, CLIENT).
    open_paths=frozenset({"/auth/oauth/token", "/tenancy/auth/oauth/token"}),
    resources=frozenset(f"opsramp_{name}" for name in _RESOURCES),
    announced=rate_limits,
    volatile={RESET: lambda opened: reset()},
    version="",
    # What is JSON is read whatever it is called (INFERRED); calls without a body have no type.
    reads=r".*",
    # The SPEC writes two of its paths with `/v2//tenants`.
    merges_slashes=True,
)
