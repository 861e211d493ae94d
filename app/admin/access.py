"""Who may call the admin API.

With an admin token: who sends it. Without: clients on this machine only. A web page whose
own name resolves to 127.0.0.1 (DNS rebinding) is recognized by the Host header, a page that
posts across origins by the Origin header, a proxy by the headers that proxies add.
"""

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, request

from .errors import AdminError

_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


def restrict_access(app: Flask, token: str) -> None:
    """Check every request; `token` may be empty."""
    app.before_request(lambda: check_token(token) if token else check_local())
    app.before_request(check_origin)


def check_token(token: str) -> None:
    """Raise AdminError 401 unless the request has the admin token."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(value.encode(), token.encode()):
        message = "the admin token is missing or wrong; send Authorization: Bearer <token>"
        raise AdminError(401, "token_needed", message)


def check_local() -> None:
    """Raise AdminError 403 unless the client is on this machine and uses a local host name."""
    is_proxied = any(name in request.headers for name in _PROXY_HEADERS)
    if is_proxied or not _is_loopback(request.remote_addr or ""):
        message = "without an admin token only clients on this machine are allowed, and no proxies"
        raise AdminError(403, "not_local", message)
    host = urlsplit(f"//{request.host}").hostname or ""
    if not (host == "localhost" or host.endswith(".localhost") or _is_loopback(host)):
        message = "without an admin token the Host header must be localhost or a loopback address"
        raise AdminError(403, "foreign_host", message)


def check_origin() -> None:
    """Raise AdminError 403 for a web page of another origin."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise AdminError(403, "foreign_origin", "the Origin header names another server")


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
