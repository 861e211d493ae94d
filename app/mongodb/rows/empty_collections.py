"""What clients list in a project around its integrations, and what is always empty here."""

from typing import Any

from flask import Response

from opsemu.schemas.profiles import ATLAS, ATLAS_V2, EVERY

from ...api.responses import reply
from ...api.routes import Resource
from ..project_access import get_project
from .rows import Empty

bp = Resource("empty_collections", __name__, EVERY, emulation="empty")


@bp.get(
    "/groups/<group_id>/ipAddresses",
    operation="getGroupIpAddresses",
    families=ATLAS_V2,
    java="ApiAtlasGroupsResource",
)
def get_ip_addresses(group_id: str) -> Response:
    """No addresses (SPEC)."""
    return reply({"groupId": get_project(group_id).id, "services": {"clusters": []}})


def _empty(path: str, name: str, java: str, body: Any = None, **options: Any) -> Empty:
    described = {"java": f"ApiAtlas{java}Resource", "families": ATLAS, **options}
    return Empty(
        path=f"/groups/<group_id>/{path}", operations={"get": name}, body=body, options=described
    )


_ROLES: dict[str, Any] = {
    "awsIamRoles": [],
    "azureServicePrincipals": [],
    "gcpServiceAccounts": [],
}

# SPEC, or what clients need to go on (CLIENT: the operator for Atlas, Terraform).
ROWS = (
    _empty(
        "clusters",
        "getAllClusters",
        "Clusters",
        versions=("2023-01-01", "2023-02-01", "2024-08-05"),
    ),
    _empty("cloudProviderAccess", "getCloudProviderAccessRoles", "CloudProviderAccess", _ROLES),
    _empty("containers", "getAllContainers", "NetworkContainer"),
    _empty("containers/all", "getEveryContainer", "NetworkContainer"),
    _empty(
        "databaseUsers/<username>/certs",
        "getValidCertsByUsername",
        "V2DatabaseUsers",
        limited_with="certs",
    ),
    _empty("flexClusters", "getAllFlexClusters", "FlexCluster", versions=("2024-11-13",)),
    _empty("peers", "getAllPeers", "NetworkPeering"),
    _empty(
        "privateEndpoint/<provider>/endpointService",
        "getEndpointServices",
        "PrivateEndpoint",
        (),
        limit=4000,
    ),
    _empty("processes", "getAllProcesses", "Processes"),
    _empty("serverless", "getAllServerlessInstances", "ServerlessInstance"),
)

for row in ROWS:
    row.register(bp)
