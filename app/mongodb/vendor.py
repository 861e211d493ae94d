"""MongoDB as a vendor: its resources, and the families that a profile names."""

import re

from ..api.api_family import Vendor
from ..config import ConfigError
from . import (
    alert_configs,
    empty_collections,
    families,
    integrations,
    oauth,
    organizations,
    projects,
    seeding,
    settings,
    system,
)
from .dialect import MongoDialect
from .errors import ERRORS

_PROFILE = re.compile(r"(ops-manager|cloud-manager|atlas)(?:@(\d{4}-\d\d)(-\d\d)?)?", re.ASCII)
_NEWEST = "9999-12-31"


def dialects(profile: str) -> tuple[MongoDialect, ...]:
    """All families, those that `profile` names as it says; raises ConfigError.

    `profile` is a list like `cloud-manager,atlas@2025-03`: `cloud-manager` takes the place
    of `ops-manager`, a month means its last day, and without a date it is the newest.
    """
    dates: dict[str, str] = {}
    for name in filter(None, profile.split(",")):
        match = _PROFILE.fullmatch(name.strip())
        if match is None:
            raise ConfigError(
                f"profile is ops-manager, cloud-manager or atlas, with @YYYY-MM, not {name!r}"
            )
        dates[match[1]] = f"{match[2]}{match[3] or '-31'}" if match[2] else _NEWEST
    if {"cloud-manager", "ops-manager"} <= dates.keys():
        raise ConfigError("profile: ops-manager and cloud-manager have the same address")
    manager = families.cloud_manager if "cloud-manager" in dates else families.ops_manager
    manager_date = dates.get("cloud-manager") or dates.get("ops-manager", _NEWEST)
    atlas_date = dates.get("atlas", _NEWEST)
    return (manager(manager_date), *(family(atlas_date) for family in families.ATLAS))


MONGODB = Vendor(
    name="mongodb",
    dialects=dialects,
    errors=ERRORS,
    seed_part=seeding,
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
