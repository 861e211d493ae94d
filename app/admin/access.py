"""Who may use the control plane.

Without a token: callers on this machine, who name it as such. A web page that has its
own name resolve to 127.0.0.1 (DNS rebinding) is told apart by its Host header, one
that posts across origins by its Origin, a proxy by the headers that proxies add.
"""

from __future__ import annotations

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import Flask, request

from ..api.context import Services
from .errors import Problem

_PROXIED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


def init_app(app: Flask, services: Services) -> None:
    """Ask every request for what entitles it."""
    token = services.config.admin_token
    app.before_request(lambda: check_token(token) if token else check_neighbour())
    app.before_request(check_origin)


def check_token(token: str) -> None:
    """Refuse who does not bring the token, wherever the call comes from."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
        raise Problem(401, "token_needed", "send the admin token: Authorization: Bearer <token>")


def check_neighbour() -> None:
    """Refuse who is not on this machine, or does not call it by a name that only it has."""
    proxied = any(name in request.headers for name in _PROXIED)
    if proxied or not _is_loopback(request.remote_addr or ""):
        raise Problem(403, "not_local", "without an admin token only this machine is answered")
    if not _is_own_name(urlsplit(f"//{request.host}").hostname or ""):
        raise Problem(403, "foreign_host", "the Host header names neither localhost nor an address")


def check_origin() -> None:
    """Refuse a web page of another origin."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Problem(403, "foreign_origin", "the Origin header is not this server's")


def _is_own_name(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost") or _is_loopback(host)


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
