"""Which names are those of secrets, and how the value of one is masked.

Names are compared without case, `_` and `-`; of a dotted name, each part. What a schema
declares secret is masked as the vendor does. Of any other value at most the last four
characters are shown, and only if it is long.
"""

from functools import lru_cache
from typing import Any

from opsemu.schemas import REGISTRY
from opsemu.schemas.fields import Secret, SecretUrl, Template, mask_key, mask_url
from opsemu.schemas.notifications import NOTIFICATIONS

HIDDEN = "****"
_NAMES = frozenset({"key", "url", "pass", "pw", "auth", "sig", "ha1"})
# Secrets of which not even a part is shown.
_HIDDEN = (
    "password", "passwd", "passphrase", "pwd", "clientsecret", "privatekey", "accesstoken",
    "authorization", "cookie", "certificate",
)  # fmt: skip
_URL = "hookurl"
_ENDINGS = (
    "apikey", "applicationkey", "servicekey", "licensekey", "routingkey", "integrationkey",
    "accesskey", "secretkey",
    "accountkey", "sharedkey", "signingkey", "encryptionkey", "storedkey", "serverkey", "secret",
    "token", "signature", _URL, *_HIDDEN,
)  # fmt: skip
# Names that look like those of secrets. The vendors show these values (RECORDED).
_NOT_SECRET = frozenset({"routingKey", "victorOpsRoutingKey"})
_LONG = 16  # characters of a value of which the last four may be shown
_MAX_NAME = 64
_SEPARATORS = str.maketrans("", "", "_- ")


def _declared(*kinds: type[Any]) -> frozenset[str]:
    schemas = (*REGISTRY.values(), *NOTIFICATIONS.values())
    fields = (pair for schema in schemas for pair in schema._declared_fields.items())
    return frozenset(name for name, field in fields if isinstance(field, kinds))


_DECLARED, _DECLARED_URLS = _declared(Secret, SecretUrl, Template), _declared(SecretUrl)
_TEMPLATES = _declared(Template)


def is_secret(name: str) -> bool:
    """Whether an attribute of that name holds a secret."""
    return _is_secret(name[-_MAX_NAME:])


@lru_cache(maxsize=4096)
def _is_secret(name: str) -> bool:
    if name in _DECLARED or name in _NOT_SECRET:
        return name in _DECLARED
    words = _normalized(name).split(".")
    return any(word in _NAMES or word.endswith(_ENDINGS) for word in words)


def mask(name: str, value: str, url_tail: int = 0) -> str:
    """The value of a secret name, masked; a mask of a mask is the mask."""
    word = _normalized(name)
    if name in _DECLARED_URLS or word.endswith(_URL) or word.rpartition(".")[2] == "url":
        return mask_url(value, url_tail) if "://" in value else HIDDEN
    if name in _TEMPLATES or (word.endswith(_HIDDEN) and name not in _DECLARED):
        return HIDDEN
    return mask_key(value) if name in _DECLARED or len(value) >= _LONG else HIDDEN


def _normalized(name: str) -> str:
    return name.lower().translate(_SEPARATORS)
