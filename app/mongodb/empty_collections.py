"""What clients list in a project around its integrations, and what is always empty here."""

from flask import Response

from opsemu.schemas.profiles import ATLAS, ATLAS_V2, EVERY

from ..api.context import current
from ..api.responses import reply
from ..api.routes import Resource
from .project_access import get_project

bp = Resource("empty_collections", __name__, EVERY, emulation="empty")


@bp.get("/groups/<group_id>/apiKeys", operation="getApiUsers", java="ApiGroupApiUsersResource")
@bp.get("/groups/<group_id>/teams", operation="getTeams", java="ApiGroupTeamsResource")
@bp.get(
    "/groups/<group_id>/clusters",
    operation="getAllClusters",
    families=ATLAS,
    java="ApiAtlasClustersResource",
    versions=("2023-01-01", "2023-02-01", "2024-08-05"),
)
def list_nothing(group_id: str) -> Response:
    """No keys (roles come from organizations here), teams or clusters (Terraform counts them)."""
    get_project(group_id)
    return reply(current().page.of([]))


@bp.get(
    "/groups/<group_id>/ipAddresses",
    operation="getGroupIpAddresses",
    families=ATLAS_V2,
    java="ApiAtlasGroupsResource",
)
def get_ip_addresses(group_id: str) -> Response:
    """No addresses (SPEC)."""
    return reply({"groupId": get_project(group_id).id, "services": {"clusters": []}})


@bp.get(
    "/groups/<group_id>/limits",
    operation="getGroupLimits",
    families=ATLAS,
    java="ApiAtlasGroupLimitsResource",
)
def list_limits(group_id: str) -> Response:
    """No limits set: an array without a page around it (SPEC)."""
    get_project(group_id)
    return reply([])
