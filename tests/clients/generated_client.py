"""Create, list and delete an integration by the client that openapi-python-client has made.

Arguments: the folder of the generated package, the server's URL, public and private key, project.
"""

import json
import sys

import httpx

folder, url, public_key, private_key, project = sys.argv[1:]
sys.path.insert(0, folder)

from generated.api.integrations import (  # noqa: E402
    create_integration,
    delete_integration,
    get_integration,
    get_integrations,
)
from generated.client import Client  # noqa: E402
from generated.models.error import Error  # noqa: E402
from generated.models.slack_body import SlackBody  # noqa: E402

signing = {"auth": httpx.DigestAuth(public_key, private_key)}
client = Client(base_url=url, httpx_args=signing)
body = SlackBody(type_="SLACK", api_token="t0ken-1234", channel_name="#ops", team_name="ops")
created = create_integration.sync(project, "SLACK", client=client, body=body)
listed = get_integrations.sync(project, client=client)
deleted = delete_integration.sync_detailed(project, "SLACK", client=client)
gone = get_integration.sync(project, "SLACK", client=client)
assert isinstance(gone, Error)
print(
    json.dumps(
        {
            "created": [each.channel_name for each in created.results],
            "listed": [(each.type_, each.api_token) for each in listed.results],
            "deleted": deleted.status_code,
            "gone": gone.error_code,
        }
    )
)
