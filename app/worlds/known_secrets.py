"""The secrets that a world was sent, which are masked wherever they turn up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import orjson

from opsemu.schemas.fields import mask_key, mask_url

from .redaction import HIDDEN, is_secret, mask

# Shorter values are too common to be taken for a secret wherever they turn up.
MIN_LENGTH, MIN_PATH_LENGTH = 6, 12
MAX_KNOWN = 20_000
MAX_SEARCHED = 1_000  # of which more are not looked for inside of texts
MAX_TARGETS, MAX_TARGET_LENGTH = 1_000, 300  # of the targets that are kept masked


class KnownSecrets:
    """Known secrets, and texts without them; beyond MAX_KNOWN the oldest are dropped."""

    def __init__(self) -> None:
        self._values: dict[str, None] = {}
        self._targets: dict[str, str] = {}  # masked before

    def add_from(self, value: Any) -> list[str]:
        """Add the secrets in a body or document; those that are new."""
        texts = [
            text
            for name, text in _strings("", value)
            if is_secret(name) and len(text) >= MIN_LENGTH and text.strip("*")
        ]
        paths = (text.partition("://")[2].partition("/")[2] for text in texts)
        texts += [path for path in paths if len(path) >= MIN_PATH_LENGTH]
        return self.add(texts)

    def add(self, texts: Iterable[str]) -> list[str]:
        """Add secrets; those that are new."""
        new = [text for text in texts if text not in self._values]
        if new:
            self._values.update(dict.fromkeys(new))
            self._targets = {}
        while len(self._values) > MAX_KNOWN:
            self._values.pop(next(iter(self._values)), None)
        return new

    def mask_text(self, text: str) -> str:
        """A text without known secrets."""
        if text in self._values:
            return mask_key(text) if "://" not in text else mask_url(text)
        if len(self._values) <= MAX_SEARCHED:
            for secret in list(self._values):
                text = text.replace(secret, HIDDEN)
        return text

    def mask_target(self, target: str) -> str:
        """A request target without secrets in its path or query."""
        masked = self._targets.get(target)
        if masked is None:
            masked = self._mask_target(target)
            if len(self._targets) >= MAX_TARGETS:
                self._targets.clear()
            if len(target) <= MAX_TARGET_LENGTH:
                self._targets[target] = masked
        return masked

    def mask_value(self, value: Any, name: str = "") -> Any:
        """A JSON value without secrets, keys in their order."""
        if isinstance(value, dict):
            return {key: self.mask_value(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.mask_value(item, name) for item in value]
        if isinstance(value, str):
            return mask(name, value) if is_secret(name) else self.mask_text(value)
        return HIDDEN if is_secret(name) and value is not None else value

    def mask_body(self, content: bytes, media_type: str) -> Any:
        """A body without secrets: JSON as a value, a form as a text, None if it is empty."""
        if not content:
            return None
        if "x-www-form-urlencoded" in media_type:
            pairs = parse_qsl(content.decode("latin-1"), keep_blank_values=True)
            return urlencode([(name, self.mask_value(value, name)) for name, value in pairs])
        try:
            return self.mask_value(orjson.loads(content))
        except orjson.JSONDecodeError:
            # Without names there is no telling what is secret.
            return f"<{len(content)} bytes that are not JSON>"

    def _mask_target(self, target: str) -> str:
        path, mark, query = self.mask_text(target).partition("?")
        segments = [self._mask_quoted(segment) for segment in path.split("/")]
        pairs = [self._mask_pair(pair) for pair in query.split("&")]
        return "/".join(segments) + mark + "&".join(pairs)

    def _mask_quoted(self, text: str) -> str:
        plain = unquote(text)
        masked = self.mask_text(plain)
        return text if masked == plain else quote(masked, safe="*")

    def _mask_pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if equals and is_secret(unquote(name)):
            return f"{name}={quote(mask(name, unquote(value)), safe='*')}"
        return name + equals + self._mask_quoted(value)


def _strings(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """All strings in a JSON value, each with the name of its attribute."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _strings(key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(name, item)
    elif isinstance(value, str):
        yield name, value
