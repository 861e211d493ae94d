"""Digest nonces that need no session: API clients keep no cookies."""

import hmac
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from hashlib import sha256

from ..store.shared_state import NonceUse, SharedState

MAX_USES = 1024  # Jetty, whose challenge the recordings show, counts a nonce up to here
LENGTH = 32  # characters
REAL_LIVES = 10  # lifetimes of real time after which a nonce expires by any clock


class NonceStatus(Enum):
    """What a nonce and a count are worth; an unknown, forged or old nonce is STALE (Jetty)."""

    FRESH = "fresh"
    STALE = "stale"
    REPLAYED = "replayed"


class Nonces:
    """Nonces of 24 bytes: milliseconds (6), noise (4) and a truncated HMAC of both (14).

    All servers with the same `secret` accept them, also after a restart. The shared state
    stores the used counts alone, for ten times `lifetime` (in seconds). A nonce expires by the
    clock of the world that it is used in (`age_of`: seconds since a real moment by that clock),
    which is not known when it is issued.
    """

    def __init__(self, secret: bytes, lifetime: float, shared_state: SharedState) -> None:
        self._secret = secret
        self._shared_state = shared_state
        self.lifetime = lifetime
        self._raw = lru_cache(maxsize=4096)(self._decode)  # clients use a nonce many times

    def issue(self, noise: bytes) -> str:
        """A nonce of 32 characters (RECORDED form: base64 of 24 bytes, no padding)."""
        head = int(time.time() * 1000).to_bytes(6, "big") + noise
        return b64encode(head + self._mac(head)).decode()

    def consume(self, nonce: str, count: int, age_of: Callable[[float], float]) -> NonceStatus:
        """Mark a count of a nonce as used, if the nonce is valid."""
        use, now = self.use_of(nonce, count), time.time()
        if use is None or not 0 <= age_of(_issued_at(use.nonce)) <= self.lifetime:
            return NonceStatus.STALE
        is_new = self._shared_state.mark_used(use.nonce, count, now, use.life)
        return NonceStatus.FRESH if is_new else NonceStatus.REPLAYED

    def use_of(self, nonce: str, count: int) -> NonceUse | None:
        """What `consume` would mark as used, unless a world's clock says that it is too old."""
        raw, life = self._own(nonce), REAL_LIVES * self.lifetime
        if raw is None or count >= MAX_USES or time.time() - _issued_at(raw) > life:
            return None
        return NonceUse(raw, count, life)

    def put_pending(self, nonce: str, content: bytes) -> None:
        """Keep `content` for the request that answers the challenge with this nonce."""
        raw = self._own(nonce)
        if raw is not None:
            self._shared_state.put_pending(raw, content, REAL_LIVES * self.lifetime)

    def pop_pending(self, nonce: str) -> bytes | None:
        """What was kept for the nonce, once."""
        raw = self._own(nonce)
        return None if raw is None else self._shared_state.pop_pending(raw)

    def issued_at(self, nonce: str) -> float | None:
        """When the nonce was issued, in real seconds since the epoch; None if not issued here."""
        raw = self._own(nonce)
        return None if raw is None else _issued_at(raw)

    def _own(self, nonce: str) -> bytes | None:
        """The nonce's bytes; None if it was not issued here."""
        return self._raw(nonce) if len(nonce) == LENGTH else None

    def _decode(self, nonce: str) -> bytes | None:
        try:
            raw = b64decode(nonce, validate=True)
        except ValueError:
            return None
        is_own = len(raw) == 24 and hmac.compare_digest(raw[10:], self._mac(raw[:10]))
        return raw if is_own else None

    def _mac(self, head: bytes) -> bytes:
        return hmac.digest(self._secret, head, sha256)[:14]


def _issued_at(raw: bytes) -> float:
    return int.from_bytes(raw[:6], "big") / 1000
