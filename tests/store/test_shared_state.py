"""The contract of a shared state, of every kind."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from opsemu.store import open_store
from opsemu.store.redis_client import RedisClient
from opsemu.store.shared_state import LogSpec, SharedState
from opsemu.store.shared_state.memory import MemoryLog

NOW, LIFE = 1_800_000_000.0, 60.0


def log_spec(rows: int = 10, size: int = 1_000) -> LogSpec[str]:
    """Texts, kept as they are or encoded."""
    return LogSpec(rows, size, len, str.encode, lambda number, content: content.decode())


def raw(issued: float, noise: int = 0) -> bytes:
    """The bytes of a nonce."""
    return int(issued * 1000).to_bytes(6, "big") + noise.to_bytes(18, "big")


@pytest.fixture(params=["memory", "redis", "cluster"])
def state(request):
    if request.param == "memory":
        return "memory:"
    return request.getfixturevalue(f"{request.param}_url")


def open_shared_state(url: str) -> SharedState:
    """What the servers on a state share."""
    return open_store(url).backend.shared_state()


def add(log, text: str) -> int:
    """Append a text; its number, which is the last one that the text was made for."""
    numbers = []
    log.add(lambda number: numbers.append(number) or text)
    return numbers[-1]


@pytest.fixture
def bounded():
    """A shared state that forgets what is old itself; on Redis such things expire."""
    return open_shared_state("memory:")


@pytest.fixture
def log():
    """A log that can notify."""
    return open_shared_state("memory:").log("w", "texts", log_spec())


@pytest.fixture
def shared_state(state):
    opened = open_shared_state(state)
    yield opened
    opened.close()


def test_a_value_is_changed_and_forgotten(shared_state):
    seen = []
    for after in (b"1", b"2", b"2", None):
        shared_state.change("w", "clock", lambda before, after=after: seen.append(before) or after)
        assert shared_state.read("w", "clock") == after
    assert seen == [None, b"1", b"2", b"2"]


def test_values_of_worlds_and_names_are_told_apart(shared_state):
    places = [("w", "a"), ("w", "b"), ("w2", "a"), ("", "a")]
    for world, name in places:
        shared_state.change(world, name, lambda _, text=world + name: text.encode())
    assert [shared_state.read(*place) for place in places] == [b"wa", b"wb", b"w2a", b"a"]


def test_a_change_that_fails_leaves_the_value(shared_state):
    shared_state.change("w", "a", lambda _: b"1")
    with pytest.raises(ZeroDivisionError):
        shared_state.change("w", "a", lambda _: bytes(1 // 0))
    assert shared_state.read("w", "a") == b"1"


def test_a_count_of_a_nonce_is_used_once(shared_state):
    assert [shared_state.mark_used(raw(NOW), n, NOW, LIFE) for n in (1, 1, 1023, 2, 1023, 1)] == [
        True,
        False,
        True,
        True,
        False,
        False,
    ]
    assert shared_state.mark_used(raw(NOW, 1), 1, NOW, LIFE)


def test_old_nonces_make_room_and_young_ones_stay(bounded):
    old = [raw(NOW - 100 + noise / 100, noise) for noise in range(20)]
    for nonce in old:
        bounded.mark_used(nonce, 1, NOW - 100, LIFE)
    young = [raw(NOW, noise) for noise in range(20)]
    for nonce in young:
        bounded.mark_used(nonce, 1, NOW, LIFE)
    assert not any(bounded.mark_used(nonce, 1, NOW, LIFE) for nonce in young)
    assert all(bounded.mark_used(nonce, 1, NOW - 100, LIFE) for nonce in old)


def test_what_is_kept_for_a_nonce_is_given_once(shared_state):
    shared_state.put_pending(raw(NOW), b"challenge", LIFE)
    assert shared_state.pop_pending(raw(NOW, 1)) is None
    assert shared_state.pop_pending(raw(NOW)) == b"challenge"
    assert shared_state.pop_pending(raw(NOW)) is None


def test_of_the_challenges_that_nobody_answers_the_oldest_are_forgotten(bounded):
    for number in range(2_001):
        bounded.put_pending(raw(NOW + number / 1000), b"x", LIFE)
    assert bounded.pop_pending(raw(NOW)) is None
    assert bounded.pop_pending(raw(NOW + 2)) == b"x"


def test_on_a_server_what_is_known_of_a_nonce_expires(redis_url):
    shared_state, client = open_shared_state(redis_url), RedisClient(redis_url)
    shared_state.mark_used(raw(NOW), 1, NOW, LIFE)
    shared_state.put_pending(raw(NOW), b"x", LIFE)
    keys = client.redis.keys(f"{client.prefix}!*")
    assert len(keys) == 2
    assert all(0 < client.call("TTL", key) <= LIFE + 1 for key in keys)
    shared_state.close()
    client.close()


def test_names_are_counted(shared_state):
    assert [shared_state.count(name) for name in ("a", "b", "a", "a")] == [1, 1, 2, 3]
    assert shared_state.counts() == {"a": 3, "b": 1}


def test_a_log_keeps_its_latest_entries_in_order(shared_state):
    log = shared_state.log("w", "texts", log_spec(rows=3))
    numbers, versions = [], []
    for text in "abcde":
        numbers.append(add(log, text))
        versions.append(log.version())
    assert versions == sorted(set(versions))
    assert log.all() == ["c", "d", "e"]
    assert [log.get(number) for number in numbers] == [None, None, "c", "d", "e"]
    assert log.dropped == 2
    assert numbers == sorted(set(numbers))


def test_a_log_keeps_no_more_bytes_than_it_may(shared_state):
    log = shared_state.log("w", "texts", log_spec(size=10))
    for text in ("aaaa", "bbbb", "cccc", "d" * 9):
        log.add(lambda _, text=text: text)
    assert (log.all(), log.dropped) == (["d" * 9], 3)
    log.add(lambda _: "e" * 11)
    assert (log.all(), log.dropped) == ([], 5)


def test_an_entry_that_is_taken_out_does_not_count_as_dropped(shared_state):
    log = shared_state.log("w", "texts", log_spec(rows=2))
    numbers = []
    for text in "abc":
        numbers.append(add(log, text))
        if text == "b":
            log.remove(numbers[0])
            log.remove(numbers[0])
    assert (log.all(), log.dropped) == (["b", "c"], 0)


def test_a_log_is_cleared_and_goes_on(shared_state):
    log = shared_state.log("w", "texts", log_spec(rows=1))
    for text in "ab":
        log.add(lambda _, text=text: text)
    before = log.version()
    log.clear()
    assert (log.all(), log.dropped, log.version()) == ([], 0, before)
    log.add(lambda _: "c")
    assert (log.all(), log.version() > before) == (["c"], True)


def test_a_listener_is_called_once_there_is_more(log):
    heard = Event()
    log.add(lambda _: "a")
    log.call_on_change(log.version(), heard.set)
    assert not heard.is_set()
    log.add(lambda _: "b")
    assert heard.wait(10)


def test_a_listener_is_called_for_what_it_has_missed(log):
    heard = Event()
    version = log.version()
    log.add(lambda _: "a")
    log.call_on_change(version, heard.set)
    assert heard.wait(10)


def test_a_version_and_a_listener_may_be_of_a_topic_alone(shared_state):
    spec = replace(log_spec(), topic=lambda text: text[0])
    log, heard = shared_state.log("w", "texts", spec), [Event() for _ in range(3)]
    for text in ("a1", "b1"):
        log.add(lambda _, text=text: text)
    asked = [frozenset("b"), frozenset("bc"), frozenset("d")]
    for topics, event in zip(asked, heard, strict=True):
        log.call_on_change(log.version(topics), event.set, topics)
    before = log.version(frozenset("b"))
    log.add(lambda _: "a2")
    assert log.version(frozenset("b")) == before
    log.add(lambda _: "c1")
    assert log.version(frozenset("bc")) > before
    if isinstance(log, MemoryLog):
        assert [event.is_set() for event in heard] == [False, True, False]


def test_a_listener_that_was_cancelled_is_not_called(log):
    heard, other = Event(), Event()
    log.call_on_change(log.version(), heard.set)()
    log.call_on_change(log.version(), other.set)
    log.add(lambda _: "a")
    assert other.wait(10)
    assert not heard.is_set()


@pytest.mark.parametrize("kind", ["redis", "cluster"])
def test_a_log_on_a_server_does_not_notify(kind, request):
    shared_state = open_shared_state(request.getfixturevalue(f"{kind}_url"))
    assert shared_state.log("w", "texts", log_spec()).call_on_change(0, Event().set) is None
    shared_state.close()


def test_a_world_is_forgotten_with_its_values_and_logs(shared_state):
    for world in ("w", "w2", ""):
        shared_state.log(world, "texts", log_spec()).add(lambda _, world=world: world)
        shared_state.change(world, "clock", lambda _: b"1")
    shared_state.forget("w")
    assert sorted(shared_state.worlds()) == ["", "w2"]
    assert (shared_state.read("w", "clock"), shared_state.read("w2", "clock")) == (None, b"1")
    assert shared_state.log("w", "texts", log_spec()).all() == []
    assert shared_state.log("w2", "texts", log_spec()).all() == ["w2"]


def test_a_shared_state_goes_on_after_it_was_closed(shared_state):
    shared_state.change("w", "a", lambda _: b"1")
    shared_state.close()
    assert shared_state.read("w", "a") == b"1"


def test_the_shared_state_of_a_directory_ends_with_the_process(tmp_path):
    store = open_store(f"file:{tmp_path}")
    store.backend.shared_state().change("w", "a", lambda _: b"1")
    assert store.backend.shared_state().read("w", "a") is None
    store.close()
