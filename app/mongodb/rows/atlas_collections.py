"""Resources of Atlas projects that are rows with something of their own."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from opsemu.schemas.atlas_access import with_mask

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...store import Document
from ..dialect import profile
from ..parents import Parent
from .collections import Collection
from .rows import Single

# Those with a known default (SPEC); of the others only a value that was set is shown.
_LIMITS = {
    "atlas.project.deployment.clusters": 25,
    "atlas.project.deployment.nodesPerPrivateLinkRegion": 50,
    "atlas.project.deployment.privateServiceConnectionsPerRegionGroup": 50,
    "atlas.project.deployment.privateServiceConnectionsSubnetMask": 27,
    "atlas.project.deployment.serverlessMTMs": None,
    "atlas.project.security.databaseAccess.customRoles": 100,
    "atlas.project.security.databaseAccess.users": 100,
    "atlas.project.security.networkAccess.crossRegionEntries": 40,
    "atlas.project.security.networkAccess.entries": 200,
    "dataFederation.bytesProcessed.daily": None,
    "dataFederation.bytesProcessed.monthly": None,
    "dataFederation.bytesProcessed.query": None,
    "dataFederation.bytesProcessed.weekly": None,
}


class AccessList(Collection):
    """Entries that are found by their block, or its address; each is active at once."""

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations, and that of an entry's status."""
        super().register(bp)
        self._add(bp, "status", "GET", f"{self.path}/{self.item}/status", self.get_status)

    def bodies(self) -> list[Document]:
        """The entries in the request's array, all checked before the first one is kept."""
        bodies, now = super().bodies(), current().time.timestamp()
        for body in bodies:
            self.schema.of(profile()).check({**body, "updated": now})
        return bodies

    def find(self, parent: Parent, key: str, code: str = "") -> Document:
        """The entry of a block, an address or a security group."""
        return super().find(parent, with_mask(key), code)

    def get_status(self, item_id: str, **_: str) -> Response:
        """Whether an entry is in force, which it is as soon as it is there (CLIENT)."""
        self.find(self.parent(), item_id)
        return reply({"STATUS": "ACTIVE"})


class CustomRoles(Collection):
    """Roles, which are not deleted while database users or other roles have them (DOCS)."""

    def delete(self, item_id: str, **_: str) -> Response:
        """Delete a role."""
        parent = self.parent(write=True)
        self.find(parent, item_id)
        users, roles = parent.all("databaseUsers").values(), parent.all(self.table).values()
        if any(has["roleName"] == item_id for user in users for has in user.get("roles", ())):
            raise ApiError("ATLAS_CUSTOM_ROLE_IN_USE_BY_USERS", item_id)
        if any(has["role"] == item_id for role in roles for has in role.get("inheritedRoles", ())):
            raise ApiError("ATLAS_CUSTOM_ROLE_IN_USE_BY_ROLES", item_id)
        parent.delete(self.table, item_id)
        return no_content()


class UserSecurity(Single):
    """LDAP and X.509 settings, parts of which can be taken away (SPEC)."""

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations, and those that take a part away."""
        super().register(bp)
        self._add(bp, "x509", "DELETE", f"{self.path}/customerX509", self.delete_x509)
        mapping = f"{self.path}/ldap/userToDNMapping"
        self._add(bp, "mapping", "DELETE", mapping, self.delete_mapping)

    def delete_x509(self, **_: str) -> Response:
        """Take the customer's certificate authority away."""
        return self._change(self.parent(write=True), lambda old: {**old, "customerX509": {}})

    def delete_mapping(self, **_: str) -> Response:
        """Take the mapping of LDAP's users away."""

        def edit(old: Document) -> Document:
            ldap = {**old.get("ldap", {})}
            ldap.pop("userToDNMapping", None)
            return {**old, "ldap": ldap}

        return self._change(self.parent(write=True), edit)


class Windows(Single):
    """The maintenance window, which can be deferred."""

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations, and those that defer."""
        super().register(bp)
        for verb, view in (("defer", self.defer), ("autoDefer", self.toggle)):
            self._add(bp, verb, "POST", f"{self.path}/{verb}", view, reads_body=False)

    def defer(self, **_: str) -> Response:
        """Defer the next maintenance."""
        return self._edit("numberOfDeferrals", lambda count: (count or 0) + 1)

    def toggle(self, **_: str) -> Response:
        """Defer each maintenance once, or stop that."""
        return self._edit("autoDeferOnceEnabled", lambda is_on: not is_on)

    def _edit(self, name: str, change: Any) -> Response:
        def edit(window: Document) -> Document:
            if "dayOfWeek" not in window:
                raise ApiError("ATLAS_MAINTENANCE_WINDOW_NOT_DEFINED")
            return {**window, name: change(window.get(name))}

        return self._change(self.parent(write=True), edit)


class Policy(Single):
    """A document that shows who set it."""

    def load(self, *, partial: bool | Sequence[str] = False) -> Document:
        """What the request's body sets, and the caller."""
        return {**super().load(partial=partial), "updatedUser": current().key.public_key}


class Limits(Collection):
    """Limits by name: those of all projects until a project has its own."""

    def listing(self, parent: Parent) -> Any:
        """The limits that have a value."""
        stored = parent.all(self.table)
        limits = [self._limit(name, stored.get(name)) for name in _LIMITS]
        return [self.show(each) for each in limits if each["value"] is not None]

    def find(self, parent: Parent, key: str, code: str = "") -> Document:
        """A limit, with the default value if the project has none of its own."""
        limit = self._limit(key, parent.get(self.table, key)) if key in _LIMITS else {}
        if limit.get("value") is None:
            raise ApiError(self.not_found, key)
        return limit

    def update(self, item_id: str, **_: str) -> Response:
        """Set a limit."""
        body = self.load()
        if item_id not in _LIMITS:
            raise ApiError("INVALID_ENUM_VALUE", item_id)
        limit = self.add(self.parent(write=True), {**body, self.key: item_id})
        return reply(self.show(self._limit(item_id, limit)))

    def delete(self, item_id: str, **_: str) -> Response:
        """Go back to the default of a limit."""
        self.parent(write=True).delete(self.table, item_id)
        return no_content()

    @staticmethod
    def _limit(name: str, document: Document | None) -> Document:
        default = _LIMITS[name]
        shown = {"name": name, "value": default, **(document or {})}
        return shown if default is None else {**shown, "defaultLimit": default}
