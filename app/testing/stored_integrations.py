"""Integrations as they are stored: to arrange and to assert past the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .world_admin import Plane


@dataclass(frozen=True)
class Integration:
    """An integration of a project; secrets among the attributes are masked."""

    type: str
    id: str
    attributes: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.attributes[name]


class Integrations:
    """The stored integrations of a project. Nothing done here is in the journal, or can fail.

    What is shown is masked, as everything that leaves the emulator; to compare a secret
    there is `assert_stored`, which looks at the true values.
    """

    def __init__(self, plane: Plane, group_id: str) -> None:
        self._plane = plane
        self._group_id = group_id

    def of(self, group_id: str) -> Integrations:
        """Those of another project."""
        return Integrations(self._plane, group_id)

    def list(self) -> list[Integration]:
        """All integrations, in the order in which the API lists them."""
        return [_integration(row) for row in self._call("GET", "")["integrations"]]

    def get(self, type_name: str) -> Integration | None:
        """The integration of a type, or None."""
        return next((found for found in self.list() if found.type == type_name), None)

    def put(self, type_name: str, **attributes: Any) -> Integration:
        """Store an integration in place of the one there is; ControlError if it cannot be one."""
        return _integration(self._call("PUT", f"/{type_name}", {"attributes": attributes}))

    def delete(self, type_name: str) -> None:
        """Forget the integration of a type, if there is one."""
        self._call("DELETE", f"/{type_name}")

    def assert_stored(self, type_name: str, **attributes: Any) -> None:
        """There is one of the type, with at least these attributes, secrets in full."""
        verdict = self._call("POST", f"/{type_name}/compare", {"attributes": attributes})
        if not verdict["stored"]:
            raise AssertionError(f"there is no {type_name} in project {self._group_id}")
        if verdict["differs"]:
            raise AssertionError(f"{type_name} differs in {', '.join(verdict['differs'])}")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self._plane.call(method, f"/integrations{path}", body, project=self._group_id)


def _integration(row: dict[str, Any]) -> Integration:
    return Integration(row["type"], row["id"], row["attributes"])


@dataclass(frozen=True)
class InstalledIntegration:
    """An integration that is installed for a tenant; `stored` has secrets masked."""

    id: str
    type: str
    enabled: bool
    stored: dict[str, Any]


class Installed:
    """The integrations that are installed for a tenant. Nothing done here is in the journal."""

    def __init__(self, plane: Plane, tenant_id: str) -> None:
        self._plane = plane
        self._tenant_id = tenant_id

    def list(self) -> list[InstalledIntegration]:
        """All of them, by id."""
        return [_installed(row) for row in self._call("GET", "")["installed"]]

    def get(self, intg_id: str) -> InstalledIntegration | None:
        """The integration of an id, or None."""
        return next((found for found in self.list() if found.id == intg_id), None)

    def put(self, body: dict[str, Any]) -> InstalledIntegration:
        """Store an integration, written as GET shows it; ControlError if it cannot be one."""
        return _installed(self._call("POST", "", body))

    def delete(self, intg_id: str) -> None:
        """Forget an integration, if there is one of the id."""
        self._call("DELETE", f"/{intg_id}")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        return self._plane.call(method, f"/installed{path}", body, tenant=self._tenant_id)


def _installed(row: dict[str, Any]) -> InstalledIntegration:
    return InstalledIntegration(row["id"], row["type"], row["enabled"], row["stored"])
