"""MongoDB as a vendor: its resources, and the families that a profile names."""

import re
from datetime import date

from ..api.api_family import Vendor
from ..config import ConfigError
from . import families, seeding
from .dialect import MongoDialect
from .errors import ERRORS

_PROFILE = re.compile(
    r"(ops-manager|cloud-manager|atlas)(?:@(\d{4}-\d\d)(-\d\d)?)?|(ops-manager)@([5678]\.0)",
    re.ASCII,
)
_NEWEST = "9999-12-31"


def dialects(profile: str) -> tuple[MongoDialect, ...]:
    """All families, those that `profile` names as it says; raises ConfigError.

    `profile` is a list like `ops-manager@7.0,atlas@2025-03`: `cloud-manager` takes the place
    of `ops-manager`, a month means its last day, and without a date it is the newest.
    """
    dates: dict[str, str] = {}
    for name in filter(None, profile.split(",")):
        match = _PROFILE.fullmatch(name.strip())
        if match is None or (match[2] and not _is_day(f"{match[2]}{match[3] or '-01'}")):
            raise ConfigError(
                "profile is ops-manager, cloud-manager or atlas, with @YYYY-MM, "
                f"or ops-manager@5.0 to 8.0, not {name!r}"
            )
        family, month, day, manager, version = match.groups()
        if (family or manager) in dates:
            raise ConfigError(f"profile: {family or manager} is there twice")
        dates[family or manager] = version or (f"{month}{day or '-31'}" if month else _NEWEST)
    if {"cloud-manager", "ops-manager"} <= dates.keys():
        raise ConfigError("profile: ops-manager and cloud-manager have the same address")
    manager_date, atlas_date = (dates.get(name, _NEWEST) for name in ("ops-manager", "atlas"))
    if "cloud-manager" in dates:
        first = families.cloud_manager(dates["cloud-manager"])
    else:  # no two dates of Ops Manager are known to differ
        first = families.ops_manager(manager_date if "." in manager_date else _NEWEST)
    return (first, *(family(atlas_date) for family in families.ATLAS))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text) is not None
    except ValueError:
        return False


MONGODB = Vendor(
    name="mongodb",
    dialects=dialects,
    errors=ERRORS,
    seed_part=seeding,
    resources=(
        "opsemu.mongodb.integrations:bp",
        "opsemu.mongodb.rows.admin:bp",
        "opsemu.mongodb.alerts.configs:bp",
        "opsemu.mongodb.automation.agent_keys:bp",
        "opsemu.mongodb.automation.agents:bp",
        "opsemu.mongodb.keys.api_keys:bp",
        "opsemu.mongodb.rows.atlas:bp",
        "opsemu.mongodb.automation.config:bp",
        "opsemu.mongodb.backups.configs:bp",
        "opsemu.mongodb.automation.clusters:bp",
        "opsemu.mongodb.rows.empty_collections:bp",
        "opsemu.mongodb.alerts.events:bp",
        "opsemu.mongodb.rows.exports:bp",
        "opsemu.mongodb.people.first_user:bp",
        "opsemu.mongodb.alerts.global_configs:bp",
        "opsemu.mongodb.automation.hosts:bp",
        "opsemu.mongodb.people.invitations:bp",
        "opsemu.mongodb.keys.access_lists:bp",
        "opsemu.mongodb.rows.manager:bp",
        "opsemu.mongodb.people.organization_members:bp",
        "opsemu.mongodb.automation.measurements:bp",
        "opsemu.mongodb.projects.organizations:bp",
        "opsemu.mongodb.people.project_members:bp",
        "opsemu.mongodb.people.project_teams:bp",
        "opsemu.mongodb.projects.projects:bp",
        "opsemu.mongodb.backups.restore_jobs:bp",
        "opsemu.mongodb.projects.settings:bp",
        "opsemu.mongodb.backups.snapshots:bp",
        "opsemu.mongodb.system:bp",
        "opsemu.mongodb.people.teams:bp",
        "opsemu.mongodb.people.users:bp",
        "opsemu.mongodb.automation.version_manifest:bp",
    ),
    first=1,
    standalone=(
        "opsemu.mongodb.rows.admin:v2",
        "opsemu.mongodb.oauth:bp",
        "opsemu.mongodb.automation.preferred_hostnames:bp",
        "opsemu.mongodb.prometheus.views:bp",
        "opsemu.mongodb.system:open_paths",
        "opsemu.mongodb.automation.version_manifest:static",
    ),
)
