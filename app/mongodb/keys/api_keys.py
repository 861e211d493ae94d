"""API keys of organizations, of projects, and of Ops Manager as a whole."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Response

from opsemu.schemas.api_keys import ApiKey, KeyRoles
from opsemu.schemas.profiles import ATLAS, EVERY, OPS_MANAGER

from ...api.context import current
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...auth import made_keys
from ...store import Document
from ..parents import Parent, get_application
from ..request_helpers import load_bodies, page_of
from ..roles import ROLES, check_role_names
from ..rows.rows import Row
from .documents import change_key, create_key, every_key, find_key, keys_of, show_key


@dataclass(kw_only=True, eq=False, repr=False)
class Keys(Row):
    """The keys of a kind: ORG, GROUP or GLOBAL_KEY; the verbs are those of `register`.

    A project's keys are those that have a role in it: to update one there is to assign it, to
    delete it takes these roles away.
    """

    emulation = "served"
    kind: str

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations."""
        one = f"{self.path}/<key_id>"
        self._add(bp, "list", "GET", self.path, self.list_all)
        self._add(bp, "create", "POST", self.path, self.create)
        self._add(bp, "get", "GET", one, self.get_one)
        self._add(bp, "update", "PATCH", one, self.update)
        self._add(bp, "assign", "POST", one, self.assign)
        self._add(bp, "delete", "DELETE", one, self.delete)

    def list_all(self, **_: str) -> Response:
        """The keys, in the order of their public halves (RECORDED)."""
        parent = self.parent()
        show = partial(show_key, org_id=_org_id(parent))
        return reply(page_of(self._keys(parent), show))

    def create(self, **_: str) -> Response:
        """Make a key; no other answer has its private half."""
        parent, body = self.parent(write=True), self.load()
        self._roles(parent, body)
        document, private_key = create_key(self._scope(parent), body["desc"], body["roles"])
        return reply(show_key(document, _org_id(parent), private_key))

    def get_one(self, key_id: str, **_: str) -> Response:
        """One key."""
        parent = self.parent()
        return reply(show_key(find_key(self._keys(parent), key_id), _org_id(parent)))

    def update(self, key_id: str, **_: str) -> Response:
        """Change a key's description or roles, but not its roles in other places (RECORDED)."""
        parent, body = self.parent(write=True), self.load(partial=True)
        key, roles = find_key(self._candidates(parent), key_id), self._roles(parent, body)

        def edit(own: Document) -> Document:
            changed = self._elsewhere(parent, own) + roles if roles else own["roles"]
            return {**own, **body, "roles": changed}

        return reply(show_key(change_key(key, edit), _org_id(parent)))

    def assign(self, key_id: str, **_: str) -> Response:
        """Give a key of the organization further roles in the project (SPEC)."""
        parent = self.parent(write=True)
        roles = [role for body in load_bodies(KeyRoles) for role in self._roles(parent, body)]

        def edit(own: Document) -> Document:
            return {**own, "roles": [*own["roles"], *(r for r in roles if r not in own["roles"])]}

        change_key(find_key(self._candidates(parent), key_id), edit)
        return no_content()

    def delete(self, key_id: str, **_: str) -> Response:
        """Delete a key, or take its roles in the project away: it stays in the organization."""
        parent = self.parent(write=True)
        key = find_key(self._keys(parent), key_id)
        if self.kind == "GROUP":
            change_key(key, lambda own: {**own, "roles": self._elsewhere(parent, own)})
        else:
            made_keys.delete(current().store, current().key.world, key["publicKey"])
        return no_content()

    def _keys(self, parent: Parent) -> list[Document]:
        """The keys that are listed."""
        if self.kind == "ORG":
            return keys_of(parent.id)
        return [key for key in every_key() if self._elsewhere(parent, key) != key["roles"]]

    def _candidates(self, parent: Parent) -> list[Document]:
        """The keys that may get roles here."""
        return keys_of(_org_id(parent)) if self.kind == "GROUP" else self._keys(parent)

    def _scope(self, parent: Parent) -> dict[str, str]:
        """What the roles are for, as a key's document has it."""
        return {} if self.kind == "GLOBAL_KEY" else {f"{self.kind.lower()}Id": parent.id}

    def _roles(self, parent: Parent, body: Document) -> list[Document]:
        """The roles that a body names; raises the error for one of another kind."""
        names = dict.fromkeys(body.get("roles", ()))
        check_role_names(self.kind, names, parent.id)
        return [{**self._scope(parent), "roleName": name} for name in names]

    def _elsewhere(self, parent: Parent, key: Document) -> list[Document]:
        """A key's roles in other places."""
        scope = self._scope(parent)
        return [role for role in key["roles"] if {**scope, "roleName": role["roleName"]} != role]


def _org_id(parent: Parent) -> str:
    """The organization in a key's link; `null` for a key of Ops Manager (RECORDED)."""
    return parent.about.get("orgId", parent.id) or "null"


def _of_projects(verb: str, name: str, java_method: str = "", **options: Any) -> Keys:
    java = {"java": "ApiProjectApiUsersResource", "java_method": java_method}
    return Keys(
        path="/groups/<group_id>/apiKeys",
        schema=ApiKey,
        kind="GROUP",
        operations={verb: name},
        options={**java, **options},
    )


ROWS = (
    Keys(
        path="/orgs/<org_id>/apiKeys",
        schema=ApiKey,
        kind="ORG",
        operations={
            "list": "getApiUsers",
            "create": "createApiUser",
            "get": "getApiUser",
            "update": "updateApiUserDescAndRoles",
            "delete": "deleteApiUser",
        },
        options={"java": "ApiOrganizationApiUsersResource", "limit": 500},
    ),
    _of_projects("list", "getProjectApiUsers", "getApiUsers"),
    _of_projects("create", "createProjectApiUser", "createApiUser"),
    _of_projects("update", "updateProjectApiUserDescAndRoles", "updateApiUserDescAndRoles"),
    _of_projects("assign", "addApiUserToGroup", families=ATLAS),
    _of_projects("delete", "removeApiUserFromGroup"),
    Keys(
        path="/admin/apiKeys",
        schema=ApiKey,
        kind="GLOBAL_KEY",
        operations={
            "list": "getGlobalApiUsers",
            "create": "createGlobalApiUser",
            "get": "getGlobalApiUser",
            "update": "updateGlobalApiUserDescAndRoles",
            "delete": "deleteGlobalApiUser",
        },
        options={"families": OPS_MANAGER},
    ),
)

bp = Resource("api_keys", __name__, EVERY)
for row in ROWS:
    row.register(bp)


@bp.get("/admin/apiKeys/roles", operation="getGlobalApiUserRoles", families=OPS_MANAGER)
def list_global_roles() -> Response:
    """The roles that a key of Ops Manager may have."""
    get_application()
    return reply(current().page.of([name for name in ROLES if name.startswith("GLOBAL_")]))
