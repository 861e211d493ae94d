"""Which attributes hold secrets, and how secrets are masked.

An attribute is secret if a schema declares it so or if its name says so.
"""

from collections.abc import Callable
from typing import Any

from opsemu.schemas import REGISTRY
from opsemu.schemas.fields import Secret, SecretUrl, mask_key, mask_url

from ..store.layout import TENANT

HIDDEN = "****"
# Endings of names of secrets, in bodies that no integration schema describes.
_ENDINGS = ("apikey", "servicekey", "privatekey", "licensekey", "secret", "token", "password")
_URL_ENDING = "webhookurl"
# Secrets of which the vendor never shows even a part.
_HIDDEN_ENDINGS = ("password", "client_secret", "clientsecret", "privatekey", "access_token")
# What OpsRamp does not show of a tenant; it shows tokens and keys.
_HIDDEN_OF_TENANT = frozenset({"password", "apiSecret", "secret", "certificate"})
_URL_TAIL = 4  # characters that Atlas shows of a URL's end


def _declared(kind: type[Any]) -> frozenset[str]:
    fields = (pair for cls in REGISTRY.values() for pair in cls._declared_fields.items())
    return frozenset(name for name, field in fields if isinstance(field, kind))


_SECRETS, _URLS = _declared(Secret), _declared(SecretUrl)


def is_secret(name: str) -> bool:
    """Whether an attribute of that name holds a secret."""
    return name in _SECRETS or _is_url(name) or name.lower().endswith(_ENDINGS)


def mask(name: str, value: str, url_tail: int = 0) -> str:
    """A secret as the vendor shows it under its name."""
    if name.lower().endswith(_HIDDEN_ENDINGS):
        return HIDDEN
    if _is_url(name) and "://" in value:
        return mask_url(value, url_tail)
    return mask_key(value)


def _is_url(name: str) -> bool:
    return name in _URLS or name.lower().endswith(_URL_ENDING)


def map_values(value: Any, change: Callable[[str, Any], Any], name: str = "") -> Any:
    """A JSON value with `change(name, value)` for all in it but objects and lists."""
    if isinstance(value, dict):
        return {key: map_values(item, change, key) for key, item in value.items()}
    if isinstance(value, list):
        return [map_values(item, change, name) for item in value]
    return change(name, value)


def masked(value: Any, name: str = "", owner: str = "") -> Any:
    """A stored value with the vendor's masks in place of secrets; `owner` is `kind/name`."""
    is_of_tenant = owner.startswith(f"{TENANT}/")
    return map_values(value, _mask_of_tenant if is_of_tenant else _mask_text, name)


def _mask_text(name: str, value: Any) -> Any:
    return mask(name, value, _URL_TAIL) if isinstance(value, str) and is_secret(name) else value


def _mask_of_tenant(name: str, value: Any) -> Any:
    """Hide what OpsRamp never shows, and nothing else."""
    return HIDDEN if isinstance(value, str) and name in _HIDDEN_OF_TENANT else value
