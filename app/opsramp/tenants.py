"""A tenant and the integrations installed in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from ..api.context import current
from ..api.errors import ApiError
from ..api.parsed_cache import Reading
from ..store import Document, MissingOwner, Owner
from .catalogue import get_entry
from .documents import ActivityEntry, InstalledDocument, with_members
from .inbound import check_role
from .merge import new_document
from .representation import Element, element

KIND = "tenant"
ABOUT = "tenant"
INSTALLED = "installed"
ACTIVITY = "activity"
MAX_RENDERED = 1_000  # elements kept of a tenant; one for each integration and host name

Edit = Callable[[InstalledDocument], InstalledDocument]


@dataclass(frozen=True)
class Tenant:
    """A tenant that the client's key covers, as it was when the request started."""

    id: str
    owner: Owner
    reading: Reading

    @property
    def name(self) -> str:
        """Its display name."""
        return str(self._table(ABOUT)[self.id]["name"])

    @property
    def url(self) -> str:
        """The address of its API."""
        return f"{current().base_url}/api/v2/tenants/{self.id}"

    def installed(self) -> list[InstalledDocument]:
        """All integrations by type, then by name (INFERRED from one listing), then by id."""
        return sorted(self._table(INSTALLED).values(), key=_sort_key)

    def get(self, intg_id: str) -> InstalledDocument:
        """An installed integration; raises NO_INSTALLED_INTEGRATION."""
        return _require(self._table(INSTALLED).get(intg_id), intg_id)

    def element(self, document: InstalledDocument) -> Element:
        """An integration as GET and search return it; rendered again only after a change."""
        rendered, key = self.reading.made, (self.url, document["id"])
        cached: Element | None = rendered.get(key)
        if cached is None:
            if len(rendered) >= MAX_RENDERED:
                rendered.clear()
            cached = rendered[key] = element(document, self.url)
        return cached

    def install(self, name: str, body: Mapping[str, Any]) -> InstalledDocument:
        """Install an integration of the catalogue; raises NO_INTEGRATION, ALREADY_INSTALLED."""
        entry = get_entry(name)
        check_role(body)
        document = new_document(entry, body, current().key.public_key, current().time)

        def add(_: Document | None) -> InstalledDocument:
            # The store repeats `add` if another request has changed this owner meanwhile.
            installed = current().services.store.all(self.owner, INSTALLED).values()
            single = entry.get("multipleInstallations") is False
            if single and any(other["catalogue"] == entry["id"] for other in installed):
                raise ApiError("ALREADY_INSTALLED", entry["id"])
            return document

        return self._store(document["id"], add)

    def change(self, intg_id: str, edit: Edit) -> InstalledDocument:
        """Replace an integration by what `edit` returns; raises NO_INSTALLED_INTEGRATION."""
        return self._store(intg_id, lambda document: edit(_require(document, intg_id)))

    def update(self, intg_id: str, **members: object) -> InstalledDocument:
        """Replace members of an integration; raises NO_INSTALLED_INTEGRATION."""
        return self.change(intg_id, lambda document: with_members(document, members))

    def assign(
        self, intg_id: str, name: Literal["processes", "templates"], value: str, assigned: bool
    ) -> None:
        """Add a value to a list of an integration, or remove it."""

        def edit(document: InstalledDocument) -> InstalledDocument:
            others = [other for other in document.get(name, []) if other != value]
            values = [*others, value] if assigned else others
            return with_members(document, {name: values})

        self.change(intg_id, edit)

    def remove(self, intg_id: str) -> None:
        """Delete an integration; raises NO_INSTALLED_INTEGRATION."""
        if not current().services.store.delete(self.owner, INSTALLED, intg_id):
            raise ApiError("NO_INSTALLED_INTEGRATION", intg_id)

    def activity(self) -> list[ActivityEntry]:
        """The activity log, the latest entry first."""
        entries = cast(list[ActivityEntry], list(self._table(ACTIVITY).values()))
        return sorted(entries, key=lambda entry: -entry["processedTime"])

    def _table(self, name: str) -> Mapping[str, Any]:
        return self.reading.tables.get(name, {})

    def _store(self, intg_id: str, edit: Callable[[Any], Any]) -> InstalledDocument:
        store = current().services.store
        try:
            return cast(InstalledDocument, store.change(self.owner, INSTALLED, intg_id, edit))
        except MissingOwner:  # the tenant was deleted during the request
            raise ApiError("NOT_AUTHORIZED") from None


def get_tenant(tenant_id: str) -> Tenant:
    """The tenant, if the client's key covers it.

    Raises TENANT_GONE, or NOT_AUTHORIZED; that also for an unknown tenant (INFERRED).
    """
    ctx = current()
    if not ctx.key.may_enter(tenant_id):
        raise ApiError("NOT_AUTHORIZED")
    owner = Owner(ctx.key.world, KIND, tenant_id)
    reading = ctx.read(owner)
    about = reading.tables.get(ABOUT, {}).get(tenant_id)
    if about is None:
        raise ApiError("NOT_AUTHORIZED")
    if about.get("deactivated"):
        raise ApiError("TENANT_GONE", tenant_id)
    return Tenant(tenant_id, owner, reading)


def _require(document: Document | None, intg_id: str) -> InstalledDocument:
    if document is None:
        raise ApiError("NO_INSTALLED_INTEGRATION", intg_id)
    return cast(InstalledDocument, document)


def _sort_key(document: InstalledDocument) -> tuple[str, str, str]:
    name = get_entry(document["catalogue"])["name"]
    return name, document.get("displayName", "").lower(), document["id"]
