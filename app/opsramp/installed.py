"""`integrations/install` and `integrations/installed`: the integrations and their settings."""

from flask import Response

from opsemu.schemas.opsramp import installed as bodies

from ..api.context import current
from ..api.errors import ApiError
from ..api.plain_responses import file_reply
from ..api.responses import reply
from ..api.routes import Resource
from . import catalogue
from .documents import InstalledDocument, with_members, with_value
from .merge import merge_body, renew_credentials, set_authentication
from .paging import requested_page
from .representation import authentication, element, installed_element, updated_element
from .request_helpers import Matcher, load_body, load_for, reply_search
from .tenants import get_tenant

bp = Resource("opsramp_installed", __name__)

INTEGRATIONS = "/tenants/<tenant_id>/integrations"
ONE = f"{INTEGRATIONS}/installed/<intg_id>"


@bp.post(f"{INTEGRATIONS}/install/<name>", operation="installInstalled")
def install(tenant_id: str, name: str) -> Response:
    """Install an integration of the catalogue."""
    tenant = get_tenant(tenant_id)
    document = tenant.install(name, load_body(bodies.Installed))
    return reply(installed_element(document, tenant.url))


@bp.get(f"{INTEGRATIONS}/installed/search", operation="searchInstalled", cacheable=True)
def search(tenant_id: str) -> Response:
    """The installed integrations, each as `get_one` returns it."""
    tenant = get_tenant(tenant_id)
    kind = current().query.first("integrationType")
    documents = [each for each in tenant.installed() if kind in (None, each["catalogue"])]
    return reply_search(documents, _names, _MATCHERS, lambda each: element(each, tenant.url))


@bp.get(f"{INTEGRATIONS}/installed", operation="getAllInstalled", cacheable=True)
def get_all(tenant_id: str) -> Response:
    """The installed integrations as a bare array (CLIENT)."""
    tenant = get_tenant(tenant_id)
    elements = [element(document, tenant.url) for document in tenant.installed()]
    return reply(requested_page().sort(elements))


@bp.get(ONE, operation="getOneInstalled", cacheable=True)
def get_one(tenant_id: str, intg_id: str) -> Response:
    """One integration."""
    tenant = get_tenant(tenant_id)
    return reply(element(tenant.get(intg_id), tenant.url))


@bp.post(ONE, operation="updateInstalled")
def update(tenant_id: str, intg_id: str) -> Response:
    """Replace the parts in the body; mappings are appended (see mapping_rows)."""
    tenant, body = load_for(tenant_id, intg_id, bodies.Installed)
    edited = tenant.change(intg_id, merge_body, body, current().time.random)
    return reply(updated_element(edited, tenant.url))


@bp.delete(ONE, operation="uninstallInstalled")
def uninstall(tenant_id: str, intg_id: str) -> Response:
    """Remove an integration; the response has no body (INFERRED).

    A client sends no reason (CLIENT), an ISSUE says that it is mandatory: a setting decides.
    """
    tenant, body = load_for(tenant_id, intg_id, bodies.Uninstall)
    required = current().settings["uninstall_reason"] == "required"
    if required and not body.get("uninstallReason"):
        raise ApiError("MANDATORY", "uninstallReason")
    tenant.remove(intg_id)
    return reply(None)


@bp.post(f"{ONE}/<any(enable, disable):verb>", operation="switchInstalled")
def switch(tenant_id: str, intg_id: str, verb: str) -> Response:
    """Enable or disable an integration; no body in the request (CLIENT) or response (INFERRED)."""
    get_tenant(tenant_id).change(intg_id, with_members, {"enabled": verb == "enable"})
    return reply(None)


@bp.post(f"{ONE}/notifier", operation="notifierInstalled")
def notifier(tenant_id: str, intg_id: str) -> Response:
    """Replace the base notifier, the one that an update replaces, too (INFERRED)."""
    tenant, body = load_for(tenant_id, intg_id, bodies.Notifier)
    tenant.change(intg_id, with_members, {"notifier": body})
    return reply(bodies.Notifier.show(body))


@bp.post(
    f"{ONE}/template/<any(assign, unassign):verb>",
    operation="templateInstalled",
    emulation="stored",
)
def template(tenant_id: str, intg_id: str, verb: str) -> Response:
    """Assign a template to an integration, or remove it (SPEC; no response is documented)."""
    tenant, body = load_for(tenant_id, intg_id, bodies.Template)
    tenant.change(intg_id, with_value, "templates", body.get("uniqID", ""), verb == "assign")
    return reply(None)


@bp.get(f"{ONE}/configFile/<name>", operation="configFileInstalled")
def config_file(tenant_id: str, intg_id: str, name: str) -> Response:
    """A configuration file: several YAML documents, not JSON (CLIENT)."""
    tenant = get_tenant(tenant_id)
    entry = catalogue.entry_of(tenant.get(intg_id))
    if name.removesuffix(".yaml") not in entry.get("configFiles", ()):
        raise ApiError("NOT_SUPPORTED", name, entry["id"])
    text = catalogue.config_file(tenant=tenant_id, integration=intg_id, name=name, host=tenant.url)
    return file_reply(text.encode(), "text/yaml")


@bp.get(f"{ONE}/inbound/authentication", operation="getOneAccess")
def get_access(tenant_id: str, intg_id: str) -> Response:
    """How the other system authenticates (CLIENT)."""
    tenant = get_tenant(tenant_id)
    return reply(authentication(tenant.get(intg_id), tenant.url))


@bp.post(f"{ONE}/inbound/authentication", operation="chooseAccess")
def choose_access(tenant_id: str, intg_id: str) -> Response:
    """Set how the other system authenticates; the key's secret is not returned (SPEC)."""
    tenant, body = load_for(tenant_id, intg_id, bodies.InboundAuthentication)
    edited = tenant.change(intg_id, set_authentication, body, current().time.random)
    return reply(authentication(edited, tenant.url))


@bp.post(f"{ONE}/inbound/authentication/regenerateSecretOrToken", operation="regenerateAccess")
def regenerate_access(tenant_id: str, intg_id: str) -> Response:
    """Create a new token, or a new key with its secret (CLIENT); needs no body."""
    tenant = get_tenant(tenant_id)
    edited = tenant.change(intg_id, renew_credentials, current().time.random)
    return reply(authentication(edited, tenant.url, secret=True))


@bp.get(f"{ONE}/availableRoles", operation="rolesAccess")
def roles(tenant_id: str, intg_id: str) -> Response:
    """The roles that can be given to the other system: a bare array (CLIENT)."""
    get_tenant(tenant_id).get(intg_id)
    return reply(catalogue.load("roles"))


@bp.get(f"{ONE}/enableDropAlerts", operation="dropAlertsAccess", emulation="stored")
def drop_alerts(tenant_id: str, intg_id: str) -> Response:
    """Drop alerts or not: a GET that writes (CLIENT)."""
    enabled = current().query.flag("enableDropAlerts")
    get_tenant(tenant_id).change(intg_id, with_members, {"dropAlerts": enabled})
    return reply(None)


@bp.get(
    f"{ONE}/processDefinitons/<process_id>/assignOrUnassign",
    operation="processesAccess",
    emulation="stored",
)
def processes(tenant_id: str, intg_id: str, process_id: str) -> Response:
    """Assign a process or not: a GET that writes; the path has the vendor's spelling (CLIENT)."""
    assigned = current().query.flag("assign")
    get_tenant(tenant_id).change(intg_id, with_value, "processes", process_id, assigned)
    return reply(None)


@bp.route(
    f"{ONE}/additionalProps",
    methods=["POST", "DELETE"],
    operation="propertiesAccess",
    emulation="stored",
)
def properties(tenant_id: str, intg_id: str) -> Response:
    """Store properties that no response contains (CLIENT)."""
    tenant, body = load_for(tenant_id, intg_id, bodies.AdditionalProperties)
    tenant.change(intg_id, with_members, {"additionalProps": body})
    return reply(None)


def _is_in_category(document: InstalledDocument, category: str) -> bool:
    entry = catalogue.entry_of(document)
    return category == document.get("category") or catalogue.is_in_category(entry, category)


def _names(document: InstalledDocument) -> list[str]:
    """Its own name, and those of its catalogue entry (INFERRED)."""
    entry = catalogue.entry_of(document)
    return [name.lower() for name in (document.get("displayName", ""), entry["name"], entry["id"])]


_MATCHERS: dict[str, Matcher[InstalledDocument]] = {
    "category": _is_in_category,
    "uId": lambda document, text: (
        text.lower() in (document["id"].lower(), document["catalogue"].lower())
    ),
}
