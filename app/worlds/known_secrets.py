"""The secrets that clients have sent, which are masked in texts of all worlds.

Only a secret that `is_random` is known: no other text contains it by chance, so that
masking it never changes a true sentence. Looking for it costs the same however many are known.
"""

import re
from collections.abc import Iterator
from threading import Lock
from typing import Any
from urllib.parse import quote, unquote, unquote_plus, urlencode

from ..store.shared_state import Log, LogSpec, SharedState
from .bodies import parse_body
from .clock import NO_WORLD_YET
from .redaction import Path, map_values, mask_leaf, secret_name
from .secret_names import HIDDEN, is_secret, mask
from .secret_texts import is_random, mask_places

MAX_KNOWN = 20_000  # beyond them the oldest is forgotten
MAX_PIECES = 64  # of one value
MAX_MASKED, MAX_MASKED_SIZE = 1_000, 500  # texts kept with what they look like, and characters
_WIDTH = 16  # characters by which a secret is looked up
_WORD_ENDS, _URL_ENDS = r"""[\s"'{}<>,;]+""", r"""[\s"'{}<>,;/?#&=:@]+"""
# An entry has the new secrets of one body, separated by spaces.
_SPEC: LogSpec[str] = LogSpec(
    MAX_KNOWN, 1 << 26, len, str.encode, lambda number, content: content.decode(), numbered=False
)


class KnownSecrets:
    """Known secrets of all worlds, shared by all servers, and texts without them."""

    def __init__(self, shared_state: SharedState) -> None:
        self._lock = Lock()
        self._known: dict[str, None] = {}
        self._by_start: dict[str, tuple[str, ...]] = {}
        self._masked: dict[str, str] = {}  # emptied with each change of what is known
        self._changes = 0
        self._shared: Log[str] = shared_state.log(NO_WORLD_YET, "secrets", _SPEC)
        self._version = 0

    def add_from(self, value: Any, *, share: bool = True) -> None:
        """Add the secrets in a body or document, by default for all servers."""
        texts: list[str] = []

        def add(path: Path, text: Any) -> None:
            if isinstance(text, str) and secret_name(path):
                texts.append(text)

        map_values(value, add)
        new = [secret for text in texts for secret in _pieces(text) if self._add(secret)]
        if new and share:
            self._shared.add(lambda _: " ".join(new))

    def refresh(self) -> None:
        """Add what other servers have added."""
        version = self._shared.version()
        if version != self._version:
            for secrets in self._shared.all():
                for secret in secrets.split():
                    self._add(secret)
            self._version = version

    def mask_text(self, text: str) -> str:
        """A text without secrets; if they are percent-encoded in it, it comes back decoded."""
        masked, changes = self._masked.get(text), self._changes
        if masked is None:
            masked = self._mask_text(text)
            self._keep_masked(text, masked, changes)
        return masked

    def _keep_masked(self, text: str, masked: str, changes: int) -> None:
        if len(text) > MAX_MASKED_SIZE:
            return
        with self._lock:
            if len(self._masked) >= MAX_MASKED:
                self._masked.clear()
            if changes == self._changes:  # else it may have a secret that is known by now
                self._masked[text] = masked

    def _mask_text(self, text: str) -> str:
        masked = self._mask_known(mask_places(text))
        if "%" not in masked:
            return masked
        plain = unquote_plus(masked)
        decoded = self._mask_known(mask_places(plain))
        return masked if decoded == plain else decoded

    def mask_target(self, target: str) -> str:
        """A request target without secrets in its path or query."""
        path, mark, query = target.partition("?")
        pairs = [self._mask_pair(pair) for pair in query.split("&")]
        return self._mask_quoted(path, unquote(path)) + mark + "&".join(pairs)

    def mask_value(self, value: Any, name: str = "") -> Any:
        """A JSON value without secrets, keys in their order."""
        return map_values(value, self._mask_leaf, (name,))

    def mask_body(self, content: bytes, media_type: str) -> Any:
        """A body without secrets: JSON as a value, a form as a text, None if it is empty."""
        if not content:
            return None
        body = parse_body(content, media_type)
        if body.kind == "json":
            return self.mask_value(body.value)
        if body.kind == "form":
            return urlencode([(name, self.mask_value(text, name)) for name, text in body.value])
        # Without names there is no telling what is secret.
        return f"<{len(content)} bytes that are not JSON>"

    def _add(self, secret: str) -> bool:
        """Add a secret; whether it is new."""
        with self._lock:
            if secret in self._known:
                return False
            self._known[secret] = None
            self._changes += 1
            self._masked.clear()
            start = secret[:_WIDTH]
            self._by_start[start] = (*self._by_start.get(start, ()), secret)
            if len(self._known) > MAX_KNOWN:
                self._forget(next(iter(self._known)))
        return True

    def _forget(self, secret: str) -> None:
        del self._known[secret]
        start = secret[:_WIDTH]
        others = tuple(each for each in self._by_start.pop(start) if each != secret)
        if others:
            self._by_start[start] = others

    def _mask_known(self, text: str) -> str:
        starts = self._by_start
        last = len(text) - _WIDTH
        found = [i for i in range(last + 1) if text[i : i + _WIDTH] in starts]
        parts, end = [], 0
        for start in found:
            lengths = [len(each) for each in self._at(text, start) if start >= end]
            if lengths:
                parts += [text[end:start], HIDDEN]
                end = start + max(lengths)
        return "".join([*parts, text[end:]])

    def _at(self, text: str, start: int) -> Iterator[str]:
        """The known secrets that begin at a place of a text."""
        known = self._by_start.get(text[start : start + _WIDTH], ())
        return (secret for secret in known if text.startswith(secret, start))

    def _mask_leaf(self, path: Path, value: Any) -> Any:
        return mask_leaf(path, value, self.mask_text)

    def _mask_quoted(self, text: str, plain: str) -> str:
        masked = self.mask_text(plain)
        return text if masked == plain else quote(masked, safe="/*")

    def _mask_pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if equals and is_secret(unquote_plus(name)):
            return f"{name}={quote(mask(unquote_plus(name), unquote_plus(value)), safe='*')}"
        return name + equals + self._mask_quoted(value, unquote_plus(value))


def _pieces(text: str) -> list[str]:
    """What is long and random in a secret: its words, or the parts of a URL."""
    words = re.split(_URL_ENDS if "://" in text else _WORD_ENDS, text)
    return [word for word in words if is_random(word)][:MAX_PIECES]
