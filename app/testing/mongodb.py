"""Worlds of Ops Manager and Atlas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .admin_client import WorldAdmin
from .stored_integrations import Integrations
from .types import Project, WorldAccess
from .world import World

if TYPE_CHECKING:
    from requests import Session


@dataclass(frozen=True)
class Credentials:
    """A key's public and private half, or a client's id and secret; `about` says its role."""

    name: str
    secret: str
    about: str = ""


class OpsManager(World):
    """Ops Manager; `url` is the base to which `/groups/…` is added."""

    NAME = "ops_manager"
    PATH = "/api/public/v1.0"

    def __init__(
        self, admin: WorldAdmin, base_url: str, access: WorldAccess, *, strict: bool = False
    ) -> None:
        super().__init__(admin, base_url, access, strict=strict)
        self.url = f"{base_url}{self.PATH}"
        mongodb = access["mongodb"]
        self.keys = tuple(
            Credentials(key["publicKey"], key["privateKey"], key.get("desc", ""))
            for key in mongodb["keys"]
        )
        self.clients = tuple(
            Credentials(account["clientId"], account["clientSecret"], account.get("desc", ""))
            for account in mongodb.get("serviceAccounts", ())
        )
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
        """Another session that signs with this key; it is closed with the world."""
        session = super().signed(key)
        session.headers["Accept"] = self.ACCEPT
        return session
