"""Documents are kept parsed up to a number of bytes."""

from opsemu.api.parsed_cache import OVERHEAD, Readings
from opsemu.store import Owner, Store
from opsemu.store.memory import MemoryBackend

OWNERS = [Owner("default", "project", str(number)) for number in range(4)]


def make_store(size: int = 0) -> Store:
    store = Store(MemoryBackend())
    for owner in OWNERS:
        store.create(owner, {"table": {"key": {"text": "x" * size}}})
    return store


def test_the_oldest_document_is_parsed_again_once_there_are_too_many_bytes() -> None:
    readings = Readings(make_store(), 2 * (OVERHEAD + 100))
    first, second = map(readings.of, OWNERS[:2])
    assert readings.of(OWNERS[0]) is first
    third = readings.of(OWNERS[2])
    assert readings.of(OWNERS[1]) is second
    assert readings.of(OWNERS[2]) is third
    assert readings.of(OWNERS[0]) is not first


def test_a_changed_document_does_not_count_twice() -> None:
    store = make_store()
    readings = Readings(store, 2 * (OVERHEAD + 100))
    first = readings.of(OWNERS[0])
    for number in range(5):
        store.change(OWNERS[1], "table", "key", lambda _, number=number: {"number": number})
        assert readings.of(OWNERS[1]).tables == {"table": {"key": {"number": number}}}
    assert readings.of(OWNERS[0]) is first


def test_one_document_that_is_larger_than_all_may_be_is_kept() -> None:
    readings = Readings(make_store(1000), OVERHEAD)
    assert readings.of(OWNERS[0]) is readings.of(OWNERS[0])
    assert readings.of(OWNERS[1]) is readings.of(OWNERS[1])
