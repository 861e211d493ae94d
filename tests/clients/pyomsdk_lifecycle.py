"""The life of each integration through pyomsdk; prints what was seen as JSON.

It runs in the client's own environment. Its input is a list of bodies, one per type; its
arguments are the server's URL, the key's halves and an empty project.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyomsdk import OpsManagerClient
from pyomsdk.resources import integration_settings
from pyomsdk.resources.integration_settings_resource import IntegrationSettingsResource as Settings

URL, PUBLIC_KEY, PRIVATE_KEY, PROJECT = sys.argv[1:]
CLASSES = {
    cls.model_fields["type"].default.value: cls
    for name, cls in vars(integration_settings).items()
    if name.endswith("IntegrationSettings")
}

client = OpsManagerClient(URL, PUBLIC_KEY, PRIVATE_KEY).integration_settings_resource
project = {"project_id": PROJECT}


def settings(body: dict[str, Any]) -> Any:
    """A body as an object of the client's class for its type."""
    cls = CLASSES[body["type"]]
    names = {field.serialization_alias: name for name, field in cls.model_fields.items()}
    return cls(**{names[alias]: value for alias, value in body.items()})


def life(body: dict[str, Any]) -> dict[str, Any]:
    """What creation, listing, change, reading and deletion answer."""
    one = {**project, "integration_type": body["type"]}
    created = client.create(Settings.CreatePathParams(**one), None, settings(body))
    listed = client.get_all_configurations(
        Settings.GetAllConfigurationsPathParams(**project),
        Settings.GetAllConfigurationsQueryParams(),
    )
    changed = client.update(Settings.UpdatePathParams(**one), None, settings(body))
    read = client.get_one_configuration(Settings.GetOneConfigurationPathParams(**one), None)
    deleted = client.delete(Settings.DeletePathParams(**one), None)
    gone = client.get_one_configuration(Settings.GetOneConfigurationPathParams(**one), None)
    return {
        "created": [each["type"] for each in created["results"]],
        "listed": listed["results"] == created["results"],
        "changed": changed["results"] == [read],
        "deleted": deleted,
        "gone": gone["errorCode"],
    }


bodies = [body for body in json.load(sys.stdin) if body["type"] in CLASSES]
print(json.dumps({body["type"]: life(body) for body in bodies}))
