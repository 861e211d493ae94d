"""The life of an alert, by its document, its configuration and the time alone."""

from itertools import pairwise

import pytest

from opsemu.alerting import life
from opsemu.alerting.life import Rules

START = 1_600_000_000.0
HOOK, PAGER = "b" * 24, "c" * 24
DAY = 24 * 3600


def config(**more):
    notifications = [
        {"notifierId": HOOK, "typeName": "WEBHOOK", "delayMin": 1, "intervalMin": 5},
        {"notifierId": PAGER, "typeName": "PAGER_DUTY", "delayMin": 3},
    ]
    return {"enabled": True, "notifications": notifications, **more}


def alert(**more):
    step = life.begin({"id": "a", **more}, config(), START, is_event=False)
    assert (step.event, step.notifiers) == ("", ())
    return step.alert


def happenings(alert, until, rules):
    """What an alert sends by itself, in minutes since its start."""
    sent = []
    while (due := life.next_due(alert)) is not None and due <= until:
        step = life.advance(alert, config(), due, rules)
        alert = step.alert
        sent += [
            ((due - START) / 60, name[0], life.first_event(alert, name, step.event))
            for name in step.notifiers
        ]
    return alert, sent


@pytest.mark.evidence(
    "DOCS", "the manual: alert life, repeats that grow up to a day, cancelled alerts"
)
@pytest.mark.evidence(
    "SPEC", "intervalMin and delayMin of notifications; paging services repeat by themselves"
)
def test_an_alert_is_tracked_until_its_smallest_delay_has_passed():
    tracked = alert()
    assert (tracked["status"], life.next_due(tracked)) == ("TRACKING", START + 60)
    opened, sent = happenings(tracked, START + 60, Rules())
    assert (opened["status"], opened["lastNotified"]) == ("OPEN", "2020-09-13T12:27:40Z")
    assert sent == [(1, "b", "alert.open")]


@pytest.mark.evidence(
    "DOCS", "the manual: alert life, repeats that grow up to a day, cancelled alerts"
)
@pytest.mark.parametrize(
    ("is_growing", "minutes"), [(True, [1, 6, 16, 31, 51]), (False, [*range(1, 60, 5)])]
)
def test_it_repeats_evenly_or_in_growing_intervals(is_growing, minutes):
    _, sent = happenings(alert(), START + 3600, Rules(is_growing))
    assert [minute for minute, name, _ in sent if name == "b"] == minutes
    assert {event for minute, name, event in sent if name == "b" and minute > 1} == {"alert.update"}


@pytest.mark.evidence(
    "SPEC", "intervalMin and delayMin of notifications; paging services repeat by themselves"
)
def test_a_paging_service_is_told_once_and_its_first_message_opens():
    _, sent = happenings(alert(), START + DAY, Rules())
    assert [row for row in sent if row[1] == "c"] == [(3, "c", "alert.open")]


@pytest.mark.evidence(
    "DOCS", "the manual: alert life, repeats that grow up to a day, cancelled alerts"
)
def test_an_interval_grows_up_to_a_day():
    _, sent = happenings(alert(), START + 400 * DAY, Rules())
    moments = [minute for minute, name, _ in sent if name == "b"]
    gaps = [after - before for before, after in pairwise(moments)]
    assert (gaps[0], gaps[1], max(gaps)) == (5, 10, 24 * 60)
    assert gaps == sorted(gaps)


@pytest.mark.evidence("RECORDED", "alerts of mongodb-atlas-cli's runs, acknowledged and closed")
@pytest.mark.evidence(
    "SPEC", "intervalMin and delayMin of notifications; paging services repeat by themselves"
)
def test_an_acknowledged_alert_is_silent_until_the_time_and_keeps_its_status():
    opened, _ = happenings(alert(), START + 60, Rules())
    until = life.iso_time(START + 3600)
    step = life.acknowledge(opened, START + 120, until, "looking", "me")
    assert (step.event, step.notifiers) == ("alert.acknowledge", (HOOK,))
    shown = {name: step.alert[name] for name in step.alert if name.startswith("ack")}
    assert shown == {
        "acknowledgedUntil": until,
        "acknowledgementComment": "looking",
        "acknowledgingUsername": "me",
    }
    assert (step.alert["status"], step.alert["updated"]) == ("OPEN", life.iso_time(START + 120))
    _, sent = happenings(step.alert, START + 2 * 3600, Rules(False))
    assert sent[0] == (60, "b", "alert.update")


@pytest.mark.evidence("RECORDED", "alerts of mongodb-atlas-cli's runs, acknowledged and closed")
def test_it_is_unacknowledged_and_goes_on():
    opened, _ = happenings(alert(), START + 60, Rules())
    silent = life.acknowledge(opened, START + 120, life.iso_time(START + DAY), "", "me").alert
    assert "acknowledgementComment" not in silent
    again = life.unacknowledge(silent, START + 600).alert
    assert not [name for name in again if name.startswith("ack")]
    assert again["lastNotified"] == silent["lastNotified"] != again["updated"]
    _, sent = happenings(again, START + 600, Rules())
    assert ("b", "alert.update") in [row[1:] for row in sent]


@pytest.mark.evidence("RECORDED", "alerts of mongodb-atlas-cli's runs, acknowledged and closed")
@pytest.mark.evidence(
    "DOCS", "the manual: alert life, repeats that grow up to a day, cancelled alerts"
)
@pytest.mark.parametrize(
    ("status", "event"), [("CLOSED", "alert.close"), ("CANCELLED", "alert.cancel")]
)
def test_its_end_is_told_to_those_who_know_of_it(status, event):
    opened, _ = happenings(alert(), START + 60, Rules())
    step = life.end(opened, status, START + 90)
    assert (step.event, step.notifiers, step.alert["status"]) == (event, (HOOK,), status)
    assert step.alert["lastNotified"] == opened["lastNotified"]
    assert step.alert.get("resolved") == (life.iso_time(START + 90) if status == "CLOSED" else None)
    assert life.next_due(step.alert) is None
    assert life.end(alert(), status, START).notifiers == ()


@pytest.mark.evidence(
    "DOCS", "the manual: alert life, repeats that grow up to a day, cancelled alerts"
)
@pytest.mark.parametrize("found", [None, config(enabled=False)])
def test_an_alert_whose_configuration_is_gone_or_disabled_is_cancelled(found):
    opened, _ = happenings(alert(), START + 60, Rules())
    step = life.advance(opened, found, START + 90, Rules())
    assert (step.alert["status"], step.event) == ("CANCELLED", "alert.cancel")


@pytest.mark.evidence(
    "DOCS", "the manual: alert life, repeats that grow up to a day, cancelled alerts"
)
@pytest.mark.evidence("RECORDED", "alerts of mongodb-atlas-cli's runs, acknowledged and closed")
def test_an_event_of_one_moment_is_told_at_once_and_once():
    step = life.begin({"id": "a"}, config(), START, is_event=True)
    assert (step.event, step.notifiers) == ("alert.inform", (HOOK, PAGER))
    assert (step.alert["status"], life.next_due(step.alert)) == ("INFORMATIONAL", None)


@pytest.mark.evidence("INFERRED", "an open maintenance window holds notifications back")
def test_a_maintenance_window_holds_notifications_back():
    rules = Rules(quiet_until=lambda alert, at: START + 1800 if at < START + 1800 else 0)
    _, sent = happenings(alert(), START + 1800, rules)
    assert sorted(sent) == [(30, "b", "alert.open"), (30, "c", "alert.open")]
