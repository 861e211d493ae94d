"""A log in LMDB, under keys that begin with its own and end with the entry's number."""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Generic

from .base import Entries, Entry, Topics
from .databases import Databases, Handle, Transaction
from .watching import Watcher

_HEAD = Struct(">QQQQ")  # version, rows, size and dropped of a log


class FileLog(Generic[Entry]):
    """The latest entries of a world that all processes have added."""

    def __init__(
        self, databases: Databases, watcher: Watcher, key: bytes, kind: Entries[Entry]
    ) -> None:
        self._databases = databases
        self._watcher = watcher
        self._entries = key + b"\0"
        self._head_key = key + b"\1"  # what is touched together lies together
        self._kind = kind

    def add(self, make: Callable[[int], Entry], counted: str | None = None) -> Entry:
        # Written down before, as nobody else can write during a transaction.
        entry = make(0)
        content, about = self._kind.encode(entry), self._about(self._kind.topic(entry))
        with self._databases.writing("entries") as writing:
            number = writing.id()  # of the transaction: they grow, and none comes again
            _, rows, size, dropped = self._head(writing)
            writing.put(self._at(number), content)
            rows, size = rows + 1, size + len(content)
            while rows > self._kind.rows or size > self._kind.size:
                size -= self._drop_first(writing)
                rows, dropped = rows - 1, dropped + 1
            writing.put(self._head_key, _HEAD.pack(number, rows, size, dropped))
            writing.put(about, number.to_bytes(8, "big"))
            if counted is not None:
                one_more(writing, counted.encode(), self._databases.handle("counts"))
        return make(number)

    def get(self, number: int) -> Entry | None:
        with self._databases.reading("entries") as reading:
            found = reading.get(self._at(number))
        return None if found is None else self._kind.decode(number, found)

    def all(self) -> list[Entry]:
        with self._databases.reading("entries") as reading, reading.cursor() as cursor:
            found = []
            if cursor.set_range(self._entries):
                for key, content in cursor:
                    if not key.startswith(self._entries):
                        break
                    found.append((int.from_bytes(key[-8:], "big"), content))
        return [self._kind.decode(number, content) for number, content in found]

    def remove(self, number: int) -> None:
        with self._databases.writing("entries") as writing:
            content = writing.pop(self._at(number))
            if content is not None:
                version, rows, size, dropped = self._head(writing)
                head = _HEAD.pack(version, rows - 1, size - len(content), dropped)
                writing.put(self._head_key, head)

    def clear(self) -> None:
        with self._databases.writing("entries") as writing:
            version = self._head(writing)[0]
            delete(writing, self._databases.handle("entries"), self._entries)
            writing.put(self._head_key, _HEAD.pack(version, 0, 0, 0))

    def version(self, topics: Topics = None) -> int:
        with self._databases.reading("entries") as reading:
            if topics is None:
                return self._head(reading)[0]
            found = (reading.get(self._about(topic), b"") for topic in topics)
            return max((int.from_bytes(number, "big") for number in found), default=0)

    @property
    def dropped(self) -> int:
        with self._databases.reading("entries") as reading:
            return self._head(reading)[3]

    def call_on_change(
        self, version: int, listener: Callable[[], None], topics: Topics = None
    ) -> Callable[[], None]:
        return self._watcher.add(self, topics, version, listener)

    def _at(self, number: int) -> bytes:
        return self._entries + number.to_bytes(8, "big")

    def _about(self, topic: str) -> bytes:
        return self._head_key + b"." + topic.encode()

    def _head(self, transaction: Transaction) -> tuple[int, int, int, int]:
        found = transaction.get(self._head_key)
        head: tuple[int, int, int, int] = _HEAD.unpack(found) if found else (0, 0, 0, 0)
        return head

    def _drop_first(self, writing: Transaction) -> int:
        """Forget the oldest entry; its size."""
        with writing.cursor() as cursor:
            cursor.set_range(self._entries)
            size = len(cursor.value())
            cursor.delete()
        return size


def key_of(world: str, name: str) -> bytes:
    """Under what a world keeps something; neither part has a zero byte."""
    return f"{world}\0{name}".encode()


def one_more(writing: Transaction, name: bytes, database: Handle = None) -> int:
    """Count a name, in the transaction's own database or another; how often that makes it."""
    number = int.from_bytes(writing.get(name, b"", db=database), "big") + 1
    writing.put(name, number.to_bytes(8, "big"), db=database)
    return number


def delete(writing: Transaction, database: Handle, prefix: bytes) -> None:
    """Forget all keys that begin so."""
    with writing.cursor(database) as cursor:
        found = cursor.set_range(prefix)
        while found and cursor.key().startswith(prefix):
            found = cursor.delete()
