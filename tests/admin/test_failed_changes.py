"""Changes of worlds that fail in the middle, or whose server was killed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import StateUnavailable
from opsemu.store.layout import KEY, NEW_WORLD, NO_WORLD
from opsemu.worlds import manager as manager_module
from opsemu.worlds.seeds import Seeds

Ask = Callable[..., requests.Response]
NEW = {"name": "w", "seed": "demo"}


@pytest.fixture
def emulator(tmp_path) -> Iterator[Emulator]:
    """A server on a directory."""
    with Emulator(state=f"file:{tmp_path / 'state'}?fsync=off") as emulator:
        yield emulator


@pytest.fixture
def ask(emulator) -> Ask:
    """The admin API's answer."""

    def ask(method: str, path: str, **options: object) -> requests.Response:
        return requests.request(method, emulator.admin_url + path, timeout=20, **options)  # type: ignore[arg-type]

    return ask


def unavailable(*_: object, **__: object) -> None:
    raise StateUnavailable("/state: No space left on device")


def keys(emulator: Emulator) -> set[str]:
    """The public halves of all keys."""
    return set(emulator.store.names(NO_WORLD, KEY))


@pytest.mark.parametrize("step", ["plant_world", "plant_keys", "half of the keys"])
def test_a_creation_that_fails_leaves_neither_a_world_nor_keys(emulator, ask, monkeypatch, step):
    before, plant_keys = keys(emulator), Seeds.plant_keys

    def plant_half(self, store, seed, world):
        plant_keys(self, store, {**seed, "serviceAccounts": []}, world)
        unavailable()

    half = step == "half of the keys"
    monkeypatch.setattr(Seeds, "plant_keys" if half else step, plant_half if half else unavailable)
    assert ask("POST", "/worlds", json=NEW).status_code == 503
    assert ask("GET", "/worlds").json() == {"worlds": ["default"]}
    assert keys(emulator) == before
    assert list(emulator.store.owners("w")) == list(emulator.store.names(NO_WORLD, NEW_WORLD)) == []
    monkeypatch.undo()
    assert ask("POST", "/worlds", json=NEW).status_code == 201


def kill_in(emulator: Emulator, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a world, and leave it as a server does that is killed before it is recorded."""
    manager = type(emulator._admin.worlds)
    with monkeypatch.context() as patch:
        patch.setattr(manager, "_remove", lambda *_: None)
        create = emulator.store.create
        patch.setattr(
            emulator.store,
            "create",
            lambda owner, tables: unavailable() if owner.kind == "world" else create(owner, tables),
        )
        assert ask("POST", "/worlds", json=NEW).status_code == 503
    assert list(emulator.store.owners("w"))


def test_a_world_whose_server_was_killed_is_removed_at_the_next_start(emulator, ask, monkeypatch):
    before = keys(emulator)
    kill_in(emulator, ask, monkeypatch)
    assert keys(emulator) > before
    assert ask("GET", "/worlds").json() == {"worlds": ["default"]}
    emulator.stop()
    with Emulator(state=emulator.config.state) as again:
        assert keys(again) == before
        assert list(again.store.owners("w")) == []
        url = f"{again.admin_url}/worlds"
        assert requests.post(url, json=NEW, timeout=20).status_code == 201


def test_a_name_is_free_again_when_the_server_that_took_it_is_gone(emulator, ask, monkeypatch):
    kill_in(emulator, ask, monkeypatch)
    assert ask("POST", "/worlds", json=NEW).status_code == 409
    monkeypatch.setattr(manager_module, "UNFINISHED_SECONDS", 0.0)
    assert ask("POST", "/worlds", json=NEW).status_code == 201
    assert ask("GET", "/worlds").json() == {"worlds": ["default", "w"]}
    assert ask("POST", "/worlds", json=NEW).status_code == 409


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/reset?world=w", None),
        ("POST", "/reset?world=w&to=empty", None),
        ("POST", "/seed?world=w", {"projects": []}),
    ],
)
def test_a_reset_that_fails_changes_nothing(emulator, ask, monkeypatch, method, path, body):
    ask("POST", "/worlds", json=NEW)
    ask("POST", "/clock/freeze?world=w", json={"at": "2020-01-01T00:00:00Z"})
    assert ask("POST", "/faults?world=w", json={"status": 503}).ok
    shown = ["/faults?world=w", "/state?world=w", "/worlds/w"]
    before = [ask("GET", each).json() for each in shown]
    with monkeypatch.context() as patch:
        patch.setattr(emulator.store.backend, "replace_world", unavailable)
        assert ask(method, path, json=body).status_code == 503
    assert [ask("GET", each).json() for each in shown] == before
    assert ask("GET", "/clock?world=w").json()["frozen"] is True
    assert ask(method, path, json=body).status_code == 204
    assert ask("GET", "/clock?world=w").json()["frozen"] is False


@pytest.mark.parametrize("step", ["drop", "replace_world"])
def test_a_deletion_that_fails_is_finished_by_the_next(emulator, ask, monkeypatch, step):
    before = keys(emulator)
    ask("POST", "/worlds", json=NEW)
    ask("POST", "/snapshots?world=w", json={"name": "s"})
    owner = emulator.store if step == "drop" else emulator.store.backend
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, unavailable)
        assert ask("DELETE", "/worlds/w").status_code == 503
    assert ask("GET", "/worlds").json() == {"worlds": ["default", "w"]}
    assert ask("DELETE", "/worlds/w").status_code == 204
    assert ask("GET", "/worlds").json() == {"worlds": ["default"]}
    assert keys(emulator) == before
    assert (
        list(emulator.store.owners("w")) == list(emulator.store.names(NO_WORLD, "snapshot")) == []
    )
