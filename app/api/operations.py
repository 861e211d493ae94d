"""How Atlas runs each view, as its answers show it: Java method, rate limit, versions."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .errors import ApiError

FIRST_VERSION = "2023-01-01"


class Operation(NamedTuple):
    """The Java method that a header names, the calls a bucket holds, the versions there are.

    `reads` is whether a POST, PUT or PATCH has a body.
    """

    java: str
    limit: int = 1200
    versions: tuple[str, ...] = (FIRST_VERSION,)
    reads: bool = True

    @property
    def name(self) -> str:
        """What the vendor's document calls the operation."""
        return self.java.partition("::")[2]


# By blueprint and view. RECORDED for what the recordings call; the rest is named alike.
OPERATIONS = {
    "alert_configs.create": Operation("ApiAlertConfigsResource::addAlertConfig"),
    "alert_configs.delete": Operation("ApiAlertConfigsResource::deleteAlertConfig"),
    "alert_configs.get_one": Operation("ApiAlertConfigsResource::getAlertConfig"),
    "alert_configs.list_alerts": Operation("ApiAlertConfigsResource::getAlerts"),
    "alert_configs.list_all": Operation("ApiAlertConfigsResource::getAllAlertConfigs"),
    "alert_configs.toggle": Operation("ApiAlertConfigsResource::patchAlertConfig"),
    "alert_configs.update": Operation("ApiAlertConfigsResource::putAlertConfig"),
    "api_keys.list_all": Operation("ApiGroupApiUsersResource::getApiUsers"),
    "clusters.list_all": Operation(
        "ApiAtlasClustersResource::getAllClusters",
        versions=("2023-01-01", "2023-02-01", "2024-08-05"),
    ),
    "groups.create": Operation("ApiAtlasGroupsResource::addGroup"),
    "groups.delete": Operation("ApiAtlasGroupsResource::deleteGroup"),
    "groups.get_by_name": Operation("ApiAtlasGroupsResource::getGroupByName"),
    "groups.get_one": Operation("ApiAtlasGroupsResource::getGroup"),
    "groups.list_all": Operation("ApiAtlasGroupsResource::getAllGroups"),
    "groups.update": Operation("ApiAtlasGroupsResource::patchGroup"),
    "integrations.create": Operation("ApiGroupIntegrationsResource::createIntegration"),
    "integrations.delete": Operation("ApiGroupIntegrationsResource::deleteIntegration"),
    "integrations.get_one": Operation("ApiGroupIntegrationsResource::getIntegration"),
    "integrations.list_all": Operation("ApiGroupIntegrationsResource::getIntegrations"),
    "integrations.update": Operation("ApiGroupIntegrationsResource::updateIntegration"),
    "ip_addresses.get": Operation("ApiAtlasGroupsResource::getGroupIpAddresses"),
    "limits.list_all": Operation("ApiAtlasGroupLimitsResource::getGroupLimits"),
    "matchers.list_names": Operation(
        "ApiAlertConfigsMatchersResource::getAlertConfigMatchersFieldNames", 300
    ),
    "organizations.get_one": Operation("ApiOrganizationsResource::getOrg", 500),
    "organizations.list_all": Operation("ApiOrganizationsResource::getAllOrgs", 300),
    "organizations.list_projects": Operation("ApiOrganizationsResource::getOrgGroups", 500),
    "private.ip_info": Operation("ApiPrivateIpInfoResource::getIpInfo"),
    "root.get": Operation("ApiRootResource::getRoot", 300),
    "settings.get": Operation("ApiAtlasGroupsResource::getGroupSettings"),
    "settings.update": Operation("ApiAtlasGroupsResource::patchGroupSettings"),
    "slow_ms.disable": Operation("ApiAtlasManagedSlowMsResource::disable"),
    "slow_ms.enable": Operation("ApiAtlasManagedSlowMsResource::enable", reads=False),
    "slow_ms.get": Operation("ApiAtlasManagedSlowMsResource::get"),
    "teams.list_all": Operation("ApiGroupTeamsResource::getTeams"),
}

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_ACCEPTED = re.compile(r"application/vnd\.atlas\.(\d{4}-\d\d-\d\d)\+json", re.ASCII)


def operation(endpoint: str) -> Operation | None:
    """How Atlas runs the view of an endpoint; None where that shows nothing of it."""
    return OPERATIONS.get(endpoint.partition("/")[2])


def reads_body(method: str, endpoint: str) -> bool:
    """Whether a request has a body, whose type counts."""
    known = operation(endpoint)
    return method in _WITH_BODY and (known is None or known.reads)


@lru_cache(maxsize=512)  # an application has fewer endpoints
def operation_name(endpoint: str | None) -> str | None:
    """What an endpoint is called in the journal and in rules: as its vendor calls it, or alike."""
    place = (endpoint or "").rpartition("/")[2]
    if place in OPERATIONS:
        return OPERATIONS[place].name
    resource, _, view = place.partition(".")
    first, *others = f"{view}_{resource.removeprefix('opsramp_')}".split("_")
    return first + "".join(map(str.capitalize, others)) if view else None


def version(accept: str, endpoint: str) -> str:
    """The newest version of an endpoint's operation that is no younger than the date accepted.

    Raises INVALID_VERSION_DATE (`*/*` and `application/json` are INFERRED to be none).
    """
    asked = _date(accept)
    known = operation(endpoint)
    versions = known.versions if known else (FIRST_VERSION,)
    fitting = [version for version in versions if version <= asked]
    if not fitting:
        raise ApiError("INVALID_VERSION_DATE")
    return fitting[-1]


def _date(accept: str) -> str:
    match = _ACCEPTED.search(accept)
    try:
        return date.fromisoformat(match[1]).isoformat() if match else ""
    except ValueError:
        return ""
