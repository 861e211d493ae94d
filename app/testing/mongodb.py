"""Ops Manager and Atlas as a test holds them: addresses, credentials, a session."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .stored_integrations import Integrations
from .world import World
from .world_admin import Plane

if TYPE_CHECKING:
    from requests import Session


@dataclass(frozen=True)
class Credentials:
    """A public key, or a client's id, and its secret half; `about` says what it may do."""

    name: str
    secret: str
    about: str = ""


class OpsManager(World):
    """Ops Manager as a test needs it: `url` is the API's base, to which `/groups/…` is added."""

    NAME = "ops_manager"
    PATH = "/api/public/v1.0"

    def __init__(
        self, plane: Plane, base_url: str, given: dict[str, Any], *, strict: bool = False
    ) -> None:
        super().__init__(plane, base_url, strict=strict)
        self.url = f"{base_url}{self.PATH}"
        found = given["mongodb"]
        self.keys = tuple(
            Credentials(row["publicKey"], row["privateKey"], row.get("desc", ""))
            for row in found["keys"]
        )
        self.clients = tuple(
            Credentials(row["clientId"], row["clientSecret"], row.get("desc", ""))
            for row in found.get("serviceAccounts", ())
        )
        self.projects: tuple[dict[str, str], ...] = tuple(found["projects"])

    @property
    def group_id(self) -> str:
        """The first project."""
        return self.projects[0]["id"]

    @property
    def org_id(self) -> str:
        """The organization of the first project."""
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
        """A further session that signs with a key; it is closed with the world."""
        from requests.auth import HTTPDigestAuth

        session = self._session()
        session.auth = HTTPDigestAuth(key.name, key.secret)
        return session

    @cached_property
    def integrations(self) -> Integrations:
        """The stored integrations of the first project, past the API."""
        return Integrations(self._plane, self.group_id)


class Atlas(OpsManager):
    """Atlas as a test needs it: `url` is v2's base, `v1_url` that of v1.0.

    The session accepts version 2023-01-01 of everything.
    """

    NAME = "atlas"
    PATH = "/api/atlas/v2"
    ACCEPT = "application/vnd.atlas.2023-01-01+json"

    @property
    def v1_url(self) -> str:
        """The base of v1.0."""
        return f"{self.base_url}/api/atlas/v1.0"

    @property
    def client_id(self) -> str:
        """The first service account."""
        return self.clients[0].name

    @property
    def client_secret(self) -> str:
        """Its secret, which buys tokens at `/api/oauth/token`."""
        return self.clients[0].secret

    def signed(self, key: Credentials) -> Session:
        """A further session that signs with a key; it is closed with the world."""
        session = super().signed(key)
        session.headers["Accept"] = self.ACCEPT
        return session
