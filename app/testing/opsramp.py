"""A world of OpsRamp, and the integrations installed there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .admin_client import WorldAdmin, is_for_the_test
from .world import Tenant, World, WorldAccess

if TYPE_CHECKING:
    from requests import Session

__tracebackhide__ = is_for_the_test


@dataclass(frozen=True)
class InstalledIntegration:
    """An installed integration of a tenant; secrets in `stored` are masked."""

    id: str
    type: str
    enabled: bool
    stored: dict[str, Any]


class Installed:
    """The installed integrations of a tenant. The journal and faults do not apply here."""

    def __init__(self, admin: WorldAdmin, tenant_id: str) -> None:
        self._admin = admin
        self._tenant_id = tenant_id

    def list(self) -> list[InstalledIntegration]:
        """All installed integrations, sorted by id."""
        return [InstalledIntegration(**entry) for entry in self._call("GET")["installed"]]

    def get(self, intg_id: str) -> InstalledIntegration | None:
        """The installed integration with this id, or None."""
        return next((each for each in self.list() if each.id == intg_id), None)

    def put(self, body: dict[str, Any]) -> InstalledIntegration:
        """Store an integration in the format of GET; raises ControlError if it is invalid."""
        return InstalledIntegration(**self._call("POST", body=body))

    def delete(self, intg_id: str) -> None:
        """Delete the installed integration with this id, if there is one."""
        self._call("DELETE", f"/{intg_id}")

    def _call(self, method: str, path: str = "", body: Any = None) -> Any:
        return self._admin.call(method, f"/installed{quote(path)}", body, tenant=self._tenant_id)


class OpsRamp(World):
    """OpsRamp; `url` is the base to which `/tenants/…` is added."""

    NAME = "opsramp"

    def _read_access(self, access: WorldAccess) -> None:
        self.url = f"{self.base_url}/api/v2"
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
        credentials = {"client_id": self.key, "client_secret": self.secret}
        form = {"grant_type": "client_credentials", **credentials}
        with self._session() as session:
            response = session.post(f"{self.base_url}/auth/oauth/token", data=form)
        response.raise_for_status()
        return str(response.json()["access_token"])

    @cached_property
    def integrations(self) -> Installed:
        """The installed integrations of the first tenant."""
        return Installed(self._admin, self.tenant_id)
