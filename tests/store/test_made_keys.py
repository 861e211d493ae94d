"""Keys that are made over the API live and die with what their world holds, in every state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from opsemu.auth.made_keys import create
from opsemu.server import Emulator
from opsemu.store import NO_WORLD, Owner
from opsemu.store.layout import KEY, PLANTED_OWNER

from ..conftest import OWNER, VIEWER, signed

ORG = "decafbaddecafbaddecafbad"
Key = tuple[str, str]

pytestmark = pytest.mark.evidence("INFERRED", "scripts create a key and use it at once")


class Host:
    """A server, and the demo organization's keys in one of its worlds."""

    def __init__(self, emulator: Emulator, world: str = "default", owner: Key = OWNER) -> None:
        self.emulator, self.world, self.owner = emulator, world, owner
        self.url = f"{emulator.url}/orgs/{ORG}/apiKeys"

    def ask(self, key: Key, method: str, path: str = "", body: object = None) -> requests.Response:
        with signed(key) as session:
            return session.request(method, self.url + path, json=body)

    def admin(self, method: str, path: str, body: object = None) -> requests.Response:
        answer = requests.request(
            method,
            self.emulator.admin_url + path,
            json=body,
            params={"world": self.world},
            timeout=20,
        )
        assert answer.ok, answer.text
        return answer

    def make(self, *roles: str) -> tuple[Key, str]:
        """A new key, and its path."""
        made = self.ask(self.owner, "POST", "", {"desc": "new", "roles": roles or ["ORG_OWNER"]})
        assert made.status_code == 200, made.text
        body = made.json()
        return (body["publicKey"], body["privateKey"]), f"/{body['id']}"

    def signs(self, key: Key) -> bool:
        status = self.ask(key, "GET").status_code
        assert status in (200, 401)
        return status == 200

    def listed(self) -> dict[str, str]:
        """The ids of the keys by their public halves."""
        results = self.ask(self.owner, "GET").json()["results"]
        return {key["publicKey"]: f"/{key['id']}" for key in results}

    def stored(self) -> set[str]:
        """The public halves of all worlds' keys that a request can find."""
        return set(self.emulator.store.names(NO_WORLD, KEY))


@pytest.fixture(scope="module", params=["memory", "file", "redis"])
def emulator(request, tmp_path_factory) -> Iterator[Emulator]:
    if request.param == "redis":
        state = f"{request.getfixturevalue('redis_server').address}/0?prefix=made-keys"
    else:
        state = f"file:{tmp_path_factory.mktemp('state')}" if request.param == "file" else "memory:"
    with Emulator(seed="demo", state=state) as running:
        yield running


@pytest.fixture
def host(emulator) -> Host:
    emulator.reset()
    return Host(emulator)


def test_a_key_signs_until_it_is_deleted(host):
    before = host.stored()
    key, path = host.make()
    assert host.signs(key)
    assert host.ask(host.owner, "DELETE", path).status_code == 204
    assert not host.signs(key)
    assert host.stored() == before


def test_a_key_is_gone_after_a_reset_and_back_with_a_snapshot(host):
    before = host.stored()
    key, _ = host.make()
    host.admin("POST", "/snapshots", {"name": "with"})
    host.emulator.reset()
    assert (host.signs(key), host.stored()) == (False, before)
    host.admin("POST", "/snapshots/with/restore")
    assert host.signs(key)
    host.admin("POST", "/reset?to=empty")
    assert (host.stored(), host.ask(key, "GET").status_code) == (before, 401)


def test_a_deleted_key_comes_back_with_a_snapshot_and_a_later_one_goes(host):
    key, path = host.make()
    host.admin("POST", "/snapshots", {"name": "with"})
    host.ask(host.owner, "DELETE", path)
    later, _ = host.make()
    host.admin("POST", "/snapshots/with/restore")
    assert (host.signs(key), host.signs(later)) == (True, False)


def test_an_imported_state_has_keys_that_nobody_can_sign_with(host):
    before = host.stored()
    key, path = host.make()
    state = host.admin("GET", "/state").json()
    (document,) = state["owners"][f"apiKey/{key[0]}"]["apiKey"].values()
    assert document["ha1"].startswith("*" * 28)
    assert key[1] not in str(state)
    host.emulator.reset()
    host.admin("PUT", "/state", state)
    assert host.listed()[key[0]] == path
    assert not host.signs(key)
    assert host.stored() == before


def test_a_key_that_was_there_at_an_import_cannot_be_signed_for_with_the_mask(host):
    key, _ = host.make()
    state = host.admin("GET", "/state").json()
    host.admin("PUT", "/state", state)
    assert not host.signs(key)
    (row,) = host.admin("GET", "/requests?status=401").json()["requests"][-1:]
    assert "came with an imported state" in row["reasons"][0]
    kept = host.admin("GET", "/state").json()["owners"][f"apiKey/{key[0]}"]["apiKey"][key[0]]
    assert "ha1" not in kept


def test_a_changed_key_of_the_seed_is_the_seeds_again_after_a_reset(host):
    path = host.listed()[VIEWER[0]]
    assert host.ask(VIEWER, "POST", "", {"desc": "no", "roles": ["ORG_MEMBER"]}).status_code == 401
    changed = host.ask(host.owner, "PATCH", path, {"desc": "more", "roles": ["ORG_OWNER"]}).json()
    assert (changed["desc"], changed["id"]) == ("more", path[1:])
    assert host.ask(VIEWER, "POST", "", {"desc": "yes", "roles": ["ORG_MEMBER"]}).ok
    state = host.admin("GET", "/state").json()
    host.emulator.reset()
    assert host.ask(VIEWER, "POST", "", {"desc": "no", "roles": ["ORG_MEMBER"]}).status_code == 401
    host.admin("PUT", "/state", state)
    assert host.ask(VIEWER, "POST", "", {"desc": "yes", "roles": ["ORG_MEMBER"]}).ok


def test_a_deleted_key_of_the_seed_is_back_after_a_reset(host):
    path = host.listed()[VIEWER[0]]
    host.admin("POST", "/snapshots", {"name": "before"})
    assert host.ask(host.owner, "DELETE", path).status_code == 204
    assert not host.signs(VIEWER)
    assert VIEWER[0] not in host.listed()
    assert host.ask(host.owner, "PATCH", path, {"desc": "x"}).json()["errorCode"] == (
        "API_KEY_NOT_FOUND"
    )
    state = host.admin("GET", "/state").json()
    host.admin("POST", "/snapshots/before/restore")
    assert host.signs(VIEWER)
    host.admin("PUT", "/state", state)
    assert not host.signs(VIEWER)
    host.emulator.reset()
    assert host.signs(VIEWER)


def test_a_deleted_world_leaves_no_key(host):
    before = host.stored()
    admin = f"{host.emulator.admin_url}/worlds"
    made = requests.post(admin, json={"seed": "demo"}, timeout=20).json()
    first = made["mongodb"]["keys"][0]
    world = Host(host.emulator, made["name"], (first["publicKey"], first["privateKey"]))
    key, _ = world.make()
    viewer = made["mongodb"]["keys"][1]["publicKey"]
    world.ask(world.owner, "PATCH", world.listed()[viewer], {"desc": "changed"})
    assert world.signs(key)
    assert set(world.listed()) == {key[0], first["publicKey"], viewer}
    assert key[0] not in host.listed()
    world.admin("POST", "/snapshots", {"name": "with"})
    requests.delete(f"{admin}/{made['name']}", timeout=20)
    assert not world.signs(key)
    assert host.stored() == before


def test_a_key_that_is_made_while_its_world_is_deleted_is_deleted(host, monkeypatch):
    before, store = host.stored(), host.emulator.store
    admin, drop_world = f"{host.emulator.admin_url}/worlds", store.drop_world
    requests.post(admin, json={"name": "short"}, timeout=20)

    def drop(world: str) -> None:
        drop_world(world)
        assert create(store, world, {"publicKey": "inbetween", "ha1": "0" * 32, "roles": []})

    monkeypatch.setattr(store, "drop_world", drop)
    assert requests.delete(f"{admin}/short", timeout=20).ok
    assert create(store, "short", {"publicKey": "tardykey", "ha1": "0" * 32, "roles": []})
    assert (host.stored(), list(store.owners("short"))) == (before, [])


def test_a_state_brings_no_key_of_another_world_into_it_and_takes_none_away(host):
    admin = f"{host.emulator.admin_url}/worlds"
    made = requests.post(admin, json={"seed": "demo"}, timeout=20).json()
    world = Host(host.emulator, made["name"])
    key, _ = host.make()
    state = host.admin("GET", "/state").json()
    world.admin("PUT", "/state", state)
    world.admin("POST", "/reset")
    requests.delete(f"{admin}/{made['name']}", timeout=20)
    assert host.signs(key)


def test_a_difference_of_states_masks_the_hash(host):
    host.admin("POST", "/snapshots", {"name": "without"})
    key, _ = host.make()
    (change,) = host.admin("GET", "/snapshots/diff?before=without").json()["differences"]
    assert change["path"] == f"apiKey/{key[0]}"
    owner = Owner("default", "apiKey", key[0])
    document = host.emulator.store.get(owner, "apiKey", key[0])
    assert document["ha1"] not in str(change)


def test_a_seeds_key_costs_one_read_and_a_made_one_two(host, monkeypatch):
    key, _ = host.make()
    backend, counted = host.emulator.store.backend, []
    read = backend.read
    monkeypatch.setattr(backend, "read", lambda owner: counted.append(owner) or read(owner))
    for signer, kinds in ((VIEWER, ["key"]), (key, ["key", "apiKey"])):
        counted.clear()
        assert host.signs(signer)
        # The challenge comes first and names no key.
        own = [owner.kind for owner in counted if owner.name == signer[0]]
        assert own[: len(kinds)] == kinds


def test_a_state_that_does_not_tell_the_seeds_keys_still_lists_them(host):
    store = host.emulator.store
    planted = store.tables(PLANTED_OWNER)
    store.change(PLANTED_OWNER, "state", "planted", lambda _: {"planted": True})
    try:
        assert list(host.listed()) == [OWNER[0], VIEWER[0]]
    finally:
        store.put(PLANTED_OWNER, planted)
