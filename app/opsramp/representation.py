"""An installed integration in responses: keys in a fixed order, nothing that is null (SPEC)."""

from opsemu.schemas.opsramp.installed import Notifier, SingleSignOn

from ..api.context import current
from ..store.layout import DEFAULT_WORLD
from .catalogue import CatalogueEntry, entry_of, get_alert_source
from .constants import INBOUND, OUTBOUND
from .documents import InstalledDocument
from .mapping_rows import groups

Element = dict[str, object]

ORDER = (
    "id", "displayName", "description", "integration", "credential", "inboundConfig",
    "outboundConfig", "deployment", "configFiles", "category", "installedBy", "installedTime",
    "discoveryProfiles", "containerEngineType", "status", "alertSource", "direction",
    "singleSignOnAuthentication", "emailAddress", "emailProps",
)  # fmt: skip
EMAIL_ORDER = ("id", "displayName", "description", "inboundConfig", "integration")
# Facts of the installation; the response to an update omits them (SEED, SPEC).
_INSTALLATION = ("installedBy", "installedTime", "status")
# What is shown of a category if a body did not set it (DOCS).
_DEFAULTS: dict[str, Element] = {
    "Monitoring": {"alertSource": get_alert_source("Custom")},
    "Collaboration": {"direction": "Inbound-Outbound"},
}
_STATUS = {None: None, True: "enabled", False: "disabled"}


def element(
    document: InstalledDocument, url: str, *, secret: bool = False, changed: bool = False
) -> Element:
    """The integration as responses show it; `url` is the tenant's.

    Only GET and search fall back to the catalogue's category (CLIENT).
    """
    entry = entry_of(document)
    rows = document.get("rows", ())
    inbound: Element = {
        "authentication": authentication(document, url, secret=secret),
        "mapAttributes": groups(rows, INBOUND),
        "dropAlerts": document.get("dropAlerts"),
    }
    # The notifier is first, whatever the order of the request (SEED).
    notifier = Notifier.show(document.get("notifier", {}))
    outbound: Element = {"baseNotifier": notifier, "mapAttributes": groups(rows, OUTBOUND)}
    parts: Element = {
        **_DEFAULTS.get(document.get("category", ""), {}),
        **document,
        "integration": None if entry.get("anonymous") else integration(entry),
        "category": document.get("category", None if changed else entry.get("category")),
        "inboundConfig": _drop_empty(inbound),
        "outboundConfig": _drop_empty(outbound),
        "configFiles": _config_files(document, entry, url),
        "status": _STATUS[document.get("enabled")],
        "singleSignOnAuthentication": _single_sign_on(document, entry),
    }
    first = EMAIL_ORDER if entry.get("email") else ()
    return {name: parts[name] for name in dict.fromkeys((*first, *ORDER)) if parts.get(name)}


def installed_element(document: InstalledDocument, url: str) -> Element:
    """The response to an installation, the only one with the secret of a new key (SPEC, CLIENT).

    With single sign-on, the facts of the installation are in an object of their own (SPEC).
    """
    response = element(document, url, secret=True, changed=True)
    single_sign_on = response.pop("singleSignOnAuthentication", None)
    if single_sign_on is None:
        return response
    names = ("displayName", "category", *_INSTALLATION)
    installed = {name: response.pop(name) for name in names if name in response}
    return {**response, "ssoInstalled": installed, "singleSignOnAuthentication": single_sign_on}


def updated_element(document: InstalledDocument, url: str) -> Element:
    """The response to an update: the whole state (INFERRED), as short as in SEED and SPEC."""
    response = element(document, url, changed=True)
    omitted = () if entry_of(document).get("fullUpdate") else _INSTALLATION
    return {name: response[name] for name in response if name not in omitted}


def authentication(document: InstalledDocument, url: str, *, secret: bool = False) -> Element:
    """How the other system authenticates, with the webhook URLs.

    Token and key are in clear (SEED), the key's secret only when it is new (SPEC, CLIENT).
    """
    response: Element = {**document.get("authentication", {}), **_webhooks(document, url)}
    pairs = document.get("authentication", {}).get("apiKeyPairs")
    if pairs and not secret:
        response["apiKeyPairs"] = [{"key": pair["key"]} for pair in pairs]
    return response


def integration(entry: CatalogueEntry) -> Element:
    """A catalogue entry as the API shows it: a false `multipleInstallations` is omitted (SPEC)."""
    multiple = {"multipleInstallations": True} if entry.get("multipleInstallations") else {}
    return {"id": entry["id"], "name": entry["name"], **multiple}


def _webhooks(document: InstalledDocument, url: str) -> Element:
    """The webhook URLs, for integrations that have them (SPEC; CLIENT for alerts).

    Outside of the default world they name the world: seeds may give several the same token.
    """
    token = document.get("authentication", {}).get("token")
    if token is None:
        return {}
    world = current().time.world
    token += "" if world == DEFAULT_WORLD else f"&world={world}"
    base, _, tenant_id = url.replace("/api/v2/tenants/", "/integrations/").rpartition("/")
    if entry_of(document).get("webhook"):
        return {"webhookUrl": f"{base}/alertsWebhook/{tenant_id}/alerts?vtoken={token}"}
    address, entities = f"{base}/{tenant_id}/webhook", document.get("entityTypes", [])
    details = [
        {"webhookEntityType": entity, "url": f"{address}/{entity.lower()}?vtoken={token}"}
        for entity in entities
    ]
    if not details:
        return {}
    return {"webhookUrl": details[0]["url"], "entityTypes": entities, "webhookDetails": details}


def _config_files(document: InstalledDocument, entry: CatalogueEntry, url: str) -> list[Element]:
    """Absolute URLs on this host; the id is always 0 (SPEC)."""
    address = f"{url}/integrations/installed/{document['id']}/configFile"
    return [
        {"id": 0, "name": f"{name}.yaml", "contentURL": f"{address}/{name}"}
        for name in entry.get("configFiles", ())
    ]


def _single_sign_on(document: InstalledDocument, entry: CatalogueEntry) -> Element | None:
    single_sign_on = document.get("singleSignOnAuthentication")
    if single_sign_on is None:
        return None
    kind = entry["name"] if entry["id"] == "OKTA" else "Other"
    return {"type": kind, **SingleSignOn.show(single_sign_on)}


def _drop_empty(parts: Element) -> Element:
    return {name: part for name, part in parts.items() if part not in (None, {}, [])}
