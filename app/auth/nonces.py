"""Digest nonces that need no session: API clients keep no cookies."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from enum import Enum
from functools import lru_cache
from hashlib import sha256

from ..store.shared_state import Board
from ..worlds import clock

# Jetty, whose challenge the recordings show, counts a nonce up to here.
MOST_USES = 1024
LENGTH = 32  # characters
# A nonce ends after this many lives of real time, however the world's clock stands.
REAL_LIVES = 10


class NonceStatus(Enum):
    """What a nonce that comes back with a count is worth."""

    FRESH = "fresh"
    STALE = "stale"
    REPLAYED = "replayed"


class Nonces:
    """Nonces of 24 bytes: milliseconds (6), noise (4) and a truncated HMAC of both (14).

    Any server that knows `secret` can tell its own nonces and their age, so
    servers and restarts agree. Only the counts already used are remembered, on the
    board and for ten lives of a nonce, `life` seconds each. Its age is what the
    world that it is used in has seen pass since (`clock.age_of`): a nonce is issued
    before anybody knows for which world.
    """

    def __init__(self, secret: bytes, life: float, board: Board) -> None:
        self._secret = secret
        self._board = board
        self.life = life
        # A nonce comes again and again.
        self._known = lru_cache(maxsize=4096)(self._read)

    def issue(self) -> str:
        """A nonce of 32 characters (RECORDED form: base64 of 24 bytes, no padding)."""
        head = int(clock.real_now() * 1000).to_bytes(6, "big") + clock.random_bytes(4)
        return b64encode(head + self._mac(head)).decode()

    def use(self, nonce: str, count: int) -> NonceStatus:
        """Whether the nonce is ours and young, and its count new; counts it as used."""
        raw = self._own(nonce)
        if raw is None or not self._is_young(_issued(raw)) or count >= MOST_USES:
            return NonceStatus.STALE
        is_new = self._board.first_use(raw, count, clock.real_now(), REAL_LIVES * self.life)
        return NonceStatus.FRESH if is_new else NonceStatus.REPLAYED

    def expect(self, nonce: str, content: bytes) -> None:
        """Keep something for the request that answers a challenge with this nonce of ours."""
        raw = self._own(nonce)
        if raw is not None:
            self._board.expect(raw, content, clock.real_now(), REAL_LIVES * self.life)

    def expected(self, nonce: str) -> bytes | None:
        """What was kept for the nonce, once."""
        raw = self._own(nonce)
        return None if raw is None else self._board.expected(raw)

    def age(self, nonce: str) -> float | None:
        """Seconds since the nonce was issued, by the present world; None if not issued here."""
        raw = self._own(nonce)
        return None if raw is None else clock.age_of(_issued(raw))

    def _is_young(self, issued: float) -> bool:
        aged_out = clock.real_now() - issued > REAL_LIVES * self.life
        return not aged_out and 0 <= clock.age_of(issued) <= self.life

    def _own(self, nonce: str) -> bytes | None:
        """The nonce's bytes; None if it was not issued here."""
        return self._known(nonce) if len(nonce) == LENGTH else None

    def _read(self, nonce: str) -> bytes | None:
        """The nonce's bytes; None if it was not issued here."""
        try:
            raw = b64decode(nonce, validate=True)
        except (NotBase64, ValueError):
            return None
        if len(raw) != 24 or not hmac.compare_digest(raw[10:], self._mac(raw[:10])):
            return None
        return raw

    def _mac(self, head: bytes) -> bytes:
        return hmac.digest(self._secret, head, sha256)[:14]


def _issued(raw: bytes) -> float:
    """When a nonce was issued, in real seconds."""
    return int.from_bytes(raw[:6], "big") / 1000
