"""Field types of the schemas; the type of a field says whether its value is secret."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from marshmallow import fields

from opsemu.schemas.errors import make_error
from opsemu.schemas.profiles import OPS_MANAGER, Profile

# The vendor's error codes in place of marshmallow's messages.
CODES = {
    "required": "MISSING_ATTRIBUTE",
    "null": "MISSING_ATTRIBUTE",
    "invalid": "INVALID_JSON_ATTRIBUTE",
    "invalid_utf8": "INVALID_JSON_ATTRIBUTE",
    "special": "INVALID_JSON_ATTRIBUTE",
    "too_large": "INVALID_JSON_ATTRIBUTE",
}
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# A key format: a pattern, the error code, and for INVALID_INTEGRATION_SETTINGS the words after
# the attribute's name. CLIENT: other than UUIDs are refused since 2022; the words are INFERRED.
_UUID = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
UUID = (_UUID, "INVALID_INTEGRATION_SETTINGS", "must be a UUID string")


class Text(fields.String):
    """A string; a required one must not be empty (INFERRED). Numbers and flags are coerced."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if isinstance(value, (bool, int, float)) and profile_of(self).coerces:
            value = orjson.dumps(value).decode()
        text: str = super()._deserialize(value, *args, **kwargs)
        if self.required and not text:
            raise self.make_error("required")
        return text


class Choice(Text):
    """One of some constants; of those in `since`, from that date on."""

    def __init__(
        self, *constants: str, since: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.since = {**dict.fromkeys(constants, ""), **(since or {})}

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        constant = super()._deserialize(value, *args, **kwargs)
        if self.since.get(constant, "~") > profile_of(self).date:
            raise make_error("INVALID_ENUM_VALUE", constant)
        return constant


class OpsGenieRegion(Choice):
    """US, or EU, for which Ops Manager needs its setting `opsgenie.api.url` (DOCS)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("US", "EU", dump_default="US", **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        region, profile = super()._deserialize(value, *args, **kwargs), profile_of(self)
        if region == "EU" and profile.family in OPS_MANAGER and not profile.opsgenie_eu:
            raise make_error("INVALID_ATTRIBUTE", str(self.name))
        return region


class Flag(fields.Boolean):
    """`true` or `false`; texts and whole numbers are coerced (INFERRED: Jackson)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> bool:
        if profile_of(self).coerces:
            value = value != 0 if isinstance(value, int) else _FLAGS.get(str(value), value)
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Whole(fields.Integer):
    """A whole number of 64 bits; texts are coerced, and fractions cut off (INFERRED: Jackson)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if profile_of(self).coerces:
            is_text = isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value)
            is_number = is_number or isinstance(value, float) or bool(is_text)
        if not is_number:
            raise self.make_error("invalid", input=value)
        number: int = super()._deserialize(value, *args, **kwargs)
        if not -(2**63) <= number < 2**63:
            raise self.make_error("too_large", input=value)
        return number


class Amount(fields.Float):
    """A number; texts are coerced. A whole number that was sent as one stays whole."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if isinstance(value, str) and profile_of(self).coerces:
            is_number = re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", value) is not None
        if not is_number:
            raise self.make_error("invalid", input=value)
        amount: float = super()._deserialize(value, *args, **kwargs)
        return amount if isinstance(value, float) or not amount.is_integer() else int(amount)


class Secret(Text):
    """A key: stored in full, shown masked; strict families check its `key_formats`.

    Atlas is strict, Ops Manager takes any text (DOCS: a 10-digit key).
    """

    def __init__(self, *key_formats: tuple[str, str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.key_formats = key_formats

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        key = super()._deserialize(value, *args, **kwargs)
        for pattern, code, sentence in self.key_formats if profile_of(self).strict else ():
            if not re.fullmatch(pattern, key):
                type_name = getattr(self.root, "type_name", "")
                parameters = (type_name, f"{self.name} {sentence}") if sentence else ()
                raise make_error(code, *parameters)
        return key

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        is_clear = profile_of(self).family in self.metadata.get("clear_in", ())
        return value if value is None or is_clear else mask_key(value)


class WebhookSecret(Secret):
    """Masked like a Secret (RECORDED), or completely (DOCS) if the profile has `full_secret`."""

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        if value and profile_of(self).full_secret:
            return "*" * len(value)
        return super()._serialize(value, *args, **kwargs)


class SecretUrl(Text):
    """An absolute URL whose path is a credential: stored in full, shown without its path.

    INFERRED: http(s) with a host; the vendor's rule is not known.
    """

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        url = super()._deserialize(value, *args, **kwargs)
        try:
            parts = urlsplit(url)
            is_absolute = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            is_absolute = False
        if not is_absolute or re.search(r"[\s\x00-\x1f]", url):
            raise make_error("INVALID_URL", mask_key(url))
        return url

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else mask_url(value, profile_of(self).url_tail)


class Template(Text):
    """A text that is never shown (SPEC: format `password`); what is shown instead is INFERRED.

    The size is looked at when an alert is sent, not here (SPEC: then the default is used).
    """

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> str | None:
        return None if value is None else "******"


def profile_of(field: fields.Field[Any]) -> Profile:
    return getattr(field.root, "profile", None) or Profile()


def mask_key(value: str) -> str:
    """Replace all but the last four characters by stars; the length stays.

    RECORDED for 515 keys of Atlas; DOCS for Ops Manager. A key of up to four
    characters is masked completely (INFERRED).
    """
    kept = value[-4:] if len(value) > 4 else ""
    return "*" * (len(value) - len(kept)) + kept


def mask_url(value: str, tail: int = 0) -> str:
    """Scheme and host, then `/****` and the last `tail` characters.

    RECORDED on Atlas: no tail until 2026-03, four characters since 2026-05.
    Ports are shown, user information is masked (INFERRED: not observed).
    """
    scheme, _, rest = value.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, at, host = authority.rpartition("@")
    kept = value[-tail:] if tail and len(rest) > len(authority) + 1 + tail else ""
    return f"{scheme}://{'****' if user else ''}{at}{host}/****{kept}"
