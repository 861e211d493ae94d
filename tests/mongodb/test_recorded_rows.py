"""Samples of Ops Manager's pages and clients: what is kept comes back in their shape."""

from __future__ import annotations

import json
import re

from tests.conftest import EMPTY
from tests.recordings import each, recorded

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def shape(value):
    """A body without times and ids: names in their order, and all other values."""
    text = TIME.sub("TIME", json.dumps(value))
    return re.sub(r'"(id|groupId)": "[^"]*"', r'"\1": "ID"', text)


@each("ops-manager/om-docs-controlled-feature")
def test_controlled_features_are_shown_as_in_the_sample(api, server, name):
    theirs = json.loads(recorded(name)["response"]["body"])
    url = f"{server.url}/groups/{EMPTY}/controlledFeature"
    assert api.put(url, json=theirs).status_code == recorded(name)["response"]["status"]
    assert shape(api.get(url).json()) == shape(theirs)


@each("ops-manager/om-docs-maintenance-window")
def test_a_maintenance_window_is_shown_as_in_the_sample(api, server, name):
    request, response = recorded(name)["request"], recorded(name)["response"]
    url = f"{server.url}/groups/{EMPTY}/maintenanceWindows"
    made = api.post(url, json=request["body_known"])
    assert made.status_code == response["status"]
    assert shape(made.json()) == shape(json.loads(response["body"]))
