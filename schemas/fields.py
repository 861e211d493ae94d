"""The kinds of fields an integration has; what is secret is declared by the kind."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from marshmallow import fields

from opsemu.schemas.errors import make_error
from opsemu.schemas.key_formats import KeyFormat
from opsemu.schemas.masks import mask_key, mask_url
from opsemu.schemas.profiles import Profile

# marshmallow's own messages, replaced by the vendor's error codes.
CODES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "MISSING_ATTRIBUTE",
    "null": "MISSING_ATTRIBUTE",
    "invalid": "INVALID_JSON_ATTRIBUTE",
    "invalid_utf8": "INVALID_JSON_ATTRIBUTE",
}


class Text(fields.String):
    """A string; one that is required may not be empty (INFERRED)."""

    default_error_messages = CODES

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if self.required and not text:
            raise self.make_error("required")
        return text


class Choice(Text):
    """One of the vendor's enumeration constants."""

    def __init__(self, *constants: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.constants = constants

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        constant = super()._deserialize(value, *args, **kwargs)
        if constant not in self.constants:
            raise make_error("INVALID_ENUM_VALUE", constant)
        return constant


class Flag(fields.Boolean):
    """`true` or `false`; marshmallow's look-alikes (1, "yes") are not JSON booleans."""

    default_error_messages = CODES

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Secret(Text):
    """A key: stored whole, shown masked; a strict family checks its `key_format`."""

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
    """A secret that the documentation calls completely redacted, and recordings show partly so."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        if value and profile_of(self).full_secret:
            return "*" * len(value)
        return super()._serialize(value, *args, **kwargs)


class SecretUrl(Text):
    """An absolute URL whose path is a credential: stored whole, shown without it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        url = super()._deserialize(value, *args, **kwargs)
        if not _is_absolute(url):
            raise make_error("INVALID_URL", mask_key(url))
        return url

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else mask_url(value, profile_of(self).url_tail)


class Template(Text):
    """A text of at most `most` bytes that is hidden whole.

    SPEC: format `password`. What comes back in its place, and the refusal of a longer
    one, are INFERRED.
    """

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, *args, **kwargs)
        if len(text.encode()) > self.most:
            raise make_error("INVALID_ATTRIBUTE", self.data_key or self.name or "")
        return text

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else "******"


def profile_of(field: fields.Field[Any]) -> Profile:
    """The profile that the field's schema was made for."""
    return getattr(field.root, "profile", None) or Profile()


def _is_absolute(url: str) -> bool:
    """Whether the text is an http(s) URL with a host (INFERRED: the vendor's rule is not known)."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return named and parts.scheme in ("http", "https") and not re.search(r"[\s\x00-\x1f]", url)
