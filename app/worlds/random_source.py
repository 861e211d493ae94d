"""Random bytes, texts and identifiers; with a seed, the same ones in every run."""

import random
import string
import uuid
from itertools import count
from struct import unpack


class RandomSource:
    """A stream of random values of one world; safe to use from several threads."""

    def __init__(self, seed: str = "") -> None:
        self.generator = random.Random(seed) if seed else random.SystemRandom()
        self._machine = self.bytes(5).hex()
        self._serials = count(int.from_bytes(self.bytes(3), "big") + 1)

    def bytes(self, length: int) -> bytes:
        """`length` random bytes."""
        return self.generator.randbytes(length)

    def object_id(self, seconds: int) -> str:
        """A new identifier of 24 hexadecimal digits, laid out like MongoDB's ObjectId."""
        return f"{seconds & 0xFFFFFFFF:08x}{self._machine}{next(self._serials) & 0xFFFFFF:06x}"

    def uuid(self) -> str:
        """A version 4 UUID in lower case."""
        return str(uuid.UUID(bytes=self.bytes(16), version=4))

    def alphanumeric(self, length: int) -> str:
        """`length` random letters and digits."""
        return self.letters(length, string.ascii_letters + string.digits)

    def letters(self, length: int, alphabet: str = string.ascii_lowercase) -> str:
        """`length` random letters, by default lower-case ones."""
        halves = unpack(f">{2 * length}Q", self.bytes(16 * length))  # of numbers of 16 bytes
        numbers = zip(halves[::2], halves[1::2], strict=True)
        return "".join([alphabet[(high << 64 | low) % len(alphabet)] for high, low in numbers])
