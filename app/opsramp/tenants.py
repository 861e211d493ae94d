"""A tenant and the integrations installed in it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, cast

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, MissingOwner, Owner
from ..store.layout import ACTIVITY, ALERT_LOG, ALERTS, INSTALLED, TENANT
from .alert_model import add_alerts
from .catalogue import CatalogueEntry, entry_of, find_entry
from .documents import ActivityEntry, InstalledDocument
from .merge import check_role, new_document

_TYPE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)

P = ParamSpec("P")
Edit = Callable[Concatenate[InstalledDocument, P], InstalledDocument]


@dataclass(frozen=True)
class Tenant:
    """A tenant that the client's key covers; `tables` are those at the start of the request."""

    owner: Owner
    name: str
    tables: Mapping[str, Mapping[str, Any]]

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"{current().base_url}/api/v2/tenants/{self.owner.name}"

    def installed(self) -> list[InstalledDocument]:
        """All integrations by type, then by name (INFERRED from one listing), then by id."""
        return sorted(self.tables.get(INSTALLED, {}).values(), key=_sort_key)

    def get(self, intg_id: str) -> InstalledDocument:
        """An installed integration; raises NO_INSTALLED_INTEGRATION."""
        return _require(self.tables.get(INSTALLED, {}).get(intg_id), intg_id)

    def install(self, name: str, body: Mapping[str, Any]) -> InstalledDocument:
        """Install an integration; raises ALREADY_INSTALLED, and NO_INTEGRATION if strict."""
        entry = _type_to_install(name)
        check_role(body)
        document = new_document(entry, body, current().key.public_key, current().time)

        def add(_: Document | None) -> InstalledDocument:
            # The store repeats `add` if another request has changed this owner meanwhile.
            installed = current().store.all(self.owner, INSTALLED).values()
            single = entry.get("multipleInstallations") is False
            if single and any(other["catalogue"] == entry["id"] for other in installed):
                raise ApiError("ALREADY_INSTALLED", entry["id"])
            return document

        return cast(InstalledDocument, self._store(INSTALLED, document["id"], add))

    def change(
        self, intg_id: str, edit: Edit[P], *args: P.args, **kwargs: P.kwargs
    ) -> InstalledDocument:
        """Replace an integration by what `edit` makes of it; raises NO_INSTALLED_INTEGRATION."""

        def change(document: Document | None) -> InstalledDocument:
            return edit(_require(document, intg_id), *args, **kwargs)

        return cast(InstalledDocument, self._store(INSTALLED, intg_id, change))

    def remove(self, intg_id: str) -> None:
        """Delete an integration; raises NO_INSTALLED_INTEGRATION."""
        if not current().store.delete(self.owner, INSTALLED, intg_id):
            raise ApiError("NO_INSTALLED_INTEGRATION", intg_id)

    def activity(self) -> list[ActivityEntry]:
        """The activity log, the latest entry first."""
        entries: list[ActivityEntry] = list(self.tables.get(ACTIVITY, {}).values())
        return sorted(entries, key=lambda entry: -entry["processedTime"])

    @property
    def alerts(self) -> dict[str, Document]:
        """The alerts that are kept by `uniqueId`, the one changed last at the end."""
        log = self.tables.get(ALERTS, {}).get(ALERT_LOG, {})
        return cast(dict[str, Document], log.get("alerts", {}))

    def add_alerts(self, alerts: list[Document]) -> None:
        """Store alerts that were posted."""
        self._store(ALERTS, ALERT_LOG, lambda log: add_alerts(log or {}, alerts))

    def _store(self, table: str, key: str, edit: Callable[[Any], Any]) -> Document:
        try:
            return current().store.change(self.owner, table, key, edit)
        except MissingOwner:  # the tenant was deleted during the request
            raise ApiError("NOT_AUTHORIZED") from None


def get_tenant(tenant_id: str) -> Tenant:
    """The tenant, if the client's key covers it.

    Raises TENANT_GONE, or NOT_AUTHORIZED; that also for an unknown tenant (INFERRED).
    """
    key = current().key
    if not key.may_enter(tenant_id):
        raise ApiError("NOT_AUTHORIZED")
    return open_tenant(key.world, tenant_id)


def open_tenant(world: str, tenant_id: str) -> Tenant:
    """A tenant of a world; raises TENANT_GONE, or NOT_AUTHORIZED if there is none."""
    owner = Owner(world, TENANT, tenant_id)
    tables = current().read(owner).tables
    about = tables.get(TENANT, {}).get(tenant_id)
    if about is None:
        raise ApiError("NOT_AUTHORIZED")
    if about.get("deactivated"):
        raise ApiError("TENANT_GONE", tenant_id)
    return Tenant(owner, about["name"], tables)


def _type_to_install(name: str) -> CatalogueEntry:
    """A type by id or name; an id that the catalogue lacks is refused only by `--strict`."""
    entry = find_entry(name)
    if entry is None:
        if current().services.config.strict or not _TYPE_ID.fullmatch(name):
            raise ApiError("NO_INTEGRATION", name)
        current().warn(f"the catalogue has no integration {name}: is the name right?")
    return entry or entry_of({"catalogue": name})


def _require(document: Document | None, intg_id: str) -> InstalledDocument:
    if document is None:
        raise ApiError("NO_INSTALLED_INTEGRATION", intg_id)
    return cast(InstalledDocument, document)


def _sort_key(document: InstalledDocument) -> tuple[str, str, str]:
    name = entry_of(document)["name"]
    return name, document.get("displayName", "").lower(), document["id"]
