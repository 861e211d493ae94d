"""The life of each integration through pyatlassdk; prints what was seen as JSON.

It runs in the client's own environment. Its input is a list of samples, one per type, each
with the bodies `create` and `change`; its arguments are the server's URL, an empty project,
and the client's credentials as NAME=VALUE.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any

from pyatlassdk import AtlasAdminClient, AtlasApiError
from pyatlassdk.admin.models.third_party_integration import ThirdPartyIntegration
from pydantic import TypeAdapter

URL, PROJECT, *CREDENTIALS = sys.argv[1:]

client = AtlasAdminClient(
    base_url=f"{URL}/api/atlas/v2",
    oauth_token_url=f"{URL}/api/oauth/token",
    **dict(each.split("=", 1) for each in CREDENTIALS),
)
integrations = client.third_party_integrations
read_body = TypeAdapter(ThirdPartyIntegration).validate_python


def life(create: dict[str, Any], change: dict[str, Any], **_shown: Any) -> dict[str, Any]:
    """What creation, listing, change, reading and deletion answer."""
    name = create["type"]
    created = integrations.create_group_integration(PROJECT, name, read_body(create))
    listed = integrations.list_group_integrations(PROJECT, include_count=True)
    changed = integrations.update_group_integration(PROJECT, name, read_body(change))
    one = integrations.get_group_integration(PROJECT, name)
    with suppress(ValueError):  # pyatlassdk 0.1.0 reads JSON even where the answer is empty
        integrations.delete_group_integration(PROJECT, name)
    try:
        gone = integrations.get_group_integration(PROJECT, name)
    except AtlasApiError as error:
        gone = error
    return {
        "created": [each.type for each in created.results],
        "listed": listed.results == created.results,
        "changed": changed.results == [one],
        "shown": one.model_dump(mode="json", by_alias=True, exclude_none=True),
        "gone": str(gone),
    }


lives = {each["create"]["type"]: life(**each) for each in json.load(sys.stdin)}
print(json.dumps(lives))
