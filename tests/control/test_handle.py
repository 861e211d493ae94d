"""A world from Python."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from opsemu.faults import BadRule
from opsemu.handle import CallsDropped
from opsemu.server import Emulator
from opsemu.worlds import WorldError
from tests.conftest import DEMO, OWNER, integrations, signed


def test_calls_are_found_and_judged(world):
    mine = world.server.world(world.name)
    world.session.get(world.url)
    assert [row.status for row in mine.calls(operation="getIntegrations")] == [200]
    assert mine.verify(operation="getIntegrations", count=1).verified
    assert "there were no calls" in world.server.world().verify(count=1).message


def test_the_next_call_fails_and_the_one_after_does_not(world):
    mine = world.server.world(world.name)
    rule = mine.fail_next("getIntegrations")
    assert mine.unused_faults() == [rule]
    assert [world.session.get(world.url).status_code for _ in range(2)] == [500, 200]
    assert mine.unused_faults() == []


@pytest.mark.parametrize(
    ("rule", "error"),
    [({"operation": "makeCoffee", "status": 500}, BadRule), ({"tiems": 1}, ValidationError)],
)
def test_a_rule_that_makes_no_sense_is_refused_here_too(server, rule, error):
    with pytest.raises(error):
        server.world().fail(**rule)


def test_state_can_be_looked_at_past_the_api(server):
    assert server.world().integrations(DEMO)["PAGER_DUTY"]["serviceKey"] == "1234567890"


def test_clock_and_reset_are_at_hand(world):
    mine = world.server.world(world.name)
    mine.clock.freeze(0.0)
    assert world.session.get(world.url).headers["Date"] == "Thu, 01 Jan 1970 00:00:00 GMT"
    mine.reset(empty=True)
    assert mine.clock.is_real
    assert mine.integrations(DEMO) == {}


def test_a_world_that_is_gone_cannot_be_had(new_world, server):
    mine = server.world(new_world(name="brief").name)
    mine.drop()
    with pytest.raises(WorldError):
        server.world("brief")


def test_nothing_is_said_for_sure_once_calls_were_dropped():
    with Emulator(journal_rows=1) as running, signed(OWNER) as session:
        for _ in range(2):
            session.get(integrations(running, DEMO))
        with pytest.raises(CallsDropped):
            running.world().verify(count=2)
