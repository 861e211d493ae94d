"""Invitations to organizations and projects: kept, listed, and mailed to nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from opsemu.schemas.base import ResourceSchema
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
from . import INVITATION_LIFETIME
from .accounts import ADMIN, DEPRECATED, Roles


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

    def update_named(self, **_: str) -> Response:
        """Change what the user of a name is invited to."""
        parent, body = self.parent(write=True), self.load()
        ids = {each["username"]: each["id"] for each in of(parent)}
        if body["username"] not in ids:
            raise ApiError(self.not_found)
        document = self.write(parent, ids[body["username"]], lambda old: {**old, **body})
        return reply(self.show(document, document["id"]))

    def listing(self, parent: Parent) -> Any:
        """The invitations by username, or those of one user."""
        username = current().query.first("username")
        return [each for each in super().listing(parent) if username in (None, each["username"])]

    def check(self, parent: Parent, document: Document) -> None:
        """Raise the error for a role of another kind."""
        check_role_names(self.kind, document["roles"], parent.id)

    def add(self, parent: Parent, body: Document) -> Document:
        """Keep a new invitation, which the caller makes."""
        ctx = current()
        expires, name = timestamp(ctx.time.now() + INVITATION_LIFETIME), self.name_of(parent.about)
        made = {"expiresAt": expires, "inviterUsername": ctx.key.public_key, self.named: name}
        return super().add(parent, {**body, **made})


_METHODS = {
    "list": "getInvitations",
    "create": "createInvitations",
    "get": "getInvitationByInvitationId",
    "updateNamed": "editInvitations",
    "update": "editInvitationsByInvitationId",
    "delete": "deleteInvitations",
}


def _invitations(
    kind: str,
    path: str,
    schema: type[ResourceSchema],
    name_of: Callable[[Document], str],
    **options: Any,
) -> Invitations:
    title = kind.title()
    named = f"{kind.lower()}Name"
    return Invitations(
        path=path,
        schema=schema,
        table=INVITATIONS,
        operations={
            verb: name.replace("Invitation", f"{title}Invitation", 1)
            for verb, name in _METHODS.items()
        },
        methods=_METHODS,
        options=options,
        made=("expiresAt", "inviterUsername", named),
        fixed=("username",),
        not_found="INVALID_INVITATION_ID",
        order="username",
        is_page=False,
        role=ADMIN,
        kind=kind,
        named=named,
        name_of=name_of,
    )


OF_ORGANIZATIONS = _invitations(
    "ORG",
    "/orgs/<org_id>/invites",
    OrganizationInvitation,
    lambda about: str(about["name"]),
    java="ApiOrganizationInvitationResource",
    limit=500,
    deprecated=DEPRECATED,
)
OF_PROJECTS = _invitations(
    "GROUP",
    "/groups/<group_id>/invites",
    ProjectInvitation,
    project_name,
    java="ApiGroupInvitationResource",
    deprecated="Wed, 4 Oct 2023 00:00:00 GMT",
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
