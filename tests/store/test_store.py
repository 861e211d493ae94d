"""The store's contract, kept by every place that state can live in."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context

import pytest

from opsemu.store import MissingOwner, Owner, Store, open_store
from tests.store.conftest import SHARED

PROJECT = Owner("default", "project", "c0ffee")
OTHER = Owner("default", "project", "decaf")
TABLES = {"things": {"a": {"n": 1, "deep": {"list": [1]}}, "b": {"n": 2}}}


@pytest.fixture
def store(url) -> Iterator[Store]:
    """A store with one owner."""
    with closing(open_store(url)) as store:
        store.create(PROJECT, TABLES)
        yield store


def test_what_was_created_is_found(store):
    assert store.all(PROJECT, "things") == TABLES["things"]
    assert store.get(PROJECT, "things", "b") == {"n": 2}


def test_what_is_not_there_is_nothing(store):
    assert store.get(PROJECT, "things", "c") is None
    assert store.all(PROJECT, "others") == {}
    assert store.all(OTHER, "things") == {}
    assert store.get(OTHER, "things", "a") is None


def test_an_owner_is_created_once(store):
    assert store.create(PROJECT, {}) is False
    assert store.all(PROJECT, "things") == TABLES["things"]
    assert store.create(OTHER, {}) is True


def test_an_edit_is_given_the_present_document_and_its_answer_is_kept(store):
    changed = store.change(PROJECT, "things", "b", lambda present: {**present, "m": 3})
    assert changed == store.get(PROJECT, "things", "b") == {"n": 2, "m": 3}
    assert store.get(PROJECT, "things", "a") == TABLES["things"]["a"]


def test_an_edit_of_what_is_absent_is_given_none(store):
    store.change(PROJECT, "fresh", "x", lambda present: {"was": present})
    assert store.get(PROJECT, "fresh", "x") == {"was": None}


def test_what_an_edit_leaves_out_is_gone(store):
    store.change(PROJECT, "things", "a", lambda _: {"m": 1})
    assert store.get(PROJECT, "things", "a") == {"m": 1}


def test_an_edit_that_raises_changes_nothing(store):
    def edit(present):
        present["n"] = 99
        present["deep"]["list"].append(2)
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        store.change(PROJECT, "things", "a", edit)
    assert store.all(PROJECT, "things") == TABLES["things"]


def test_after_an_edit_that_raised_the_owner_can_be_changed(store):
    with pytest.raises(ZeroDivisionError):
        store.change(PROJECT, "things", "a", lambda _: 1 // 0)
    assert store.change(PROJECT, "things", "a", lambda _: {"n": 5}) == {"n": 5}


def test_an_owner_who_does_not_exist_cannot_be_changed(store):
    with pytest.raises(MissingOwner, match="default/project/decaf"):
        store.change(OTHER, "things", "a", lambda _: {})
    with pytest.raises(MissingOwner):
        store.delete(OTHER, "things", "a")
    assert store.create(OTHER, {}) is True


def test_a_document_is_deleted_once(store):
    assert store.delete(PROJECT, "things", "a") is True
    assert store.delete(PROJECT, "things", "a") is False
    assert store.all(PROJECT, "things") == {"b": {"n": 2}}


def test_a_dropped_owner_is_gone_and_can_come_back(store):
    store.drop(PROJECT)
    store.drop(PROJECT)
    assert store.all(PROJECT, "things") == {}
    assert store.create(PROJECT, {"things": {"c": {"n": 3}}}) is True
    assert store.all(PROJECT, "things") == {"c": {"n": 3}}


def test_owners_are_listed_by_world_and_kind(store):
    for owner in (OTHER, Owner("default", "key", "k"), Owner("second", "project", "c0ffee")):
        store.create(owner, {})
    assert sorted(store.names("default", "project")) == ["c0ffee", "decaf"]
    assert list(store.names("default", "key")) == ["k"]
    assert list(store.names("second", "project")) == ["c0ffee"]
    assert list(store.names("third", "project")) == []


def test_owners_do_not_see_each_other(store):
    store.create(OTHER, {"things": {"a": {"n": 7}}})
    store.change(OTHER, "things", "a", lambda _: {"n": 8})
    assert store.get(PROJECT, "things", "a") == TABLES["things"]["a"]


def test_what_is_handed_in_or_out_is_not_what_is_stored(store):
    handed_in = {"list": [1]}
    handed_out = store.change(PROJECT, "things", "c", lambda _: {"deep": handed_in})
    handed_in["list"].append(2)
    handed_out["deep"]["list"].append(3)
    store.get(PROJECT, "things", "c")["deep"]["list"].append(4)
    store.all(PROJECT, "things")["c"]["deep"]["list"].append(5)
    assert store.get(PROJECT, "things", "c") == {"deep": {"list": [1]}}


@pytest.mark.parametrize(
    "names",
    [
        ("../../up", "up", "..", "."),
        (".x", "x", ".x.json", "x.json"),
        ("Key", "key", "KEY"),
        ("a/b", "a%2Fb", "a%2fb", "a\\b"),
        ("a b", "a+b", "a%20b", "a\nb", "a\0b"),
        ("ä", "a\u0308", "Ä"),
        ("*", "?", "[a]", "a"),
    ],
    ids=str,
)
def test_names_neither_climb_nor_hide_nor_collide(store, names, tmp_path):
    for name in names:
        assert store.create(Owner("odd", "kind", name), {"things": {"name": {"is": name}}})
    assert sorted(store.names("odd", "kind")) == sorted(names)
    found = [store.get(Owner("odd", "kind", name), "things", "name")["is"] for name in names]
    assert found == list(names)
    assert {path.name for path in tmp_path.iterdir()} <= {"state"}


@pytest.mark.parametrize("world", ["locks", "secret", "worlds", "opsemu.json", "..", "global"])
def test_a_world_may_be_called_what_it_likes(store, url, world):
    store.create(Owner(world, "project", "p"), TABLES)
    assert list(store.names(world, "project")) == ["p"]
    store.drop_world(world)
    assert list(store.names(world, "project")) == []
    store.close()
    with closing(open_store(url)) as again:
        assert again.backend.secret()


@pytest.mark.parametrize("count", [1, 8])
def test_changes_at_once_are_all_kept(store, count):
    store.create(OTHER, {"things": {"counter": {"n": 0}}})

    def add(number: int) -> None:
        store.change(OTHER, "things", "counter", lambda present: {"n": present["n"] + 1})
        store.change(OTHER, "things", f"own{number}", lambda _: {"n": number})

    with ThreadPoolExecutor(count) as threads:
        list(threads.map(add, range(100)))
    found = store.all(OTHER, "things")
    assert found.pop("counter") == {"n": 100}
    assert found == {f"own{number}": {"n": number} for number in range(100)}


def test_of_creators_at_once_one_succeeds(store):
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda n: store.create(OTHER, {"t": {"n": {"n": n}}}), range(40)))
    assert sorted(made) == [False] * 39 + [True]
    assert store.get(OTHER, "t", "n") == {"n": made.index(True)}


def test_changes_while_a_world_is_removed_meet_an_owner_or_none(store):
    def change(number: int) -> None:
        try:
            store.change(PROJECT, "things", "a", lambda _: {"n": number})
        except MissingOwner:
            store.create(PROJECT, TABLES)

    with ThreadPoolExecutor(4) as threads:
        changes = [threads.submit(change, number) for number in range(150)]
        for _ in range(10):
            store.drop_world("default")
        for done in changes:
            done.result()
    assert set(store.names("default", "project")) <= {PROJECT.name}


def test_what_is_swapped_is_what_is_there(store):
    backend = store.backend
    with backend.lock(OTHER):
        assert backend.swap(OTHER, b"x", b"a") is False
        assert backend.swap(OTHER, None, b"a") is True
        assert backend.swap(OTHER, None, b"b") is False
        assert backend.swap(OTHER, b"b", b"c") is False
        assert backend.swap(OTHER, b"b", None) is False
        assert backend.read(OTHER) == b"a"
        assert backend.swap(OTHER, b"a", b"b") is True
        assert backend.read(OTHER) == b"b"
        assert backend.swap(OTHER, b"b", None) is True
        assert backend.read(OTHER) is None
    assert list(store.names("default", "project")) == [PROJECT.name]


def test_what_is_read_again_is_equal_and_without_waiting_the_same(store):
    first = store.backend.read(PROJECT)
    again = store.backend.read(PROJECT)
    assert first == again
    assert first is again or store.backend.read_may_block
    store.change(PROJECT, "things", "a", lambda _: {"n": 2})
    assert store.backend.read(PROJECT) != first


def test_a_store_is_used_again_after_it_was_closed(store):
    store.close()
    store.close()
    store.open()
    store.open()
    assert store.change(PROJECT, "things", "b", lambda _: {"n": 3}) == {"n": 3}
    assert store.get(PROJECT, "things", "b") == {"n": 3}


def test_a_change_that_changes_nothing_writes_nothing(store):
    store.create(OTHER, {"things": {"a": {"n": 1}}})
    before = store.backend.read(OTHER)
    assert store.change(OTHER, "things", "a", lambda document: document) == {"n": 1}
    assert store.backend.read(OTHER) == before
    assert store.backend.read(OTHER) is before or store.backend.read_may_block


def test_ending_a_world_leaves_the_others_alone(store):
    store.create(Owner("default", "key", "k"), {})
    store.create(Owner("second", "project", "p"), TABLES)
    store.drop_world("default")
    store.drop_world("default")
    assert list(store.owners("default")) == []
    assert store.tables(PROJECT) is None
    assert list(store.owners("second")) == [Owner("second", "project", "p")]


def test_a_world_of_many_owners_is_ended_whole(store):
    owners = [Owner("default", f"kind{n % 3}", str(n)) for n in range(1_200)]
    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(lambda owner: store.create(owner, {}), owners))
    store.drop_world("default")
    assert list(store.owners("default")) == []
    assert all(store.create(owner, {}) for owner in owners[::100])


def test_a_write_that_began_before_a_world_ended_does_not_bring_it_back(store):
    before = store.backend.read(PROJECT)
    store.drop_world("default")
    with store.backend.lock(PROJECT):
        assert store.backend.swap(PROJECT, before, b"{}") is False
    assert list(store.owners("default")) == []


def count_up(url: str, times: int) -> None:
    """What a process does that shares the state."""
    with closing(open_store(url)) as store:
        for _ in range(times):
            store.change(OTHER, "things", "counter", lambda old: {"n": old["n"] + 1})


@pytest.mark.parametrize("url", SHARED, indirect=True)
def test_changes_of_several_processes_at_once_are_all_kept(store, url):
    store.create(OTHER, {"things": {"counter": {"n": 0}}})
    with get_context("spawn").Pool(3) as processes:
        processes.starmap(count_up, [(url, 100)] * 3, chunksize=1)
    assert store.get(OTHER, "things", "counter") == {"n": 300}


@pytest.mark.parametrize("url", SHARED, indirect=True)
class TestTinyDBsTraps:
    """TinyDB remembers ids and answers; two stores on one state must not be misled by that."""

    @pytest.fixture
    def second(self, store, url) -> Iterator[Store]:
        """Another process's view of the same state."""
        with closing(open_store(url)) as second:
            yield second

    def test_a_remembered_next_id_overwrites_nothing(self, store, second):
        for number in range(20):
            writer = (store, second)[number % 2]
            writer.change(PROJECT, "numbers", f"n{number}", lambda _, n=number: {"n": n})
        assert [row["n"] for row in second.all(PROJECT, "numbers").values()] == list(range(20))

    def test_a_remembered_answer_is_not_given_again(self, store, second):
        assert store.get(PROJECT, "things", "a") == second.get(PROJECT, "things", "a")
        second.change(PROJECT, "things", "a", lambda _: {"n": "new"})
        assert store.get(PROJECT, "things", "a") == {"n": "new"}
        second.delete(PROJECT, "things", "a")
        assert store.get(PROJECT, "things", "a") is None
        assert store.delete(PROJECT, "things", "a") is False

    def test_keys_that_look_like_tinydbs_numbers_stay_text(self, store, second):
        for key in ("1", "01", "-1", "_default"):
            store.change(PROJECT, "things", key, lambda _, key=key: {"key": key})
        found = second.all(PROJECT, "things")
        assert [found[key]["key"] for key in ("1", "01", "-1", "_default")] == [
            "1",
            "01",
            "-1",
            "_default",
        ]
