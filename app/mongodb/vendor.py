"""MongoDB as a vendor: its resources, and the families that a profile names."""

import re
from datetime import date

from ..api.api_family import Vendor
from ..config import ConfigError
from . import families, integrations, oauth, seeding, system
from .alerts import configs as alert_configs
from .alerts import events
from .alerts import global_configs as global_alert_configs
from .automation import (
    agent_keys,
    agents,
    clusters,
    hosts,
    measurements,
    preferred_hostnames,
    version_manifest,
)
from .automation import config as automation_config
from .backups import configs as backup_configs
from .backups import restore_jobs, snapshots
from .dialect import MongoDialect
from .errors import ERRORS
from .keys import access_lists, api_keys
from .people import (
    first_user,
    invitations,
    organization_members,
    project_members,
    project_teams,
    teams,
    users,
)
from .projects import organizations, projects, settings
from .prometheus import views as prometheus
from .rows import admin, atlas, empty_collections, exports, manager

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
        admin.bp,
        alert_configs.bp,
        agent_keys.bp,
        agents.bp,
        api_keys.bp,
        atlas.bp,
        automation_config.bp,
        backup_configs.bp,
        clusters.bp,
        empty_collections.bp,
        events.bp,
        exports.bp,
        first_user.bp,
        global_alert_configs.bp,
        hosts.bp,
        integrations.bp,
        invitations.bp,
        access_lists.bp,
        manager.bp,
        organization_members.bp,
        measurements.bp,
        organizations.bp,
        project_members.bp,
        project_teams.bp,
        projects.bp,
        restore_jobs.bp,
        settings.bp,
        snapshots.bp,
        system.bp,
        teams.bp,
        users.bp,
        version_manifest.bp,
    ),
    standalone=(
        admin.v2,
        oauth.bp,
        preferred_hostnames.bp,
        prometheus.bp,
        system.open_paths,
        version_manifest.static,
    ),
)
