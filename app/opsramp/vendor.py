"""OpsRamp as a vendor: its family, errors and resources."""

from __future__ import annotations

from ..api.api_family import Vendor
from . import access, available, event_views, installed, login, mappings, seeding
from .errors import ERRORS
from .family import NAME, OPSRAMP

OPSRAMP_VENDOR = Vendor(
    name=NAME,
    dialects=lambda profile: (OPSRAMP,),
    errors=ERRORS,
    seed_part=seeding,
    resources=(available.bp, installed.bp, access.bp, mappings.bp, event_views.bp),
    standalone=(login.bp,),
)
