"""What may be shown of what was sent: secrets are masked wherever they turn up.

A secret is known by where it stands (the schemas' declarations, and names that say
so), and by its value: what a world was once told as a secret is masked everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import orjson

from opsemu.schemas import REGISTRY
from opsemu.schemas.fields import Secret, SecretUrl
from opsemu.schemas.masks import mask_key, mask_url

HIDDEN = "****"
# Names that say so, in bodies that no integration schema describes.
_TELLING = ("apikey", "secret", "token", "password", "servicekey", "privatekey", "licensekey")
_TELLING_URLS = ("webhookurl",)
# Never shown by the vendor once they were given, not even in part.
_WHOLE = ("password", "client_secret", "clientsecret", "privatekey", "access_token")
# Shorter values are too common to be taken for the secret wherever they turn up.
SHORTEST, SHORTEST_PATH = 6, 12
MOST_KNOWN = 20_000
MOST_SEARCHED = 1_000
MOST_TARGETS, LONGEST_TARGET = 1_000, 300  # of those that are kept masked


def _declared(kind: type[Any]) -> frozenset[str]:
    fields = (pair for cls in REGISTRY.values() for pair in cls._declared_fields.items())
    return frozenset(name for name, field in fields if isinstance(field, kind))


_SECRETS, _URLS = _declared(Secret), _declared(SecretUrl)


def is_secret(name: str) -> bool:
    """Whether an attribute of that name holds a secret."""
    lower = name.lower()
    return name in _SECRETS or _is_url(name) or lower.endswith(_TELLING)


def mask(name: str, value: str, url_tail: int = 0) -> str:
    """A secret as the vendor would show it under its name."""
    if name.lower().endswith(_WHOLE):
        return HIDDEN
    if _is_url(name) and "://" in value:
        return mask_url(value, url_tail)
    return mask_key(value)


def _is_url(name: str) -> bool:
    return name in _URLS or name.lower().endswith(_TELLING_URLS)


class KnownSecrets:
    """The secrets that a world was told; the oldest are forgotten past 20,000."""

    def __init__(self) -> None:
        self._values: dict[str, None] = {}
        self._targets: dict[str, str] = {}  # as they were masked before; most come again

    def learn(self, value: Any) -> list[str]:
        """Note the secrets in a body or a document; those that were not known before."""
        found = [
            text
            for name, text in _leaves("", value)
            if is_secret(name) and len(text) >= SHORTEST and text.strip("*")
        ]
        credentials = (text.partition("://")[2].partition("/")[2] for text in found)
        found += [text for text in credentials if len(text) >= SHORTEST_PATH]
        return self.know(found)

    def know(self, texts: Iterable[str]) -> list[str]:
        """Note secrets; those that were not known before."""
        new = [text for text in texts if text not in self._values]
        if new:
            self._values.update(dict.fromkeys(new))
            self._targets = {}
        while len(self._values) > MOST_KNOWN:
            self._values.pop(next(iter(self._values)), None)
        return new

    def mask_text(self, text: str) -> str:
        """A text without the secrets that are known."""
        if text in self._values:
            return mask_key(text) if "://" not in text else mask_url(text)
        if len(self._values) <= MOST_SEARCHED:
            for secret in list(self._values):
                text = text.replace(secret, HIDDEN)
        return text

    def mask_target(self, target: str) -> str:
        """A request target without secrets, in its path or its query."""
        found = self._targets.get(target)
        if found is None:
            found = self._masked(target)
            if len(self._targets) >= MOST_TARGETS:
                self._targets.clear()
            if len(target) <= LONGEST_TARGET:
                self._targets[target] = found
        return found

    def _masked(self, target: str) -> str:
        path, mark, query = self.mask_text(target).partition("?")
        segments = [self._mask_quoted(segment) for segment in path.split("/")]
        pairs = [self._mask_pair(pair) for pair in query.split("&")]
        return "/".join(segments) + mark + "&".join(pairs)

    def mask_value(self, value: Any, name: str = "") -> Any:
        """A JSON value without secrets, keys in their order."""
        if isinstance(value, dict):
            return {key: self.mask_value(row, key) for key, row in value.items()}
        if isinstance(value, list):
            return [self.mask_value(row, name) for row in value]
        if isinstance(value, str):
            return mask(name, value) if is_secret(name) else self.mask_text(value)
        return HIDDEN if is_secret(name) and value is not None else value

    def mask_body(self, content: bytes, media_type: str) -> Any:
        """A body as it may be shown: JSON as a value, a form or another text as a text."""
        if not content:
            return None
        if "x-www-form-urlencoded" in media_type:
            pairs = parse_qsl(content.decode("latin-1"), keep_blank_values=True)
            return urlencode([(name, self.mask_value(value, name)) for name, value in pairs])
        try:
            return self.mask_value(orjson.loads(content))
        except orjson.JSONDecodeError:
            # What cannot be read cannot be masked by its names.
            return f"<{len(content)} bytes that are not JSON>"

    def _mask_quoted(self, text: str) -> str:
        plain = unquote(text)
        shown = self.mask_text(plain)
        return text if shown == plain else quote(shown, safe="*")

    def _mask_pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if equals and is_secret(unquote(name)):
            return f"{name}={quote(mask(name, unquote(value)), safe='*')}"
        return name + equals + self._mask_quoted(value)


def _leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, row in value.items():
            yield from _leaves(key, row)
    elif isinstance(value, list):
        for row in value:
            yield from _leaves(name, row)
    elif isinstance(value, str):
        yield name, value
