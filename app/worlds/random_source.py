"""Random bytes, texts and identifiers; with a seed, the same ones in every run."""

from __future__ import annotations

import random
import secrets
import string
import uuid
from threading import Lock

_ALPHANUMERIC = string.ascii_letters + string.digits


class RandomSource:
    """A stream of random values of one world.

    `machine` is the five bytes of an ObjectId that tell machines apart, in hexadecimal digits.
    """

    def __init__(self, seed: str = "") -> None:
        self._lock = Lock()
        self._random = random.Random(seed) if seed else None
        self.machine = self.bytes(5).hex()
        self._serial = int.from_bytes(self.bytes(3), "big")

    def bytes(self, length: int) -> bytes:
        """`length` random bytes."""
        if self._random is None:
            return secrets.token_bytes(length)
        with self._lock:
            return self._random.randbytes(length)

    def below(self, end: int) -> int:
        """A random integer from 0 to `end` - 1."""
        return int.from_bytes(self.bytes(16), "big") % end

    def serial(self) -> int:
        """The next number of a counter of three bytes."""
        with self._lock:
            self._serial = self._serial + 1 & 0xFFFFFF
            return self._serial

    def uniform(self) -> float:
        """A random number from 0 up to 1."""
        return self.below(1 << 53) / (1 << 53)

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return probability >= 1 or self.uniform() < probability

    def uuid(self) -> str:
        """A version 4 UUID in lower case."""
        return str(uuid.UUID(bytes=self.bytes(16), version=4))

    def alphanumeric(self, length: int) -> str:
        """`length` random letters and digits."""
        return self._pick(_ALPHANUMERIC, length)

    def letters(self, length: int) -> str:
        """`length` random lower-case letters."""
        return self._pick(string.ascii_lowercase, length)

    def _pick(self, alphabet: str, length: int) -> str:
        return "".join(alphabet[self.below(len(alphabet))] for _ in range(length))
