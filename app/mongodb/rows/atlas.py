"""Resources of Atlas projects that are rows: documents kept and given back."""

from collections.abc import Mapping
from typing import Any

from opsemu.schemas import atlas_access, atlas_settings
from opsemu.schemas.profiles import ATLAS

from ...api.routes import Resource
from .atlas_collections import AccessList, CustomRoles, Limits, Policy, UserSecurity, Windows
from .collections import Collection
from .rows import Single

GROUP = "/groups/<group_id>"


def _java(name: str, **options: Any) -> Mapping[str, Any]:
    return {"java": f"ApiAtlas{name}Resource", **options}


_ENTRIES: Mapping[str, Any] = {
    "schema": atlas_access.AccessListEntry,
    "table": "accessList",
    "key": "entry",
    "item": "<path:item_id>",
    "expires": "deleteAfterDate",
    "takes_many": True,
    "created": 201,
    "not_found": "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND",
}

ROWS: tuple[Collection | Single, ...] = (
    AccessList(
        path=f"{GROUP}/accessList",
        operations={
            "list": "getAtlasWhitelist",
            "create": "addAtlasWhitelist",
            "get": "getAtlasNetworkPermissionEntry",
            "delete": "deleteAtlasWhitelist",
            "status": "getAtlasNetworkPermissionEntryStatus",
        },
        options=_java("NetworkAccessList"),
        **_ENTRIES,
    ),
    # Under its old name; projects link to it.
    AccessList(
        path=f"{GROUP}/whitelist",
        operations={
            "list": "getOldWhitelist",
            "create": "addOldWhitelist",
            "get": "getOldWhitelistEntry",
            "delete": "deleteOldWhitelistEntry",
        },
        options=_java("NetworkWhitelist"),
        **_ENTRIES,
    ),
    Windows(
        path=f"{GROUP}/maintenanceWindow",
        schema=atlas_settings.Window,
        table="maintenanceWindow",
        operations={
            "get": "getGroupMaintenanceWindow",
            "update": "patchGroupMaintenanceWindows",
            "delete": "resetCustomGroupMaintenanceWindow",
            "defer": "deferMaintenance",
            "autoDefer": "toggleAutoDefer",
        },
        is_silent=True,
        options=_java("GroupMaintenanceWindow"),
    ),
    Single(
        path=f"{GROUP}/auditLog",
        schema=atlas_settings.AuditLog,
        table="auditLog",
        operations={"get": "getAuditLog", "update": "patchAuditLog"},
        status=202,
        options=_java("AuditLog"),
    ),
    Single(
        path=f"{GROUP}/awsCustomDNS",
        schema=atlas_settings.Enabled,
        table="awsCustomDNS",
        operations={"get": "getAWSCustomDNSEnabled", "update": "updateAWSCustomDNSEnabled"},
        status=202,
        options=_java("AWSCustomDNSEnabled"),
    ),
    Single(
        path=f"{GROUP}/privateEndpoint/regionalMode",
        schema=atlas_settings.Enabled,
        table="regionalMode",
        operations={
            "get": "getRegionalizedPrivateLinkEnabled",
            "update": "updateRegionalizedPrivateLinkEnabled",
        },
        status=202,
        options=_java("PrivateEndpoint", limit=4000),
    ),
    CustomRoles(
        path=f"{GROUP}/customDBRoles/roles",
        schema=atlas_access.CustomRole,
        table="customDBRoles",
        key="roleName",
        operations={
            "list": "getCustomDBRoles",
            "create": "createCustomDBRole",
            "get": "getCustomDBRole",
            "update": "patchCustomDBRole",
            "delete": "deleteCustomDBRole",
        },
        is_page=False,
        created=202,
        not_found="ATLAS_CUSTOM_ROLE_NOT_FOUND",
        taken="ATLAS_CUSTOM_ROLE_NAME_ALREADY_EXISTS",
        options=_java("CustomDBRole", limit=2000),
    ),
    Collection(
        path=f"{GROUP}/databaseUsers",
        schema=atlas_access.DatabaseUser,
        table="databaseUsers",
        key="path",
        item="<path:item_id>",
        parts=2,
        operations={
            "list": "getDatabaseUsers",
            "create": "addDatabaseUser",
            "get": "getDatabaseUserByName",
            "update": "patchDatabaseUser",
            "delete": "deleteDatabaseUser",
        },
        methods={
            "list": "getUsers",
            "create": "addUser",
            "get": "getUserByName",
            "update": "patchUser",
            "delete": "deleteUser",
        },
        expires="deleteAfterDate",
        created=201,
        not_found="USERNAME_NOT_FOUND",
        gone="USER_NOT_FOUND",
        taken="USER_ALREADY_EXISTS",
        options=_java("V2DatabaseUsers", limit=10_000),
    ),
    UserSecurity(
        path=f"{GROUP}/userSecurity",
        schema=atlas_settings.UserSecurity,
        table="userSecurity",
        operations={
            "get": "getUserSecurity",
            "update": "patchUserSecurity",
            "x509": "disableCustomerX509",
            "mapping": "deleteUserToDNMapping",
        },
        status=202,
        options=_java("UserSecurity"),
    ),
    Single(
        path=f"{GROUP}/encryptionAtRest",
        schema=atlas_settings.EncryptionAtRest,
        table="encryptionAtRest",
        operations={"get": "getEncryptionAtRest", "update": "patchEncryptionAtRest"},
        options=_java("EncryptionAtRest"),
    ),
    Policy(
        path=f"{GROUP}/backupCompliancePolicy",
        schema=atlas_settings.BackupCompliancePolicy,
        table="backupCompliancePolicy",
        operations={
            "get": "getDataProtectionSettings",
            "replace": "updateDataProtectionSettings",
            "delete": "disableDataProtectionSettings",
        },
        options={
            "java": "ApiDiskBackupDataProtectionResource",
            "versions": ("2023-01-01", "2023-10-01"),
        },
    ),
    Limits(
        path=f"{GROUP}/limits",
        schema=atlas_settings.Limit,
        table="limits",
        key="name",
        operations={
            "list": "getGroupLimits",
            "get": "getGroupLimit",
            "update": "setGroupLimit",
            "delete": "deleteGroupLimit",
        },
        not_found="RESOURCE_NOT_FOUND",
        options=_java("GroupLimits"),
    ),
)

bp = Resource("atlas_rows", __name__, ATLAS)
for row in ROWS:
    row.register(bp)
