"""MongoDB as a vendor: its families, errors and resources."""

from __future__ import annotations

from ..api.api_family import Vendor
from . import (
    alert_configs,
    empty_collections,
    integrations,
    oauth,
    organizations,
    projects,
    settings,
    system,
)
from .errors import ERRORS
from .profiles import dialects
from .seeding import SEED_PART

MONGODB = Vendor(
    name="mongodb",
    dialects=dialects,
    errors=ERRORS,
    seed_part=SEED_PART,
    resources=(
        alert_configs.bp,
        empty_collections.bp,
        integrations.bp,
        organizations.bp,
        projects.bp,
        settings.bp,
        system.bp,
    ),
    standalone=(oauth.bp, system.version),
)
