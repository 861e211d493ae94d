"""An installed integration as it is shown: fixed order of keys, nothing that is null (SPEC)."""

from __future__ import annotations

from typing import Any

from opsemu.schemas.opsramp.installed import SingleSignOn
from opsemu.schemas.opsramp.notifier import show_notifier

from ..store import Document
from . import inbound
from .catalogue import Entry, entry
from .mapping_rows import INBOUND, OUTBOUND, groups

Element = dict[str, Any]

ORDER = (
    "id", "displayName", "description", "integration", "credential", "inboundConfig",
    "outboundConfig", "deployment", "configFiles", "category", "installedBy", "installedTime",
    "discoveryProfiles", "containerEngineType", "status", "alertSource", "direction",
    "singleSignOnAuthentication", "emailAddress", "emailProps",
)  # fmt: skip
EMAIL_ORDER = ("id", "displayName", "description", "inboundConfig", "integration")
# About the installation, not the integration: the answer to an update leaves it out (SEED, SPEC).
_ABOUT = ("installedBy", "installedTime", "status")
_STATUS = {None: None, True: "enabled", False: "disabled"}
_NESTED = ("displayName", "category", *_ABOUT)


def element(document: Document, url: str, *, secret: bool = False) -> Element:
    """The integration as GET and search show it; `url` is the tenant's."""
    known = entry(document["catalogue"])
    parts = {
        **{name: document.get(name) for name in ORDER},
        "integration": None if known.get("anonymous") else _integration(known),
        "category": document.get("category", known.get("category")),
        "inboundConfig": _inbound(document, known, url, secret),
        "outboundConfig": _outbound(document),
        "configFiles": _config_files(document, known, url),
        "status": _STATUS.get(document.get("enabled")),
        "singleSignOnAuthentication": _single_sign_on(document, known),
    }
    first = EMAIL_ORDER if known.get("email") else ()
    return {name: parts[name] for name in dict.fromkeys((*first, *ORDER)) if parts[name]}


def installed_element(document: Document, url: str) -> Element:
    """The answer to an installation: the only one with the secret of a new key (SPEC, CLIENT).

    Single sign-on tells of the installation in an object of its own (SPEC).
    """
    shown = _as_asked(document, element(document, url, secret=True))
    single = shown.pop("singleSignOnAuthentication", None)
    if single is None:
        return shown
    about = {name: shown.pop(name) for name in _NESTED if name in shown}
    return {**shown, "ssoInstalled": about, "singleSignOnAuthentication": single}


def updated_element(document: Document, url: str) -> Element:
    """The answer to an update: the whole stored state (INFERRED), as brief as SEED and SPEC."""
    shown = _as_asked(document, element(document, url))
    left_out = () if entry(document["catalogue"]).get("fullUpdate") else _ABOUT
    return {name: shown[name] for name in shown if name not in left_out}


def authentication(document: Document, url: str, *, secret: bool = False) -> dict[str, Any]:
    """How the other side calls in, with its webhooks."""
    stored = inbound.shown(document.get("authentication", {}), secret=secret)
    return {**stored, **inbound.webhooks(document, entry(document["catalogue"]), _hooks(url))}


def _as_asked(document: Document, shown: Element) -> Element:
    """Without a category that nobody gave: GET and search alone tell the catalogue's (CLIENT)."""
    return {name: shown[name] for name in shown if name != "category" or name in document}


def _integration(known: Entry) -> dict[str, Any]:
    multiple = {"multipleInstallations": True} if known.get("multipleInstallations") else {}
    return {"id": known["id"], "name": known["name"], **multiple}


def _inbound(document: Document, known: Entry, url: str, secret: bool) -> dict[str, Any]:
    return _present(
        authentication=authentication(document, url, secret=secret),
        mapAttributes=groups(document.get("rows", ()), INBOUND),
        dropAlerts=document.get("dropAlerts"),
    )


def _outbound(document: Document) -> dict[str, Any]:
    """The notifier comes first, whatever the request's order (SEED)."""
    return _present(
        baseNotifier=show_notifier(document.get("notifier", {})),
        mapAttributes=groups(document.get("rows", ()), OUTBOUND),
    )


def _config_files(document: Document, known: Entry, url: str) -> list[dict[str, Any]]:
    """Absolute addresses on this host; the id is always 0 (SPEC)."""
    address = f"{url}/integrations/installed/{document['id']}/configFile"
    return [
        {"id": 0, "name": f"{name}.yaml", "contentURL": f"{address}/{name}"}
        for name in known.get("configFiles", ())
    ]


def _single_sign_on(document: Document, known: Entry) -> dict[str, Any] | None:
    stored = document.get("singleSignOnAuthentication")
    if stored is None:
        return None
    kind = known["name"] if known["id"] == "OKTA" else "Other"
    return {"type": kind, **SingleSignOn().dump(stored)}


def _hooks(url: str) -> str:
    """Where the tenant's webhooks are, from where its API is."""
    return url.replace("/api/v2/tenants/", "/integrations/")


def _present(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part not in (None, {}, [])}
