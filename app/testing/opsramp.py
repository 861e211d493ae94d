"""A world of OpsRamp."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .admin_client import WorldAdmin
from .stored_integrations import Installed
from .types import Tenant, WorldAccess
from .world import World

if TYPE_CHECKING:
    from requests import Session


class OpsRamp(World):
    """OpsRamp; `url` is the base to which `/tenants/…` is added."""

    NAME = "opsramp"

    def __init__(
        self, admin: WorldAdmin, base_url: str, access: WorldAccess, *, strict: bool = False
    ) -> None:
        super().__init__(admin, base_url, access, strict=strict)
        self.url = f"{base_url}/api/v2"
        self.tenants: tuple[Tenant, ...] = tuple(access["opsramp"]["tenants"])

    @property
    def tenant_id(self) -> str:
        """The id of the first tenant."""
        return self.tenants[0]["id"]

    @property
    def key(self) -> str:
        """The key of the first tenant."""
        return self.tenants[0]["keys"][0]["key"]

    @property
    def secret(self) -> str:
        """Its secret; `POST /auth/oauth/token` exchanges both for a token."""
        return self.tenants[0]["keys"][0]["secret"]

    @cached_property
    def session(self) -> Session:
        """A session of `requests` with a token; the request for the token is in the journal."""
        session = self._session()
        session.headers["Authorization"] = f"Bearer {self.token()}"
        return session

    def token(self) -> str:
        """A token for the key; OpsRamp returns the same one until it expires."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.key,
            "client_secret": self.secret,
        }
        with self._session() as session:
            response = session.post(f"{self.base_url}/auth/oauth/token", data=form)
        response.raise_for_status()
        return str(response.json()["access_token"])

    @cached_property
    def integrations(self) -> Installed:
        """The installed integrations of the first tenant."""
        return Installed(self._admin, self.tenant_id)
