"""The certificates that clients of a server with TLS trust."""

import os
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from ..config import ConfigError

VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
TIMEOUT = 5.0  # seconds


def ca_variables(url: str) -> dict[str, str]:
    """The variables by which curl, OpenSSL, Python, Go and Node trust a server's CA."""
    path = ca_file(url)
    return dict.fromkeys(VARIABLES, path) if path else {}


def ca_file(url: str) -> str:
    """The path of the certificates that a server is verified with; "" for the system's.

    The CA of a server on this machine is asked for and kept in the user's cache. That of
    another machine cannot be had safely: it is what SSL_CERT_FILE names. Raises ConfigError.
    """
    parts = urlsplit(url)
    if parts.scheme != "https":
        return ""
    try:
        certificate = _download(parts.hostname or "", parts.port or 443)
    except (OSError, ValueError):
        certificate = b""
    if not certificate:
        return os.environ.get("SSL_CERT_FILE", "")
    from ..store.atomic_write import replace_file

    cache = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    path = cache / "opsemu" / f"ca-{parts.hostname}-{parts.port or 443}.pem".replace(":", "_")
    try:
        replace_file(path, certificate, fsync=False)
    except OSError as error:
        message = f"cannot keep the server's CA in {path}: {error.strerror}"
        raise ConfigError(f"{message}; XDG_CACHE_HOME names another place") from None
    return str(path)


def _download(host: str, port: int) -> bytes:
    """The CA's certificate from this machine; empty if the server has none or is elsewhere."""
    import ssl
    from http.client import HTTPException, HTTPSConnection

    if host != "localhost" and not ip_address(host).is_loopback:
        return b""
    # There is nothing yet to verify it with, and the loopback interface needs no verification.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with closing(HTTPSConnection(host, port, timeout=TIMEOUT, context=context)) as connection:
        try:
            connection.request("GET", "/__admin/ca.pem")
            response = connection.getresponse()
            content = response.read()
        except HTTPException:
            return b""
    return content if response.status == 200 and b"BEGIN CERTIFICATE" in content else b""
