"""Checks of settings that are more than a type: addresses and secrets."""

import logging
import os
import re

MIN_SECRET, MAX_SECRET = 16, 4096  # characters

log = logging.getLogger("opsemu")


# Scheme, host, port and path in printable ASCII: it becomes part of headers and links.
_EXTERNAL_URL = re.compile(
    r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?(/[!\"$->@-~]*)?", re.ASCII | re.IGNORECASE
)


class ConfigError(Exception):
    """An invalid setting; the message is one sentence for the operator."""


def check_nonce_life(seconds: float) -> None:
    """Raise ConfigError; a click.FloatRange accepts nan."""
    if not 1e-6 <= seconds < float("inf"):
        raise ConfigError(f"nonce_life: {seconds} is not in the range 1e-06<=x<inf.")


def check_external_url(url: str) -> None:
    """Raise ConfigError, without the URL: a password may be part of it."""
    if not _EXTERNAL_URL.fullmatch(url):
        raise ConfigError(
            "external_url must be http:// or https:// with a host, and may have a port and "
            "a path, but no user, password, query or fragment"
        )


def check_tls(own_ca: bool, names: str, certificate: str, key: str) -> None:
    """Raise ConfigError if a setting of TLS is without the one that it needs."""
    if bool(certificate) != bool(key):
        raise ConfigError("tls_cert and tls_key are needed together")
    if names and (certificate or not own_ca):
        raise ConfigError("tls_san is for the certificate of --tls, not for one of --tls-cert")


def load_secret(name: str, value: str, path: str) -> str:
    """A secret, given itself or as the path of its file; "" if neither is given.

    `name` is the setting's, for messages. Raises ConfigError.
    """
    if value and path:
        raise ConfigError(f"{name} and {name}_file are both set; give one of them")
    if path:
        name, value = f"{name}_file: {path}", _read(name, path)
    elif not value:
        return ""
    if not (MIN_SECRET <= len(value) <= MAX_SECRET and value.isascii() and value.isprintable()):
        size = f"{MIN_SECRET} to {MAX_SECRET}"
        raise ConfigError(f"{name} must be {size} printable ASCII characters")
    return value


def _read(name: str, path: str) -> str:
    try:
        with open(path, encoding="latin-1") as file:
            content = file.read(MAX_SECRET + 2)
            is_exposed = os.fstat(file.fileno()).st_mode & 0o044
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{name}_file: {path} cannot be read: {reason}") from None
    if is_exposed:
        log.warning("opsemu: warning: other users can read the secret in %s", path)
    return content.strip()
