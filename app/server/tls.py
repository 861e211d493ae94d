"""TLS: a certificate of the operator's, or one issued by a CA that belongs to this state alone.

Needs trustme, an extra. The CA is made at the first start; `file:` keeps it.
"""

import ssl
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from cryptography.x509 import load_pem_x509_certificates
from trustme import CA

from ..config import Config, ConfigError
from ..store import StateError
from ..store.base import Backend

CA_FILE = "ca-with-key.pem"  # in a state directory
NAMES = ("localhost", "127.0.0.1", "::1", "host.docker.internal")
LIFE = timedelta(days=800)  # Apple's clients accept up to 825
CLOCK_SKEW = timedelta(days=1)
_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


class Tls(NamedTuple):
    """What the sockets need, and the certificate of the CA; empty for an operator's own."""

    context: ssl.SSLContext
    ca: bytes


def open_tls(config: Config, host: str, backend: Backend) -> Tls:
    """TLS 1.2 and later, as the settings say; raises ConfigError, StateError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if config.tls_cert:
        _load_own(context, config.tls_cert, config.tls_key)
        return Tls(context, b"")
    ca = _open_ca(backend)
    names = [*NAMES, host, *map(str.strip, config.tls_san.split(","))]
    _issue(context, ca, dict.fromkeys(filter(None, names)))
    return Tls(context, ca.cert_pem.bytes())


def _open_ca(backend: Backend) -> CA:
    content = backend.keep(CA_FILE, _new_ca)
    key, begin, certificate = content.partition(_CERTIFICATE)
    try:
        return CA.from_pem(begin + certificate, key)
    except ValueError:
        message = f"{CA_FILE} of the state holds no CA; remove it to get a new one"
        raise StateError(message) from None


def _new_ca() -> bytes:
    ca = CA(organization_name="opsemu", path_length=0)
    return ca.private_key_pem.bytes() + ca.cert_pem.bytes()


def _issue(context: ssl.SSLContext, ca: CA, names: Iterable[str]) -> None:
    """Load a new certificate for these names and addresses."""
    now = datetime.now(timezone.utc)
    for name in names:
        try:
            if set(name) & set("@/"):  # would be an e-mail address or a network
                raise ValueError
            ca.issue_cert(name)
        except ValueError:
            message = f"a certificate cannot be for {name!r}; give host names and IP addresses"
            raise ConfigError(message) from None
    ca.issue_cert(
        *names, organization_name="opsemu", not_before=now - CLOCK_SKEW, not_after=now + LIFE
    ).configure_cert(context)


def _load_own(context: ssl.SSLContext, certificate: str, key: str) -> None:
    """Load the operator's certificate and key."""
    try:
        first = load_pem_x509_certificates(_read("tls_cert", certificate))[0]
    except ValueError:
        raise ConfigError(f"tls_cert: {certificate} holds no certificate in PEM") from None
    _read("tls_key", key)
    now = datetime.now(timezone.utc)
    if now > first.not_valid_after_utc:
        raise ConfigError(f"tls_cert: {certificate} expired on {first.not_valid_after_utc:%F}")
    if now < first.not_valid_before_utc:
        raise ConfigError(
            f"tls_cert: {certificate} is not valid before {first.not_valid_before_utc:%F}"
        )
    try:
        context.load_cert_chain(certificate, key, password="")  # without one, OpenSSL asks for it
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ConfigError(f"tls_key: {key} is not the key of {certificate}") from None
        reason = "is encrypted, or holds no private key in PEM"
        raise ConfigError(f"tls_key: {key} {reason}") from None


def _read(name: str, path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{name}: {path} cannot be read: {reason}") from None
