"""Field types of the schemas; the type of a field says whether its value is secret."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from marshmallow import fields

from opsemu.schemas.errors import make_error
from opsemu.schemas.key_formats import KeyFormat
from opsemu.schemas.masks import mask_key, mask_url
from opsemu.schemas.profiles import Profile

# The vendor's error codes in place of marshmallow's messages.
CODES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "MISSING_ATTRIBUTE",
    "null": "MISSING_ATTRIBUTE",
    "invalid": "INVALID_JSON_ATTRIBUTE",
    "invalid_utf8": "INVALID_JSON_ATTRIBUTE",
}


class Text(fields.String):
    """A string; a required one must not be empty (INFERRED)."""

    default_error_messages = CODES

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if self.required and not text:
            raise self.make_error("required")
        return text


class Array(fields.List):  # type: ignore[type-arg]
    """An array."""

    default_error_messages = CODES


class Object(fields.Dict):
    """An object."""

    default_error_messages = CODES


class Choice(Text):
    """One of the given constants."""

    def __init__(self, *constants: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.constants = constants

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        constant = super()._deserialize(value, *args, **kwargs)
        if constant not in self.constants:
            raise make_error("INVALID_ENUM_VALUE", constant)
        return constant


class Flag(fields.Boolean):
    """`true` or `false`; not 1 or "yes", which marshmallow reads as booleans."""

    default_error_messages = CODES

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Secret(Text):
    """A key: stored in full, shown masked; strict families check its `key_format`."""

    def __init__(self, *, key_format: KeyFormat | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key_format = key_format

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        key = super()._deserialize(value, *args, **kwargs)
        if self.key_format and profile_of(self).strict:
            self.key_format(key, self.name or "", getattr(self.root, "type_name", ""))
        return key

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else mask_key(value)


class WebhookSecret(Secret):
    """Masked like a Secret (RECORDED), or completely (DOCS) if the profile has `full_secret`."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        if value and profile_of(self).full_secret:
            return "*" * len(value)
        return super()._serialize(value, *args, **kwargs)


class SecretUrl(Text):
    """An absolute URL whose path is a credential: stored in full, shown without its path."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        url = super()._deserialize(value, *args, **kwargs)
        if not _is_absolute(url):
            raise make_error("INVALID_URL", mask_key(url))
        return url

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else mask_url(value, profile_of(self).url_tail)


class Template(Text):
    """A text of at most `max_bytes` bytes that is never shown.

    SPEC: format `password`. What is shown in its place, and the error for a longer one,
    are INFERRED.
    """

    def __init__(self, max_bytes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.max_bytes = max_bytes

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        if len(text.encode()) > self.max_bytes:
            raise make_error("INVALID_ATTRIBUTE", self.data_key or self.name or "")
        return text

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else "******"


def profile_of(field: fields.Field[Any]) -> Profile:
    """The profile of the field's schema."""
    return getattr(field.root, "profile", None) or Profile()


def _is_absolute(url: str) -> bool:
    """Whether the text is an http(s) URL with a host (INFERRED: the vendor's rule is not known)."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return has_host and parts.scheme in ("http", "https") and not re.search(r"[\s\x00-\x1f]", url)
