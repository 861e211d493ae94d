"""The examples of docs/testing.md that do without the pytest plugin."""

import unittest

from opsemu.server import Emulator
from opsemu.testing import Atlas, emulated


def in_a_block():
    with emulated() as ops_manager:
        url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations"
        assert ops_manager.session.get(url).json()["totalCount"] == 0
        ops_manager.requests.assert_called_once("getIntegrations")


class TestRotation(unittest.TestCase):
    @emulated(Atlas, seed="demo", strict=True)
    def test_the_demo_project_has_two_integrations(self, atlas):
        url = f"{atlas.url}/groups/{atlas.group_id}/integrations"
        assert atlas.session.get(url).json()["totalCount"] == 2


def with_a_server():
    with Emulator() as emulator, emulator.ops_manager() as one, emulator.opsramp() as other:
        one.integrations.put("SLACK", apiToken="xoxb-1234567890", teamName="My Team")
        assert other.integrations.list() == []


def test_blocks():
    in_a_block()
    with_a_server()
