"""URLs: what the client asked for, and the links in the answers."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from flask import Request
from werkzeug.sansio.utils import get_host

Link = dict[str, str]

ADMIN = "/__admin"  # begins the paths of the admin API

# Werkzeug refuses underscores in host names; the names of containers have them.
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?", re.ASCII)


def self_link(url: str) -> Link:
    """The object's own URL; `href` comes before `rel` (RECORDED)."""
    return {"href": url, "rel": "self"}


def links(url: str, rel: str, names: Iterable[str]) -> list[Link]:
    """The object's own URL, and those of what lies below it, whose relations begin with `rel`."""
    return [self_link(url), *({"href": f"{url}/{name}", "rel": f"{rel}{name}"} for name in names)]


def is_host(text: str) -> bool:
    """Whether a Host header has the form of one."""
    return _HOST.fullmatch(text) is not None


def origin(request: Request, *, trust_proxy: bool) -> str:
    """Scheme and host that the client called, without a slash.

    With `trust_proxy` the nearest proxy's headers tell them, which are the last of several.
    Without a valid host, it is the address that was called.
    """
    scheme, header = request.scheme, str(request.environ.get("HTTP_HOST", ""))
    if trust_proxy:
        proto, host = (_last(request, f"X-Forwarded-{name}") for name in ("Proto", "Host"))
        scheme = proto if proto in ("http", "https") else scheme
        header = host if is_host(host) else header
    host = header if is_host(header) else get_host(scheme, None, request.server)
    return f"{scheme}://{host}"


def _last(request: Request, name: str) -> str:
    return request.headers.get(name, "").rpartition(",")[2].strip()


def request_target(request: Request) -> str:
    """The request target exactly as the client wrote it, which is what it signed."""
    target = request.environ.get("REQUEST_URI")
    if target is None:
        query = request.environ.get("QUERY_STRING", "")
        path = quote(request.path, safe="/:@!$&'()*+,;=-._~")
        target = path + (f"?{query}" if query else "")
    return str(target)
