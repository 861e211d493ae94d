"""Resources of Ops Manager and Cloud Manager that are rows (DOCS)."""

from opsemu.schemas.api_keys import GlobalListEntry
from opsemu.schemas.maintenance_windows import MaintenanceWindow
from opsemu.schemas.profiles import MANAGER, OPS_MANAGER

from ..api.routes import Resource
from .collections import Collection
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
    ),
    _global_list("/admin/whitelist", "Whitelist"),
    _global_list("/admin/accessList", "AccessList"),
)

bp = Resource("manager_rows", __name__, MANAGER)
for row in ROWS:
    row.register(bp)
