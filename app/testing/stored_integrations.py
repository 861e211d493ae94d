"""Stored integrations, which tests read and write through the admin API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .admin_client import WorldAdmin


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
        return [_integration(entry) for entry in self._call("GET")["integrations"]]

    def get(self, type_name: str) -> Integration | None:
        """The integration of a type, or None."""
        return next((each for each in self.list() if each.type == type_name), None)

    def put(self, type_name: str, **attributes: Any) -> Integration:
        """Store an integration, or replace it; raises ControlError for invalid attributes."""
        return _integration(self._call("PUT", f"/{type_name}", {"attributes": attributes}))

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
        return self._admin.call(method, f"/integrations{path}", body, project=self._group_id)


def _integration(entry: dict[str, Any]) -> Integration:
    return Integration(entry["type"], entry["id"], entry["attributes"])


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
        return [_installed(entry) for entry in self._call("GET")["installed"]]

    def get(self, intg_id: str) -> InstalledIntegration | None:
        """The installed integration with this id, or None."""
        return next((each for each in self.list() if each.id == intg_id), None)

    def put(self, body: dict[str, Any]) -> InstalledIntegration:
        """Store an integration in the format of GET; raises ControlError if it is invalid."""
        return _installed(self._call("POST", body=body))

    def delete(self, intg_id: str) -> None:
        """Delete the installed integration with this id, if there is one."""
        self._call("DELETE", f"/{intg_id}")

    def _call(self, method: str, path: str = "", body: Any = None) -> Any:
        return self._admin.call(method, f"/installed{path}", body, tenant=self._tenant_id)


def _installed(entry: dict[str, Any]) -> InstalledIntegration:
    return InstalledIntegration(entry["id"], entry["type"], entry["enabled"], entry["stored"])
