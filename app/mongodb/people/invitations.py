"""Invitations to organizations and projects: kept, listed, and mailed to nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from opsemu.schemas.profiles import EVERY
from opsemu.schemas.users import OrganizationInvitation, ProjectInvitation

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...store import Document
from ...store.layout import INVITATIONS
from ...worlds.clock import timestamp
from ..organization_access import get_organization
from ..parents import Parent
from ..project_access import get_project
from ..projects.names import project_name
from ..roles import check_role_names
from ..rows.collections import Collection
from .accounts import ADMIN, Roles

LIFETIME = 30 * 24 * 3600.0  # seconds (RECORDED)


@dataclass(kw_only=True, eq=False, repr=False)
class Invitations(Collection):
    """A collection of which an item may be changed by its user's name, too.

    `kind` is that of the roles; the attribute `named` gets the parent's name from `name_of`.
    """

    kind: str
    named: str
    name_of: Callable[[Document], str]

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations."""
        super().register(bp)
        self._add(bp, "updateNamed", "PATCH", self.path, self.update_named)

    def create(self, **_: str) -> Response:
        """Invite a user, whether there is one of that name or not."""
        parent = self.parent(write=True)
        document = self.add(parent, self.checked(parent))
        return reply(self.show(document, document["id"]))

    def update(self, item_id: str, **_: str) -> Response:
        """Change what a user is invited to."""
        body = self.checked(self.parent(write=True), partial=True)
        body.pop("username", None)
        return reply(self.show(self.write(item_id, lambda old: {**old, **body}), item_id))

    def update_named(self, **_: str) -> Response:
        """Change what the user of a name is invited to."""
        parent = self.parent(write=True)
        body = self.checked(parent)
        found = next((i for i in of(parent) if i["username"] == body["username"]), None)
        if found is None:
            raise ApiError(self.not_found)
        return reply(self.show(self.write(found["id"], lambda old: {**old, **body}), found["id"]))

    def listing(self, parent: Parent) -> Any:
        """The invitations by username, or those of one user."""
        username = current().query.first("username")
        return [each for each in super().listing(parent) if username in (None, each["username"])]

    def checked(self, parent: Parent, *, partial: bool = False) -> Document:
        """The request's body; raises the error for a role of another kind."""
        body = self.load(partial=partial)
        check_role_names(self.kind, body.get("roles", ()), parent.id)
        return body

    def add(self, parent: Parent, body: Document) -> Document:
        """Keep a new invitation, which the caller makes."""
        ctx = current()
        expires, name = timestamp(ctx.time.now() + LIFETIME), self.name_of(parent.about)
        made = {"expiresAt": expires, "inviterUsername": ctx.key.public_key, self.named: name}
        return super().add(parent, {**body, **made})


def _operations(kind: str) -> tuple[dict[str, str], dict[str, str]]:
    """The names of operations on organizations or projects, and those of Java's methods."""
    methods = {
        "list": "getInvitations",
        "create": "createInvitations",
        "get": "getInvitationByInvitationId",
        "updateNamed": "editInvitations",
        "update": "editInvitationsByInvitationId",
        "delete": "deleteInvitations",
    }
    names = {
        verb: name.replace("Invitation", f"{kind}Invitation", 1) for verb, name in methods.items()
    }
    return names, methods


_OF_ORGS, _METHODS = _operations("Org")
_OF_GROUPS, _ = _operations("Group")
OF_ORGANIZATIONS = Invitations(
    path="/orgs/<org_id>/invites",
    schema=OrganizationInvitation,
    table=INVITATIONS,
    operations=_OF_ORGS,
    methods=_METHODS,
    options={
        "java": "ApiOrganizationInvitationResource",
        "limit": 500,
        "deprecated": "Wed, 19 Feb 2025 00:00:00 GMT",
    },
    made=("expiresAt", "inviterUsername", "orgName"),
    not_found="INVALID_INVITATION_ID",
    order="username",
    is_page=False,
    role=ADMIN,
    kind="ORG",
    named="orgName",
    name_of=lambda about: str(about["name"]),
)
OF_PROJECTS = Invitations(
    path="/groups/<group_id>/invites",
    schema=ProjectInvitation,
    table=INVITATIONS,
    operations=_OF_GROUPS,
    methods=_METHODS,
    options={
        "java": "ApiGroupInvitationResource",
        "deprecated": "Wed, 4 Oct 2023 00:00:00 GMT",
    },
    made=("expiresAt", "inviterUsername", "groupName"),
    not_found="INVALID_INVITATION_ID",
    order="username",
    is_page=False,
    role=ADMIN,
    kind="GROUP",
    named="groupName",
    name_of=project_name,
)
ROWS = (OF_ORGANIZATIONS, OF_PROJECTS)

bp = Resource("invitations", __name__, EVERY)
for row in ROWS:
    row.register(bp)


def of(parent: Parent) -> list[Document]:
    """The invitations to an organization or a project."""
    return list(parent.all(INVITATIONS).values())


def invite(username: str, roles: Roles) -> None:
    """Invite a user to the roles, an invitation for each project and organization."""
    scopes = {(role.get("groupId", ""), role.get("orgId", "")): 1 for role in roles}
    for group_id, org_id in scopes:
        names = [r["roleName"] for r in roles if group_id in r.values() or org_id in r.values()]
        body = {"username": username, "roles": names}
        if group_id:
            OF_PROJECTS.add(get_project(group_id, role=ADMIN), body)
        elif org_id:
            OF_ORGANIZATIONS.add(get_organization(org_id, role=ADMIN), body)
