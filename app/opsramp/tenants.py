"""A tenant and the integrations installed in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, MissingOwner, Owner
from .catalogue import Entry, entry
from .inbound import authenticated, check_role
from .merge import changed

KIND = "tenant"
ABOUT = "tenant"
INSTALLED = "installed"
ACTIVITY = "activity"
MOST_SHOWN = 1_000  # integrations of a tenant, by the hosts it was called under


@dataclass(frozen=True)
class Tenant:
    """A tenant that the caller may enter."""

    id: str
    owner: Owner
    about: Document

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"{current().base_url}/api/v2/tenants/{self.id}"

    def installed(self) -> list[Document]:
        """All integrations by type, then by name (INFERRED from one listing), then by id."""
        stored = current().read(self.owner).tables.get(INSTALLED, {})
        return sorted(stored.values(), key=_place)

    def one(self, intg_id: str) -> Document:
        """An installed integration; raises NO_INSTALLED_INTEGRATION."""
        return _present(current().get(self.owner, INSTALLED, intg_id), intg_id)

    def shown(self, row: Document, show: Callable[[Document, str], Any]) -> Any:
        """What `show` makes of an integration and the tenant's address, while both are the same."""
        reading, key = current().read(self.owner), (self.url, row["id"])
        if reading.tables.get(INSTALLED, {}).get(row["id"]) is not row:  # changed meanwhile
            return show(row, self.url)
        if key not in reading.made:
            if len(reading.made) >= MOST_SHOWN:
                reading.made.clear()
            reading.made[key] = show(row, self.url)
        return reading.made[key]

    def install(self, name: str, body: dict[str, Any]) -> Document:
        """Install an integration of the catalogue; raises NO_INTEGRATION, ALREADY_INSTALLED."""
        known = entry(name)
        check_role(body)
        fresh = changed(_new(known), body, known, current().time.random)

        def edit(_: Document | None) -> Document:
            # Whoever installs changes this owner, so of two callers one is asked again.
            stored = current().services.store.all(self.owner, INSTALLED).values()
            single = known.get("multipleInstallations") is False
            if single and any(row["catalogue"] == known["id"] for row in stored):
                raise ApiError("ALREADY_INSTALLED", known["id"])
            return fresh

        return self._edit(fresh["id"], edit)

    def change(self, intg_id: str, edit: Callable[[Document], Document]) -> Document:
        """Put what `edit` makes of an integration in its place."""
        return self._edit(intg_id, lambda present: edit(_present(present, intg_id)))

    def remove(self, intg_id: str) -> None:
        """Forget an integration; raises NO_INSTALLED_INTEGRATION."""
        if not current().services.store.delete(self.owner, INSTALLED, intg_id):
            raise ApiError("NO_INSTALLED_INTEGRATION", intg_id)

    def activity(self) -> list[Document]:
        """What went in and out, the latest first."""
        rows = current().services.store.all(self.owner, ACTIVITY).values()
        return sorted(rows, key=lambda row: -int(row["processedTime"]))

    def _edit(self, intg_id: str, edit: Callable[[Document | None], Document]) -> Document:
        try:
            return current().services.store.change(self.owner, INSTALLED, intg_id, edit)
        except MissingOwner:  # deleted since it was looked up
            raise ApiError("NOT_AUTHORIZED") from None


def tenant(tenant_id: str) -> Tenant:
    """The tenant of that id, if the caller's key covers it.

    Raises NOT_AUTHORIZED, also for one that is not there (INFERRED), or TENANT_GONE.
    """
    owner = Owner(current().key.world, KIND, tenant_id)
    about = current().get(owner, ABOUT, tenant_id) if current().key.may_enter(tenant_id) else None
    if about is None:
        raise ApiError("NOT_AUTHORIZED")
    if about.get("deactivated"):
        raise ApiError("TENANT_GONE", tenant_id)
    return Tenant(tenant_id, owner, about)


def _present(document: Document | None, intg_id: str) -> Document:
    if document is None:
        raise ApiError("NO_INSTALLED_INTEGRATION", intg_id)
    return document


def _place(document: Document) -> tuple[str, str, str]:
    name = entry(document["catalogue"])["name"]
    return name, document.get("displayName", "").lower(), document["id"]


def _new(known: Entry) -> Document:
    document: Document = {
        "id": f"INTG-{current().time.random.uuid()}",
        "catalogue": known["id"],
        "installedBy": current().key.public_key,
        "installedTime": current().time.iso_time(),
        "enabled": True,
    }
    if known.get("webhook"):
        document["authentication"] = authenticated(
            {"authType": "WEBHOOK"}, {}, current().time.random
        )
    if known.get("email"):
        document["emailAddress"] = f"alerts@{current().time.random.alphanumeric(24)}.opsramp.com"
    return document
