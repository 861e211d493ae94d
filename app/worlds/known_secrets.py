"""The secrets that a world was sent, which are masked wherever they turn up."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import orjson

from opsemu.schemas.fields import mask_key, mask_url

from .redaction import HIDDEN, is_secret, map_values, mask

# Shorter values are too common to be taken for a secret wherever they turn up.
MIN_LENGTH, MIN_PATH_LENGTH = 6, 12
MAX_KNOWN = 20_000
MAX_SEARCHED = 1_000  # of which more are not looked for inside of texts


class KnownSecrets:
    """Known secrets, and texts without them; beyond MAX_KNOWN the oldest are dropped."""

    def __init__(self) -> None:
        self._values: dict[str, None] = {}

    def add_from(self, value: Any) -> list[str]:
        """Add the secrets in a body or document; those that are new."""
        texts: list[str] = []

        def add(name: str, text: Any) -> None:
            is_text = isinstance(text, str) and len(text) >= MIN_LENGTH and text.strip("*")
            if is_text and is_secret(name):
                texts.append(text)

        map_values(value, add)
        paths = (text.partition("://")[2].partition("/")[2] for text in texts)
        texts += [path for path in paths if len(path) >= MIN_PATH_LENGTH]
        return self.add(texts)

    def add(self, texts: Iterable[str]) -> list[str]:
        """Add secrets; those that are new."""
        new = [text for text in texts if text not in self._values]
        self._values.update(dict.fromkeys(new))
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
        path, mark, query = self.mask_text(target).partition("?")
        segments = [self._mask_quoted(segment) for segment in path.split("/")]
        pairs = [self._mask_pair(pair) for pair in query.split("&")]
        return "/".join(segments) + mark + "&".join(pairs)

    def mask_value(self, value: Any, name: str = "") -> Any:
        """A JSON value without secrets, keys in their order."""
        return map_values(value, self._mask_leaf, name)

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

    def _mask_leaf(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return mask(name, value) if is_secret(name) else self.mask_text(value)
        return HIDDEN if is_secret(name) and value is not None else value

    def _mask_quoted(self, text: str) -> str:
        plain = unquote(text)
        if plain == text and text not in self._values:
            return text  # searched as a part of the whole target
        masked = self.mask_text(plain)
        return text if masked == plain else quote(masked, safe="*")

    def _mask_pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if equals and is_secret(unquote(name)):
            return f"{name}={quote(mask(name, unquote(value)), safe='*')}"
        return name + equals + self._mask_quoted(value)
