"""Resources of Ops Manager itself that are rows (DOCS)."""

import re
from typing import Any

from flask import Response

from opsemu.schemas.application_settings import ApplicationSettings, DefaultServerType
from opsemu.schemas.backup_administration import Daemon, ProjectBackup
from opsemu.schemas.backup_stores import FileSystemStore, MongoStore, S3Store, mask_credential
from opsemu.schemas.base import ResourceSchema
from opsemu.schemas.profiles import OPS_MANAGER

from ...api import headers
from ...api.context import current
from ...api.responses import reply
from ...api.routes import Resource
from ...store import Document
from ..parents import Parent, get_application
from .application_settings import Settings
from .backup_daemons import Daemons
from .collections import Collection
from .rows import Empty, Single

_CREDENTIALS = ("awsAccessKey", "awsSecretKey", "uri")
_VERSION = re.compile(r"versionString=(\d+)\.(\d+)\.(\d+)", re.ASCII)


class Store(Collection):
    """Stores of a kind; since version 8.0.26 they are shown without credentials (CLIENT)."""

    def show(self, document: Document, key: str = "") -> dict[str, Any]:
        """The store as its administrator sees it."""
        version = _VERSION.search(headers.service_version(current()))
        is_masked = version is not None and tuple(map(int, version.groups())) >= (8, 0, 26)
        return {**super().show(document, key), **(_masked(document) if is_masked else {})}

    def replaced(self, old: Document, body: Document) -> Document:
        """The new store; a credential that is sent as it is shown stays (DOCS)."""
        masks = _masked(old)
        sent = {name: old[name] for name in masks if body.get(name) == masks[name]}
        return super().replaced(old, {**body, **sent})

    def documents(self, parent: Parent) -> list[Document]:
        """The stores by id, with `assignableOnly` those for new backups.

        All are listed without it (INFERRED: clients look here whether a store exists).
        """
        stores, assignable = super().documents(parent), current().query.flag("assignableOnly")
        return [each for each in stores if each.get("assignmentEnabled") or not assignable]


def _masked(document: Document) -> Document:
    present = (name for name in _CREDENTIALS if document.get(name))
    return {name: mask_credential(document[name]) for name in present}


def _store(path: str, name: str, schema: type[ResourceSchema], kind: str, table: str = "") -> Store:
    return Store(
        path=path,
        schema=schema,
        table=table or name[0].lower() + name[1:] + "s",
        operations={
            "list": f"get{name}s",
            "create": f"create{name}",
            "get": f"get{name}",
            "replace": f"update{name}",
            "delete": f"delete{name}",
        },
        not_found=f"{kind}_CONFIG_NOT_FOUND",
        created=201,
    )


_ADMIN = "/admin/backup"
_SERVER_TYPE = "defaultServerType"

ROWS: tuple[Collection | Single | Empty, ...] = (
    _store(f"{_ADMIN}/snapshot/mongoConfigs", "Blockstore", MongoStore, "MONGO_SNAPSHOT"),
    _store(f"{_ADMIN}/snapshot/s3Configs", "S3Blockstore", S3Store, "S3_SNAPSHOT"),
    _store(
        f"{_ADMIN}/snapshot/fileSystemConfigs",
        "FileSystemStore",
        FileSystemStore,
        "FILESYSTEM_SNAPSHOT",
    ),
    _store(f"{_ADMIN}/oplog/mongoConfigs", "OplogStore", MongoStore, "MONGO_OPLOG"),
    _store(f"{_ADMIN}/oplog/s3Configs", "S3OplogStore", S3Store, "S3_OPLOG"),
    _store(f"{_ADMIN}/sync/mongoConfigs", "SyncStore", MongoStore, "MONGO_SYNC"),
    Daemons(
        path=f"{_ADMIN}/daemon/configs",
        item="<path:item_id>",
        schema=Daemon,
        table="backupDaemons",
        key="place",
        order="place",
        operations={
            "list": "getBackupDaemons",
            "get": "getBackupDaemon",
            "replace": "updateBackupDaemon",
            "delete": "deleteBackupDaemon",
        },
        not_found="DAEMON_MACHINE_CONFIG_NOT_FOUND",
        upserts=True,
    ),
    Collection(
        path=f"{_ADMIN}/groups",
        schema=ProjectBackup,
        table="projectBackups",
        operations={
            "list": "getProjectBackups",
            "get": "getProjectBackup",
            "replace": "updateProjectBackup",
        },
        not_found="GROUP_NOT_FOUND",
        malformed="INVALID_GROUP_ID",
        upserts=True,
    ),
    Settings(
        path="/admin/settings",
        schema=ApplicationSettings,
        table="applicationSettings",
        operations={"get": "getGlobalSettings", "update": "updateGlobalSettings"},
    ),
    Empty(path="/usage/assignments", operations={"get": "getHostAssignments"}),
    Empty(path="/usage/groups/<group_id>/hosts", operations={"get": "getProjectHostAssignments"}),
    Empty(
        path="/usage/organizations/<org_id>/hosts",
        operations={"get": "getOrganizationHostAssignments"},
    ),
    Single(
        path="/usage/groups/<group_id>/defaultServerType",
        schema=DefaultServerType,
        table=_SERVER_TYPE,
        operations={
            "get": "getProjectServerType",
            "replace": "updateProjectServerType",
        },
    ),
    Single(
        path="/usage/organizations/<org_id>/defaultServerType",
        schema=DefaultServerType,
        table=_SERVER_TYPE,
        operations={
            "get": "getOrganizationServerType",
            "replace": "updateOrganizationServerType",
        },
    ),
)

# The API's v2.0 has one resource, whose documents are those of v1.0.
V2_ROW = _store(
    f"/api/public/v2.0{_ADMIN}/snapshot/s3Configs",
    "S3BlockstoreV2",
    S3Store,
    "S3_SNAPSHOT",
    table="s3Blockstores",
)

bp = Resource("admin_rows", __name__, OPS_MANAGER)
for row in ROWS:
    row.register(bp)
v2 = Resource("admin_rows_v2", __name__)
V2_ROW.register(v2)


@bp.post("/usage/dailyCapture", operation="captureUsage", reads_body=False)
def capture_usage() -> Response:
    """Count the hosts now; the answer has no body (DOCS)."""
    get_application(role="OWNER")
    return reply(None)
