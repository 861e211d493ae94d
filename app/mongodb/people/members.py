"""The users of organizations and projects: `/orgs/<id>/users`, `/groups/<id>/users`.

Atlas has forms of its own since 2025 (RECORDED), in which those who are invited are listed with
the others. Older versions and Ops Manager list users as `/users` has them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from opsemu.schemas.base import ResourceSchema

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import FIRST_VERSION, Resource
from ...store import Document
from ..parents import Parent
from ..request_helpers import load_body
from ..roles import check_role_names
from ..rows.rows import Row
from .accounts import Roles, change_roles, page
from .invitations import Invitations, of

SINCE_2025 = "2025-02-19"
BOTH_VERSIONS = {"versions": (FIRST_VERSION, SINCE_2025)}

_SHOWN = ("country", "createdAt", "firstName", "lastAuth", "lastName", "username")
_INVITED = {
    "created": "invitationCreatedAt",
    "expiresAt": "invitationExpiresAt",
    "inviterUsername": "inviterUsername",
    "username": "username",
}


def state(member: Document) -> str:
    """Whether someone is a user or invited, as Atlas calls it."""
    return "PENDING" if "expiresAt" in member else "ACTIVE"


def member_id(member: Document) -> str:
    """The id of a user; that of one who is invited is the invitation's plus one (RECORDED)."""
    return f"{int(member['id'], 16) + (state(member) == 'PENDING'):024x}"


def shown_member(member: Document, roles: Any, **more: Any) -> dict[str, Any]:
    """A user or an invitation in Atlas' form since 2025 (RECORDED)."""
    if state(member) == "PENDING":
        about = {shown: member[name] for name, shown in _INVITED.items()}
    else:
        about = {name: member[name] for name in _SHOWN if name in member}
        about["mobileNumber"] = member.get("mobileNumber")
    about |= {"id": member_id(member), "orgMembershipStatus": state(member), "roles": roles}
    return dict(sorted({**about, **more}.items()))


@dataclass(kw_only=True, eq=False, repr=False)
class Members(Row, ABC):
    """The users of a parent, each of which is a user's document or an invitation's.

    `kind`, ORG or GROUP, begins the names of their roles; `role_schema` is of the body that adds
    or removes one.
    """

    emulation = "served"
    kind: str
    role_schema: type[ResourceSchema]
    invitations: Invitations
    not_found: str

    @property
    def scope(self) -> str:
        """The member of a stored role that has the parent's id."""
        return f"{self.kind.lower()}Id"

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations."""
        one = f"{self.path}/<user_id>"
        self._add(bp, "list", "GET", self.path, self.list_all)
        self._add(bp, "create", "POST", self.path, self.create)
        self._add(bp, "get", "GET", one, self.get_one)
        self._add(bp, "delete", "DELETE", one, self.delete)
        self._add(bp, "addRole", "POST", f"{one}:addRole", self.add_role)
        self._add(bp, "removeRole", "POST", f"{one}:removeRole", self.remove_role)

    def list_all(self, **_: str) -> Response:
        """The users by name, of all or of one name or state."""
        parent = self.parent()
        return self.listed(parent, self.active(parent), of(parent))

    def listed(
        self, parent: Parent, users: list[Document], invited: Sequence[Document] = ()
    ) -> Response:
        """The page of users and of who is invited that the query asks for."""
        query = current().query
        if current().version < SINCE_2025:
            return reply(page(users))
        username, user_id = query.first("username"), query.first("userId")
        states = query.first("orgMembershipStatus") or query.first("orgMembershipStatuses")
        wanted = (states or "ACTIVE,PENDING").split(",")
        found = [
            each
            for each in [*users, *invited]
            if username in (None, each["username"])
            and user_id in (None, member_id(each))
            and state(each) in wanted
        ]
        body = current().page.of(sorted(found, key=lambda each: str(each["username"])))
        return reply({**body, "results": self.shown(parent, body["results"])})

    def get_one(self, user_id: str, **_: str) -> Response:
        """One user."""
        parent = self.parent()
        return self.answer(parent, self.find(parent, user_id))

    @abstractmethod
    def create(self, **_: str) -> Response:
        """Add a user, or invite one."""

    def delete(self, user_id: str, **_: str) -> Response:
        """Take a user's roles here away, or the invitation back."""
        parent = self.parent(write=True)
        member = self.find(parent, user_id)
        if state(member) == "PENDING":
            parent.delete(self.invitations.table, member["id"])
        else:
            self.remove(parent, member)
        return no_content()

    def add_role(self, user_id: str, **_: str) -> Response:
        """Give a user one more role."""
        parent, member, name = self._role(user_id)
        return self.answer(parent, self.add_names(parent, member, [name]))

    def remove_role(self, user_id: str, **_: str) -> Response:
        """Take one role from a user."""
        parent, member, name = self._role(user_id)
        changed = self.change(parent, member, lambda old: [each for each in old if each != name])
        return self.answer(parent, changed)

    @abstractmethod
    def active(self, parent: Parent) -> list[Document]:
        """The users who have roles here, by name."""

    @abstractmethod
    def shown(self, parent: Parent, found: list[Document]) -> list[dict[str, Any]]:
        """Users and invitations as they are listed."""

    @abstractmethod
    def remove(self, parent: Parent, user: Document) -> None:
        """Take a user's roles here away."""

    def find(self, parent: Parent, user_id: str) -> Document:
        """A user or an invitation by the user's id; raises the error `not_found`."""
        known = {member_id(each): each for each in [*of(parent), *self.active(parent)]}
        if user_id not in known:
            raise ApiError(self.not_found, user_id, parent.id)
        return known[user_id]

    def answer(self, parent: Parent, member: Document, status: int = 200) -> Response:
        """The response with one user."""
        return reply(self.shown(parent, [member])[0], status)

    def names(self, parent: Parent, member: Document) -> list[str]:
        """The names of a user's roles here, or of those of an invitation."""
        if state(member) == "PENDING":
            return list(member["roles"])
        return [r["roleName"] for r in member["roles"] if r.get(self.scope) == parent.id]

    def change(
        self, parent: Parent, member: Document, edit: Callable[[list[str]], list[str]]
    ) -> Document:
        """Replace the names of a user's roles here, or of those of an invitation."""
        if state(member) == "PENDING":
            return self.invitations.write(
                parent, member["id"], lambda old: {**old, "roles": edit(old["roles"])}
            )

        def change(roles: Roles) -> Roles:
            names = edit([r["roleName"] for r in roles if r.get(self.scope) == parent.id])
            others = [r for r in roles if r.get(self.scope) != parent.id]
            return [*({self.scope: parent.id, "roleName": name} for name in names), *others]

        return change_roles(member, change)

    def add_names(self, parent: Parent, member: Document, names: list[str]) -> Document:
        """Give a user more roles here."""
        return self.change(parent, member, lambda old: [*dict.fromkeys([*old, *names])])

    def _role(self, user_id: str) -> tuple[Parent, Document, str]:
        """The parent, a user, and the name of the role in the body."""
        parent = self.parent(write=True)
        name = load_body(self.role_schema)[f"{self.kind.lower()}Role"]
        check_role_names(self.kind, [name], parent.id)
        return parent, self.find(parent, user_id), name
