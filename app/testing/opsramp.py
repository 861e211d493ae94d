"""OpsRamp as a test holds it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from .stored_integrations import Installed
from .world import World
from .world_admin import Plane

if TYPE_CHECKING:
    from requests import Session


class OpsRamp(World):
    """OpsRamp as a test needs it: `url` is the API's base, to which `/tenants/…` is added."""

    NAME = "opsramp"

    def __init__(
        self, plane: Plane, base_url: str, given: dict[str, Any], *, strict: bool = False
    ) -> None:
        super().__init__(plane, base_url, strict=strict)
        self.url = f"{base_url}/api/v2"
        self.tenants: tuple[dict[str, Any], ...] = tuple(given["opsramp"]["tenants"])

    @property
    def tenant_id(self) -> str:
        """The first tenant."""
        return str(self.tenants[0]["id"])

    @property
    def key(self) -> str:
        """The key of the first tenant."""
        return str(self.tenants[0]["keys"][0]["key"])

    @property
    def secret(self) -> str:
        """Its secret, which buys tokens at `/auth/oauth/token`."""
        return str(self.tenants[0]["keys"][0]["secret"])

    @cached_property
    def session(self) -> Session:
        """A session of `requests` that has a token; asking for that is a call in the journal."""
        session = self._session()
        session.headers["Authorization"] = f"Bearer {self.token()}"
        return session

    def token(self) -> str:
        """A token for the key: the one there is, until it expires."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.key,
            "client_secret": self.secret,
        }
        with self._session() as session:
            answer = session.post(f"{self.base_url}/auth/oauth/token", data=form)
        answer.raise_for_status()
        return str(answer.json()["access_token"])

    @cached_property
    def integrations(self) -> Installed:
        """The installed integrations of the first tenant, past the API."""
        return Installed(self._plane, self.tenant_id)
