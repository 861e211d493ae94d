"""The same without pytest: blocks, decorators, a server of one's own."""

from __future__ import annotations

import asyncio
import inspect
import unittest

import pytest
import requests

from opsemu.server import Emulator
from opsemu.testing import Atlas, ControlError, OpsManager, Server, UnusedFaults, emulated
from tests.conftest import OWNER


def test_a_block_has_an_emulator_for_its_length():
    with emulated() as om:
        url = f"{om.url}/groups/{om.group_id}/integrations"
        assert om.session.get(url).json()["totalCount"] == 0
        om.requests.assert_called_once("getIntegrations")
    with pytest.raises(requests.ConnectionError):
        requests.get(url)


def test_a_decorated_function_gets_the_handle_last():
    @emulated(Atlas, seed="demo")
    def types(prefix, atlas, *, suffix):
        """Doc."""
        return [prefix + each.type + suffix for each in atlas.integrations.list()]

    assert types("<", suffix=">") == ["<PAGER_DUTY>", "<SLACK>"]
    assert types.__doc__ == "Doc."
    assert list(inspect.signature(types).parameters) == ["prefix", "suffix"]


@emulated()
def test_a_decorated_test_takes_no_fixture_for_the_handle(tmp_path, ops_manager):
    assert isinstance(ops_manager, OpsManager)
    assert tmp_path.exists()


class TestInUnittest(unittest.TestCase):
    @emulated(seed="demo")
    def test_methods_are_decorated_alike(self, ops_manager):
        assert len(ops_manager.integrations.list()) == 2


class TestInAsyncUnittest(unittest.IsolatedAsyncioTestCase):
    @emulated(seed="demo")
    async def test_coroutines_are_decorated_alike(self, ops_manager):
        count = await asyncio.to_thread(lambda: len(ops_manager.integrations.list()))
        assert count == 2


def test_a_decorated_coroutine_function_is_awaited():
    @emulated()
    async def fails(ops_manager):
        assert ops_manager.integrations.list()

    assert inspect.iscoroutinefunction(fails)
    with pytest.raises(AssertionError):
        asyncio.run(fails())


@emulated(seed="demo")
class TestDecoratedClass:
    kinds = ("PAGER_DUTY", "SLACK")

    def test_each_test_method_gets_a_handle(self, ops_manager):
        assert tuple(each.type for each in ops_manager.integrations.list()) == self.kinds

    @pytest.mark.parametrize("kind", kinds)
    def test_parameters_and_fixtures_stay(self, kind, tmp_path, ops_manager):
        ops_manager.integrations.delete(kind)
        assert len(ops_manager.integrations.list()) == 1

    def helper(self):
        return self.kinds

    def test_other_methods_are_left_alone(self, ops_manager):
        assert self.helper() == self.kinds


def generator(ops_manager):
    yield ops_manager


async def async_generator(ops_manager):
    yield ops_manager


def without_argument():
    return None


@pytest.mark.parametrize("wrong", [generator, async_generator, without_argument, 1, print])
def test_what_cannot_be_decorated_is_refused_when_decorating(wrong):
    with pytest.raises(TypeError):
        emulated()(wrong)


def test_a_method_needs_an_argument_beside_self():
    with pytest.raises(TypeError, match="test_one has no argument for the handle"):

        @emulated()
        class Tests:
            def test_one(self):
                return None


def test_strictness_is_there_as_well():
    with pytest.raises(UnusedFaults), emulated(strict=True) as om:
        om.fail_next(503)


def test_settings_are_those_of_the_emulator():
    with emulated(server_version="7.0.0") as om:
        answer = om.session.get(f"{om.url}/groups/{om.group_id}")
        assert "7.0.0" in answer.headers["X-MongoDB-Service-Version"]


def test_an_environment_meant_for_the_server_changes_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("OPSEMU_STATE", f"file:{tmp_path / 'precious'}")
    monkeypatch.setenv("OPSEMU_ADMIN", "off")
    with emulated() as om:
        assert om.integrations.list() == []
    assert not (tmp_path / "precious").exists()


@pytest.mark.parametrize(
    "settings", [{}, {"admin_token": "t" * 16}, {"admin": "own"}, {"threads": 1}]
)
def test_an_emulator_hands_out_worlds(settings):
    with Emulator(**settings) as emulator, emulator.ops_manager() as one, emulator.atlas() as other:
        one.integrations.put("PAGER_DUTY", serviceKey="x1234567890")
        assert other.integrations.list() == []


def test_a_seed_may_be_a_document(ops_manager_server):
    roles = [{"roleName": "GLOBAL_OWNER"}]
    document = {
        "projects": [{"id": "b" * 24, "name": "P", "orgId": "a" * 24}],
        "apiKeys": [{"publicKey": "k", "privateKey": "p", "roles": roles}],
    }
    with ops_manager_server.ops_manager(document) as om:
        assert (om.group_id, om.org_id) == ("b" * 24, "a" * 24)
        assert om.session.get(f"{om.url}/groups/{om.group_id}").status_code == 200


def test_a_control_plane_that_is_off_says_so():
    with Emulator(admin="off") as emulator, pytest.raises(ControlError):
        emulator.ops_manager()


def test_what_is_no_emulator_says_so(server):
    host = Server(server.url)
    with pytest.raises(ControlError):
        host.ops_manager()
    host.forget_control()


def test_an_emulator_starts_again_with_new_worlds():
    emulator = Emulator()
    for _ in range(2):
        with emulator, emulator.ops_manager() as om:
            assert om.integrations.list() == []


def test_the_default_world_is_at_hand_and_stays():
    with Emulator(seed="demo") as emulator:
        with emulator.world() as om:
            om.integrations.delete("SLACK")
            assert (om.public_key, om.private_key) == OWNER
        assert [each.type for each in emulator.world().integrations.list()] == ["PAGER_DUTY"]
