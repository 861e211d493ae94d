"""Who may reach the clusters of an Atlas project: addresses, database users and their roles."""

from collections.abc import Mapping
from ipaddress import ip_interface, ip_network
from typing import Any

from marshmallow import fields, post_load, validate

from opsemu.schemas.base import Nested, ResourceSchema, VendorSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Choice, Flag, Text
from opsemu.schemas.times import Time

_EXTERNAL = "$external"


class AccessListEntry(ResourceSchema):
    """An address, a block, or a security group of AWS, that may connect to the clusters.

    A single address is shown with its block (RECORDED), a block alone (INFERRED).
    """

    awsSecurityGroup = Text()
    cidrBlock = Text()
    comment = Text(validate=validate.Length(max=80, error="INVALID_NETWORK_PERMISSION_COMMENT"))
    deleteAfterDate = Time()
    groupId = fields.String(dump_only=True)
    ipAddress = Text()
    links = fields.Raw(dump_only=True)

    @post_load
    def _name_entry(self, entry: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Set `entry`, by which the entry is found, and the two forms of an address."""
        group, block = entry.get("awsSecurityGroup"), entry.get("cidrBlock")
        address = entry.get("ipAddress")
        named = {text for text in (group, block, with_mask(address or "")) if text}
        if len(named) != 1:
            code = "MULTIPLE_VALUES_SPECIFIED_FOR_ONE_NETWORK_PERMISSION_ENTRY"
            raise ValidationFailure(code if named else "MISSING_ATTRIBUTE", "ipAddress")
        if group:
            return {**entry, "entry": group}
        return {**entry, **_forms(str(address or block))}

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for an entry that is over before it begins."""
        if document.get("deleteAfterDate", "~") <= document["updated"]:
            raise ValidationFailure("EXPIRATION_DATE_IN_PAST")


def with_mask(entry: str) -> str:
    """An address as the block of its own; anything else as it is."""
    try:
        return str(ip_interface(entry).with_prefixlen)
    except ValueError:
        return entry


def _forms(text: str) -> dict[str, str]:
    try:
        network = ip_network(text if "%" not in text else "")
    except ValueError:
        raise ValidationFailure("INVALID_IP_ADDRESS_OR_CIDR_NOTATION", text) from None
    block = network.with_prefixlen
    is_single = network.num_addresses == 1
    address = {"ipAddress": str(network.network_address)} if is_single else {}
    return {"entry": block, "cidrBlock": block, **address}


class _Resource(VendorSchema):
    """What an action is allowed on: the cluster, a database, or a collection."""

    cluster = Flag()
    collection = Text()
    db = Text()

    @post_load
    def _drop_empty(self, resource: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The SDK sends all three, also those that are false or empty (RECORDED)."""
        if resource.get("cluster"):
            return {"cluster": True}
        return {name: resource[name] for name in ("collection", "db") if resource.get(name)}


class _Action(VendorSchema):
    action = Text(required=True)
    resources = fields.List(Nested(_Resource))


class _InheritedRole(VendorSchema):
    db = Text(required=True)
    role = Text(required=True)


class CustomRole(ResourceSchema):
    """A role that a project defines; `roleName` is its key."""

    actions = fields.List(Nested(_Action), dump_default=list)
    inheritedRoles = fields.List(Nested(_InheritedRole), dump_default=list)
    roleName = Text(required=True)

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for a role that allows nothing."""
        if not document.get("actions") and not document.get("inheritedRoles"):
            raise ValidationFailure("ATLAS_CUSTOM_ROLE_HAS_NO_PERMISSIONS", document["roleName"])


class _Label(VendorSchema):
    key = Text(required=True)
    value = Text(required=True)


class _UserRole(VendorSchema):
    collectionName = Text()
    databaseName = Text(required=True)
    roleName = Text(required=True)


class _Scope(VendorSchema):
    name = Text(required=True)
    type = Choice("CLUSTER", "DATA_LAKE", "STREAM", required=True)


class DatabaseUser(ResourceSchema):
    """A user of the clusters. Its password is neither kept nor shown."""

    awsIAMType = Choice("NONE", "USER", "ROLE", dump_default="NONE")
    databaseName = Text(required=True)
    deleteAfterDate = Time()
    description = Text()
    groupId = fields.String(dump_only=True)
    labels = fields.List(Nested(_Label), dump_default=list)
    ldapAuthType = Choice("NONE", "GROUP", "USER", dump_default="NONE")
    links = fields.Raw(dump_only=True)
    oidcAuthType = Choice("NONE", "IDP_GROUP", "USER", dump_default="NONE")
    password = Text(load_only=True)
    roles = fields.List(Nested(_UserRole), dump_default=list)
    scopes = fields.List(Nested(_Scope), dump_default=list)
    username = Text(required=True)
    x509Type = Choice("NONE", "CUSTOMER", "MANAGED", dump_default="NONE")

    @post_load
    def _name_user(self, user: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Set `path`, by which the user is found, and drop the password."""
        user.pop("password", None)
        if {"databaseName", "username"} <= user.keys():
            user["path"] = f"{user['databaseName']}/{user['username']}"
        return user

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for a change of the name, and for a database it cannot be in."""
        database = document["databaseName"]
        if document["path"] != f"{database}/{document['username']}":
            raise ValidationFailure("DATABASE_USERNAME_CANNOT_BE_CHANGED")
        types = [document.get(name, "NONE") for name in ("awsIAMType", "ldapAuthType", "x509Type")]
        if any(name != "NONE" for name in types):
            if database != _EXTERNAL:
                raise ValidationFailure("DATABASE_NAME_INVALID_EXTERNAL")
        elif database not in ("admin", _EXTERNAL):
            raise ValidationFailure("DATABASE_NAME_INVALID_ADMIN")
        if document.get("deleteAfterDate", "~") <= document["updated"]:
            raise ValidationFailure("EXPIRATION_DATE_IN_PAST")
