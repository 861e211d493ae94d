"""Resources of Ops Manager and Cloud Manager that are rows (DOCS)."""

from typing import NoReturn

from flask import Response

from opsemu.schemas.api_keys import GlobalListEntry
from opsemu.schemas.controlled_features import POLICIES, ControlledFeature
from opsemu.schemas.log_collection_jobs import LogCollectionJob
from opsemu.schemas.maintenance_windows import MaintenanceWindow
from opsemu.schemas.profiles import MANAGER, OPS_MANAGER

from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ..project_access import get_project
from .collections import Collection
from .log_jobs import LogJobs, gzip_reply
from .rows import Empty, Single


def _global_list(path: str, name: str) -> Collection:
    """The addresses that global keys may be used from, which is not enforced here."""
    return Collection(
        path=path,
        schema=GlobalListEntry,
        table="globalAccessList",
        operations={
            "list": f"getGlobal{name}",
            "create": f"addGlobal{name}Entry",
            "get": f"getGlobal{name}Entry",
            "update": f"updateGlobal{name}Entry",
            "delete": f"deleteGlobal{name}Entry",
        },
        not_found="GLOBAL_WHITELIST_ENTRY_NOT_FOUND",
        unique="cidrBlock",
        duplicate="DUPLICATE_GLOBAL_WHITELIST_ENTRY",
        options={"families": OPS_MANAGER},
    )


_ANY = {"methods": ["GET", "POST", "PUT", "PATCH", "DELETE"], "reads_body": False}
_ADVISOR = "/groups/<group_id>/hosts/<host_id>/performanceAdvisor"

ROWS: tuple[Collection | Single | Empty, ...] = (
    Collection(
        path="/groups/<group_id>/maintenanceWindows",
        schema=MaintenanceWindow,
        table="maintenanceWindows",
        operations={
            "list": "getMaintenanceWindows",
            "create": "createMaintenanceWindow",
            "get": "getMaintenanceWindow",
            "update": "updateMaintenanceWindow",
            "delete": "deleteMaintenanceWindow",
        },
        not_found="MAINTENANCE_WINDOW_NOT_FOUND",
        malformed="INVALID_WINDOW_ID",
        role="MONITORING_ADMIN",
        options={"emulation": "served"},  # no alerts are sent in one
    ),
    _global_list("/admin/whitelist", "Whitelist"),
    _global_list("/admin/accessList", "AccessList"),
    Single(
        path="/groups/<group_id>/controlledFeature",
        schema=ControlledFeature,
        table="controlledFeature",
        has_times=True,
        operations={"get": "getControlledFeature", "replace": "updateControlledFeature"},
    ),
    LogJobs(
        path="/groups/<group_id>/logCollectionJobs",
        schema=LogCollectionJob,
        table="logCollectionJobs",
        operations={
            "list": "getLogCollectionJobs",
            "create": "createLogCollectionJob",
            "get": "getLogCollectionJob",
            "update": "extendLogCollectionJob",
            "delete": "deleteLogCollectionJob",
            "retry": "retryLogCollectionJob",
            "download": "downloadLogCollectionJob",
        },
        not_found="LOG_COLLECTION_JOB_NOT_FOUND_IN_GROUP",
        malformed="INVALID_LOG_COLLECTION_JOB_ID",
        role="AUTOMATION_ADMIN",
        created=201,
    ),
    Empty(
        path=f"{_ADVISOR}/namespaces",
        operations={"get": "getSlowQueryNamespaces"},
        body={"namespaces": []},
    ),
    Empty(
        path=f"{_ADVISOR}/slowQueryLogs",
        operations={"get": "getSlowQueries"},
        body={"slowQueries": []},
    ),
    Empty(
        path=f"{_ADVISOR}/suggestedIndexes",
        operations={"get": "getSuggestedIndexes"},
        body={"shapes": [], "suggestedIndexes": []},
    ),
)

bp = Resource("manager_rows", __name__, MANAGER)
for row in ROWS:
    row.register(bp)


@bp.get("/groups/availablePolicies", operation="getAvailablePolicies")
def list_policies() -> Response:
    """All policies that a project may have (INFERRED: in the form of a project's own)."""
    policies = [{"policy": policy} for policy in POLICIES]
    return reply(ControlledFeature().show({"policies": policies, "created": None}))


@bp.get("/groups/<group_id>/diagnostics", operation="getDiagnostics")
def get_diagnostics(group_id: str) -> Response:
    """An archive of nothing."""
    get_project(group_id)
    return gzip_reply(b"")


@bp.route("/serverPool", operation="getServerPool", **_ANY)
@bp.route("/serverPool/<path:rest>", operation="getServerPool", **_ANY)
def refuse_server_pool(**_: str) -> NoReturn:
    """The answer of nearly every server, as the feature is off (DOCS)."""
    raise ApiError("SERVER_POOL_DISABLED")


@bp.route("/groups/<group_id>/serverPool", operation="getProjectServerPool", **_ANY)
@bp.route("/groups/<group_id>/serverPool/<path:rest>", operation="getProjectServerPool", **_ANY)
def refuse_project_server_pool(group_id: str, **_: str) -> NoReturn:
    """The same for a project."""
    get_project(group_id)
    raise ApiError("SERVER_POOL_DISABLED")
