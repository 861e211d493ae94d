"""The targets for Prometheus through pyomsdk; prints them as JSON.

It runs in the client's own environment. Its arguments are the server's URL, the key's halves and
the project.
"""

from __future__ import annotations

import json
import sys

from pyomsdk import OpsManagerClient
from pyomsdk.resources.integration_settings_resource import IntegrationSettingsResource as Settings

URL, PUBLIC_KEY, PRIVATE_KEY, PROJECT = sys.argv[1:]

client = OpsManagerClient(URL, PUBLIC_KEY, PRIVATE_KEY).integration_settings_resource
path = Settings.ReturnLatestPrometheusTargetsPathParams(project_id=PROJECT)
print(json.dumps(client.return_latest_prometheus_targets(path, None)))
