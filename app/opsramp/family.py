"""OpsRamp v2 as data."""

from __future__ import annotations

from ..api.api_family import AuthenticationRules, BodyRules, Dialect, HeaderRules
from .errors import ERRORS, opsramp_error
from .paging import OpsRampPage
from .rate_limits import RESET, rate_limits, reset

NAME = "opsramp"
FAMILIES = frozenset({NAME})
# One of them is in the documentation, the other in clients (SPEC, CLIENT).
TOKEN_PATHS = ("/auth/oauth/token", "/tenancy/auth/oauth/token")

OPSRAMP = Dialect(
    name=NAME,
    prefix="/api/v2",
    vendor=NAME,
    errors=ERRORS,
    error=opsramp_error,
    page=OpsRampPage.parse,
    authentication=AuthenticationRules(schemes=("bearer",), open_paths=frozenset(TOKEN_PATHS)),
    headers=HeaderRules(
        per_request=rate_limits, version="", volatile={RESET: lambda time: reset(time.now())}
    ),
    # What is JSON is read whatever its type (INFERRED); requests without a body have no type.
    body=BodyRules(reads=r".*"),
    # The SPEC writes two of its paths with `/v2//tenants`.
    merges_slashes=True,
)
