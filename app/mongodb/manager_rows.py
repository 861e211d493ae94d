"""Resources of Ops Manager and Cloud Manager that are rows (DOCS)."""

from opsemu.schemas.maintenance_windows import MaintenanceWindow
from opsemu.schemas.profiles import MANAGER

from ..api.routes import Resource
from .collections import Collection
from .rows import Empty, Single

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
)

bp = Resource("manager_rows", __name__, MANAGER)
for row in ROWS:
    row.register(bp)
