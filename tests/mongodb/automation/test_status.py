"""`automationStatus`: when the processes reach the version that was published."""

from __future__ import annotations

import json

import pytest

from tests.mongodb.automation.configs import replica_set
from tests.recordings import case, recorded

PLAN = ["Download", "Start", "WaitRsInit"]


def reached(group):
    """The version of each process and the moves it has before it."""
    rows = group.get("/automationStatus")["processes"]
    return [(row["lastGoalVersionAchieved"], row["plan"]) for row in rows]


@pytest.mark.evidence("CLIENT", "mongocli and the operator test for equality")
def test_each_process_has_reached_the_goal_at_once(group):
    version = group.publish(replica_set())
    assert group.get("/automationStatus")["goalVersion"] == version
    assert reached(group) == [(version, [])] * 3
    assert group.get("/automationStatus/full") == group.get("/automationStatus")


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-automation-status")])
def test_a_status_has_the_recorded_shape(group, name):
    group.publish(replica_set())
    ours, theirs = group.get("/automationStatus"), json.loads(recorded(name)["response"]["body"])
    errors = {"errorCode", "errorCodeDescription", "errorCodeHumanReadable", "errorString"}
    assert list(ours) == list(theirs)
    for row in ours["processes"]:
        assert list(row) == sorted(row)
        assert row.keys() - errors == theirs["processes"][0].keys()


@pytest.mark.evidence("CLIENT", "a project without processes: every watcher ends at once")
def test_a_fresh_project_has_a_goal_and_no_processes(group):
    assert group.get("/automationStatus") == {"goalVersion": 1, "processes": []}


@pytest.mark.evidence("INFERRED", "CLIENT: -1 is what an agent reports that never reached a goal")
def test_processes_reach_the_goal_after_the_delay_by_the_clock_of_the_world(slow):
    slow.publish(replica_set())
    assert reached(slow) == [(-1, PLAN)] * 3
    slow.advance(4)
    assert reached(slow) == [(-1, PLAN)] * 3
    slow.advance(1)
    assert reached(slow) == [(2, [])] * 3


@pytest.mark.evidence("INFERRED", "the version that a process had reached before")
def test_a_new_configuration_restarts_the_delay_and_nothing_is_ahead_of_the_goal(slow):
    slow.publish(replica_set())
    slow.advance(5)
    slow.publish(replica_set())
    slow.advance(4)
    assert reached(slow) == [(2, PLAN)] * 3
    slow.publish(replica_set(size=4))
    slow.advance(4)
    assert reached(slow) == [(2, PLAN)] * 3 + [(-1, PLAN)]
    slow.advance(1)
    assert reached(slow) == [(4, [])] * 4
    assert slow.get("/automationStatus")["goalVersion"] == 4
