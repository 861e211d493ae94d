"""Digest nonces that need no session: API clients keep no cookies."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections import OrderedDict
from enum import Enum
from hashlib import sha256
from threading import Lock

from . import clock

# Jetty, whose challenge the recordings show, counts a nonce up to here.
MOST_USES = 1024
# Above this many nonces in use the oldest counts are forgotten: memory stays bounded.
MOST_TRACKED = 200_000
# A nonce ends after this many lives of real time, however the world's clock stands.
REAL_LIVES = 10


class Use(Enum):
    """What a nonce that comes back with a count is worth."""

    FRESH = "fresh"
    STALE = "stale"
    REPLAYED = "replayed"


class Nonces:
    """Nonces of 24 bytes: milliseconds (6), noise (4) and a truncated HMAC of both (14).

    Any server that knows `secret` can tell its own nonces and their age, so
    workers and restarts agree. Only the counts already used are remembered, per
    process and for ten lives of a nonce, `life` seconds each. Its age is what the
    world that it is used in has seen pass since (`clock.age_of`): a nonce is issued
    before anybody knows for which world.
    """

    def __init__(self, secret: bytes, life: float) -> None:
        self._secret = secret
        self.life = life
        self._used: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def issue(self) -> str:
        """A nonce of 32 characters (RECORDED form: base64 of 24 bytes, no padding)."""
        head = int(clock.real_now() * 1000).to_bytes(6, "big") + clock.random_bytes(4)
        return b64encode(head + self._mac(head)).decode()

    def use(self, nonce: str, count: int) -> Use:
        """Whether the nonce is ours and young, and its count new; counts it as used."""
        if not self._is_young(self._issued(nonce)) or count >= MOST_USES:
            return Use.STALE
        with self._lock:
            used = self._used.get(nonce, 0)
            if used >> count & 1:
                return Use.REPLAYED
            self._used[nonce] = used | 1 << count
            if not used:
                self._forget_old()
        return Use.FRESH

    def age(self, nonce: str) -> float | None:
        """Seconds since the nonce was issued, by the present world; None if not issued here."""
        issued = self._issued(nonce)
        return None if issued is None else clock.age_of(issued)

    def _is_young(self, issued: float | None) -> bool:
        if issued is None:
            return False
        aged_out = clock.real_now() - issued > REAL_LIVES * self.life
        return not aged_out and 0 <= clock.age_of(issued) <= self.life

    def _issued(self, nonce: str) -> float | None:
        """When the nonce was issued, in real seconds; None if it was not issued here."""
        try:
            raw = b64decode(nonce, validate=True)
        except (NotBase64, ValueError):
            return None
        if len(raw) != 24 or not hmac.compare_digest(raw[10:], self._mac(raw[:10])):
            return None
        return int.from_bytes(raw[:6], "big") / 1000

    def _mac(self, head: bytes) -> bytes:
        return hmac.digest(self._secret, head, sha256)[:14]

    def _forget_old(self) -> None:
        """Drop the oldest counts that no clock can need any more: two for each new nonce."""
        needed_since = clock.real_now() - REAL_LIVES * self.life
        for _ in range(2):
            oldest = next(iter(self._used))
            if len(self._used) <= MOST_TRACKED and (self._issued(oldest) or 0) >= needed_since:
                return
            del self._used[oldest]
