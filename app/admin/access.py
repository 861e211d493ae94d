"""Who may call the admin API.

With an admin token: who sends it. Without one: clients on this machine, if no proxy can be told
from the request or the settings. A web page whose own name resolves to 127.0.0.1 (DNS rebinding)
is recognized by the Host header, any other page by the Origin and Sec-Fetch-Site headers.
docs/security.md says what cannot be recognized. `/ready` is open to everyone, as probes are on
other machines and have no token; so are `/ca.pem` and the files of the pages, which hold no secret.
"""

import hmac
import re
from functools import lru_cache, partial
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, request

from ..config import Config
from .errors import AdminError

# Of the pages, which ask for the token themselves.
_PAGES = ("page.index", "page.style", "page.script", "docs.index", "docs.page", "docs.asset")
OPEN_ENDPOINTS = ("status.ready", "status.ca_certificate", *_PAGES)
# Headers that proxies and content delivery networks add.
_PROXY_HEADER = re.compile(
    r"via|forwarded(-for)?|max-forwards|cdn-loop|(x-)?proxy.*|cf-.*|"
    r"x-(forwarded|original|envoy)\b.*|"
    r"(.+-)?(client|connecting|real|remote|user)-?(ip|addr|address)(v6)?",
    re.IGNORECASE,
)


def restrict_access(app: Flask, config: Config) -> None:
    """Check every request, but none for OPEN_ENDPOINTS."""
    app.before_request(partial(check_access, config))


def check_access(config: Config) -> None:
    """Raise AdminError 401 or 403 unless the request may be answered."""
    if request.endpoint in OPEN_ENDPOINTS:
        return
    if config.admin_token:
        check_token(config.admin_token)
    else:
        check_no_proxy(config)
        check_local()
    check_page()
    if config.page == "read-only":
        check_no_page_writes()


def check_token(token: str) -> None:
    """Raise AdminError 401 unless the request has the admin token."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(value.encode(), token.encode()):
        message = "the admin token is missing or wrong; send Authorization: Bearer <token>"
        raise AdminError(401, "token_needed", message)


def check_no_proxy(config: Config) -> None:
    """Raise AdminError 403 if a proxy is in front of the port, or may have sent the request."""
    if (config.external_url or config.trust_proxy) and config.admin == "on":
        message = (
            "with --external-url or --trust-proxy the admin API needs --admin-token or --admin own"
        )
        raise AdminError(403, "proxied", message)
    if variable := next(filter(_is_proxy_header, request.environ), None):
        name = _header(variable).title()
        message = f"the header {name} is a proxy's; behind one the admin API needs --admin-token"
        raise AdminError(403, "proxied", message)
    # nginx speaks it to its upstreams, unless told otherwise; of local clients hardly any does.
    if request.environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        message = "proxies send HTTP/1.0; without an admin token the admin API needs HTTP/1.1"
        raise AdminError(403, "proxied", message)


def check_local() -> None:
    """Raise AdminError 403 unless the client is on this machine and uses a local host name."""
    if not _is_loopback(request.remote_addr or ""):
        message = "without an admin token only clients on this machine are allowed"
        raise AdminError(403, "not_local", message)
    if not _is_local(request.host):
        message = "without an admin token the Host header must be localhost or a loopback address"
        raise AdminError(403, "foreign_host", message)


def check_page() -> None:
    """Raise AdminError 403 for a web page of another origin; a link to follow is no such page."""
    environ = request.environ
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise AdminError(403, "foreign_origin", "the Origin header names another server")
    is_foreign = environ.get("HTTP_SEC_FETCH_SITE") in ("cross-site", "same-site")
    is_link = request.method == "GET" and environ.get("HTTP_SEC_FETCH_DEST") == "document"
    if is_foreign and not is_link:
        raise AdminError(403, "foreign_origin", "a web page of another site sent the request")


def check_no_page_writes() -> None:
    """Raise AdminError 403 for a web page's request that may change something."""
    is_page = "Origin" in request.headers or "Sec-Fetch-Site" in request.headers
    if is_page and request.method not in ("GET", "HEAD"):
        message = "with --page read-only no web page changes anything; the command line does"
        raise AdminError(403, "read_only", message)


@lru_cache
def _is_proxy_header(variable: str) -> bool:
    """Whether a variable of the WSGI environment is a header that proxies add."""
    is_header = variable.startswith("HTTP_")
    return is_header and _PROXY_HEADER.fullmatch(_header(variable)) is not None


def _header(variable: str) -> str:
    return variable.removeprefix("HTTP_").replace("_", "-")


@lru_cache
def _is_local(address: str) -> bool:
    """Whether a Host header names this machine."""
    host = urlsplit(f"//{address}").hostname or ""
    return host == "localhost" or host.endswith(".localhost") or _is_loopback(host)


@lru_cache
def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
