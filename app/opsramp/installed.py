"""`integrations/install` and `integrations/installed`: the integrations of a tenant."""

from __future__ import annotations

from flask import Response

from opsemu.schemas.opsramp.installed import Installed, Template, Uninstall
from opsemu.schemas.opsramp.notifier import Notifier, show_notifier

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import file_reply, reply
from ..api.routes import Resource
from ..store import Document
from . import catalogue
from .family import FAMILIES
from .merge import changed
from .representation import element, installed_element, updated_element
from .request_helpers import begins, body, chosen, equals, listed
from .tenants import tenant

bp = Resource("opsramp_installed", __name__, families=FAMILIES)

INTEGRATIONS = "/tenants/<tenant_id>/integrations"
ONE = f"{INTEGRATIONS}/installed/<intg_id>"


@bp.post(f"{INTEGRATIONS}/install/<name>", operation="installInstalled")
def install(tenant_id: str, name: str) -> Response:
    """Install an integration of the catalogue."""
    here = tenant(tenant_id)
    given = body(Installed)
    return reply(installed_element(here.install(name, given), here.url))


@bp.get(f"{INTEGRATIONS}/installed/search", operation="searchInstalled", cacheable=True)
def search(tenant_id: str) -> Response:
    """The installed integrations, each as `get_one` shows it."""
    here = tenant(tenant_id)
    kind = current().query.first("integrationType")
    rows = [row for row in here.installed() if kind in (None, row["catalogue"])]
    found = chosen(rows, _KEYS, lambda row, name: equals(_names(row), name))
    return listed([here.shown(row, element) for row in found], previous=True)


@bp.get(ONE, operation="getOneInstalled", cacheable=True)
def get_one(tenant_id: str, intg_id: str) -> Response:
    """One integration."""
    here = tenant(tenant_id)
    return reply(here.shown(here.one(intg_id), element))


@bp.post(ONE, operation="updateInstalled")
def update(tenant_id: str, intg_id: str) -> Response:
    """Change the parts that are sent; mappings are added to those there (see rows.py)."""
    here = tenant(tenant_id)
    entry = catalogue.entry(here.one(intg_id)["catalogue"])
    given = body(Installed)
    stored = here.change(
        intg_id, lambda present: changed(present, given, entry, current().time.random)
    )
    return reply(updated_element(stored, here.url))


@bp.delete(ONE, operation="uninstallInstalled")
def uninstall(tenant_id: str, intg_id: str) -> Response:
    """Remove an integration; the body says why (ISSUE). The answer's body is INFERRED: none."""
    here = tenant(tenant_id)
    here.one(intg_id)
    body(Uninstall)
    here.remove(intg_id)
    return reply(None)


@bp.post(f"{ONE}/<any(enable, disable):verb>", operation="switchInstalled")
def switch(tenant_id: str, intg_id: str, verb: str) -> Response:
    """Turn an integration on or off; needs no body (CLIENT) and answers with none (INFERRED)."""
    tenant(tenant_id).change(intg_id, lambda present: {**present, "enabled": verb == "enable"})
    return reply(None)


@bp.post(f"{ONE}/notifier", operation="notifierInstalled")
def notifier(tenant_id: str, intg_id: str) -> Response:
    """Replace the base notifier, the same one that an update replaces (INFERRED)."""
    here = tenant(tenant_id)
    here.one(intg_id)
    given = body(Notifier)
    here.change(intg_id, lambda present: {**present, "notifier": given})
    return reply(show_notifier(given))


@bp.post(f"{ONE}/template/<any(assign, unassign):verb>", operation="templateInstalled")
def template(tenant_id: str, intg_id: str, verb: str) -> Response:
    """Put a template on an integration, or take it off (SPEC; no answer is documented)."""
    here = tenant(tenant_id)
    here.one(intg_id)
    uniq_id = body(Template).get("uniqID", "")

    def edit(present: Document) -> Document:
        kept = [name for name in present.get("templates", ()) if name != uniq_id]
        return {**present, "templates": kept + ([uniq_id] if verb == "assign" else [])}

    here.change(intg_id, edit)
    return reply(None)


@bp.get(f"{ONE}/configFile/<name>", operation="configFileInstalled")
def config_file(tenant_id: str, intg_id: str, name: str) -> Response:
    """A configuration file: YAML of several documents, not JSON (CLIENT)."""
    here = tenant(tenant_id)
    kind = here.one(intg_id)["catalogue"]
    if name.removesuffix(".yaml") not in catalogue.entry(kind).get("configFiles", ()):
        raise ApiError("NOT_SUPPORTED", name, kind)
    text = catalogue.config_file(tenant=tenant_id, integration=intg_id, name=name, host=here.url)
    return file_reply(text, "text/yaml")


def _is_in_category(row: Document, category: str) -> bool:
    return category == row.get("category") or catalogue.is_in_category(
        catalogue.entry(row["catalogue"]), category
    )


def _names(row: Document) -> tuple[str, ...]:
    """Its own name, and those of its type (INFERRED)."""
    entry = catalogue.entry(row["catalogue"])
    return row.get("displayName", ""), entry["name"], entry["id"]


_KEYS = {
    "category": _is_in_category,
    "name": lambda row, name: begins(_names(row), name),
    "uId": lambda row, unique_id: row["id"] == unique_id,
}
