"""OpsRamp as a vendor: its family, OpsRamp v2, as data, its errors and resources."""

from __future__ import annotations

from ..api.api_family import AuthenticationRules, BodyRules, Dialect, HeaderRules, Vendor
from . import available, events, installed, login, mappings
from .errors import ERRORS, opsramp_error
from .rate_limits import RESET, rate_limits, reset
from .request_helpers import OpsRampPage
from .seeding import SEED_PART

OPSRAMP = Dialect(
    name="opsramp",
    prefix="/api/v2",
    vendor="opsramp",
    errors=ERRORS,
    error=opsramp_error,
    page=OpsRampPage.parse,
    authentication=AuthenticationRules(schemes=("bearer",), open_paths=frozenset(login.PATHS)),
    headers=HeaderRules(
        per_request=rate_limits, version="", volatile={RESET: lambda time: reset(time.now())}
    ),
    # What is JSON is read whatever its type (INFERRED); requests without a body have no type.
    body=BodyRules(reads=r".*"),
    # The SPEC writes two of its paths with `/v2//tenants`.
    merges_slashes=True,
)
OPSRAMP_VENDOR = Vendor(
    name="opsramp",
    dialects=lambda profile: (OPSRAMP,),
    errors=ERRORS,
    seed_part=SEED_PART,
    resources=(available.bp, installed.bp, mappings.bp, events.bp),
    standalone=(login.bp,),
)
