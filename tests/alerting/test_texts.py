"""The texts and kinds of alerts that no recorded webhook shows."""

import pytest

from opsemu.alerting.texts import event_data, headline, kind_of
from opsemu.mongodb.alerts.enumerations import event_types


@pytest.mark.evidence("INFERRED", "no recorded webhook has these events' headlines")
def test_an_event_without_a_recorded_headline_is_told_in_the_words_of_its_name():
    texts = event_data()["headlines"]
    assert headline({"eventTypeName": "HOST_DOWN"}, {}) == texts["HOST_DOWN"]
    assert headline({"eventTypeName": "TOO_MANY_ELECTIONS"}, {}) == "Too many elections"


def test_every_event_with_a_text_or_a_kind_is_one_that_configurations_can_name():
    data = event_data()
    named = {name for names in data["kinds"].values() for name in names}
    assert named | {*data["headlines"], *data["ofOneMoment"]} <= event_types()
    assert kind_of("NO_PRIMARY") == "REPLICA_SET"
