"""Worlds of Ops Manager and Atlas, and the integrations stored there."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .admin_client import WorldAdmin, is_for_the_test
from .alerts import Alerts, Inbox
from .world import Project, World, WorldAccess

if TYPE_CHECKING:
    from requests import Session

__tracebackhide__ = is_for_the_test


@dataclass(frozen=True)
class Integration:
    """An integration of a project, with secrets masked."""

    type: str
    id: str
    attributes: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.attributes[name]


class Integrations:
    """The stored integrations of a project. The journal and faults do not apply here.

    Secrets are masked; `assert_stored` compares them in full.
    """

    def __init__(self, admin: WorldAdmin, group_id: str) -> None:
        self._admin = admin
        self._group_id = group_id

    def of(self, group_id: str) -> Integrations:
        """The stored integrations of another project."""
        return Integrations(self._admin, group_id)

    def list(self) -> list[Integration]:
        """All integrations, in the order of the API's lists."""
        return [Integration(**entry) for entry in self._call("GET")["integrations"]]

    def get(self, type_name: str) -> Integration | None:
        """The integration of a type, or None."""
        return next((each for each in self.list() if each.type == type_name), None)

    def put(self, type_name: str, **attributes: Any) -> Integration:
        """Store an integration, or replace it; raises ControlError for invalid attributes."""
        return Integration(**self._call("PUT", f"/{type_name}", {"attributes": attributes}))

    def delete(self, type_name: str) -> None:
        """Delete the integration of a type, if there is one."""
        self._call("DELETE", f"/{type_name}")

    def assert_stored(self, type_name: str, **attributes: Any) -> None:
        """The integration is stored with at least these attributes; secrets are not masked."""
        verdict = self._call("POST", f"/{type_name}/compare", {"attributes": attributes})
        if not verdict["stored"]:
            raise AssertionError(f"there is no {type_name} in project {self._group_id}")
        if verdict["differs"]:
            raise AssertionError(f"{type_name} differs in {', '.join(verdict['differs'])}")

    def _call(self, method: str, path: str = "", body: Any = None) -> Any:
        return self._admin.call(method, f"/integrations{quote(path)}", body, project=self._group_id)


@dataclass(frozen=True)
class Credentials:
    """A key's public and private half, or a client's id and secret; `about` says its role."""

    name: str
    secret: str = field(repr=False)  # pytest shows the representation of what a test compares
    about: str = ""


def _credentials(rows: list[dict[str, str]], name: str, secret: str) -> tuple[Credentials, ...]:
    return tuple(Credentials(row[name], row[secret], row.get("desc", "")) for row in rows)


class OpsManager(World):
    """Ops Manager; `url` is the base to which `/groups/…` is added."""

    NAME = "ops_manager"
    PATH = "/api/public/v1.0"

    def _read_access(self, access: WorldAccess) -> None:
        self.url = f"{self.base_url}{self.PATH}"
        mongodb = access["mongodb"]
        self.keys = _credentials(mongodb["keys"], "publicKey", "privateKey")
        accounts = mongodb.get("serviceAccounts", [])
        self.clients = _credentials(accounts, "clientId", "clientSecret")
        self.projects: tuple[Project, ...] = tuple(mongodb["projects"])

    @property
    def group_id(self) -> str:
        """The id of the first project."""
        return self.projects[0]["id"]

    @property
    def org_id(self) -> str:
        """The id of the first project's organization."""
        return self.projects[0]["orgId"]

    @property
    def public_key(self) -> str:
        """The public half of the first key, which owns the organization."""
        return self.keys[0].name

    @property
    def private_key(self) -> str:
        """The private half of the first key."""
        return self.keys[0].secret

    @cached_property
    def session(self) -> Session:
        """A session of `requests` that signs with the first key."""
        return self.signed(self.keys[0])

    def signed(self, key: Credentials) -> Session:
        """Another session that signs with this key; it is closed with the world."""
        return self._session((key.name, key.secret))

    @cached_property
    def integrations(self) -> Integrations:
        """The stored integrations of the first project."""
        return Integrations(self._admin, self.group_id)

    @cached_property
    def alerts(self) -> Alerts:
        """The alerts of the first project."""
        return Alerts(self._admin, self.group_id)

    @cached_property
    def inbox(self) -> Inbox:
        """What the alerts of this world have sent."""
        return Inbox(self._admin)


class Atlas(OpsManager):
    """Atlas; `url` is the base of v2. Sessions accept version 2023-01-01."""

    NAME = "atlas"
    PATH = "/api/atlas/v2"
    ACCEPT = "application/vnd.atlas.2023-01-01+json"

    @property
    def v1_url(self) -> str:
        """The base of v1.0."""
        return f"{self.base_url}/api/atlas/v1.0"

    @property
    def client_id(self) -> str:
        """The id of the first service account."""
        return self.clients[0].name

    @property
    def client_secret(self) -> str:
        """Its secret; `POST /api/oauth/token` exchanges both for a token."""
        return self.clients[0].secret

    def signed(self, key: Credentials) -> Session:
        session = super().signed(key)
        session.headers["Accept"] = self.ACCEPT
        return session
