"""A life of an integration through python-opsramp; prints what was seen as JSON.

It runs in the client's own environment and is told everything by its variables.
"""

from __future__ import annotations

import json
import os
from typing import Any

import opsramp.binding

URL, TENANT = os.environ["OPSRAMP_URL"], os.environ["OPSRAMP_TENANT_ID"]
SEEN: dict[str, Any] = {}


def failure(call: Any) -> str:
    """The text of the error that a call ends with."""
    try:
        return f"no failure, but {call()!r}"
    except RuntimeError as error:
        return str(error)


ormp = opsramp.binding.connect(URL, os.environ["OPSRAMP_KEY"], os.environ["OPSRAMP_SECRET"])
integrations = ormp.tenant(TENANT).integrations()
types, group = integrations.itypes(), integrations.instances()

SEEN["types"] = [row["id"] for row in types.search()["results"]]
SEEN["types by seven"] = [row["id"] for row in types.search("pageSize=7")["results"]]
SEEN["before"] = [(row["id"], row["category"]) for row in group.search()["results"]]

definition = group.mkCustom("Made by python-opsramp", inbound_auth_type="OAUTH2")
made = group.create("CUSTOM", definition)
uuid = SEEN["id"] = made["id"]
SEEN["secret at install"] = "secret" in made["inboundConfig"]["authentication"]["apiKeyPairs"][0]
SEEN["updated"] = group.update(uuid, {"displayName": "Renamed"})["displayName"]
SEEN["auth types"] = {
    kind: group.set_auth_type(uuid, kind)["authType"] for kind in ("OAUTH2", "WEBHOOK", "BASIC")
}
notifier = group.mkBaseNotifier(
    "REST_API", "www.example.com", access_token_uri="", api_key="k", api_secret="s"
)
SEEN["notifier"] = group.notifier(uuid, notifier)
SEEN["switched"] = [group.disable(uuid), group.get(uuid)["status"]]
SEEN["switched"] += [group.enable(uuid), group.get(uuid)["status"]]
found = group.search(f"queryString=category:CUSTOM_INTEGRATION+uId:{uuid}")["results"]
SEEN["get is an element of search"] = [group.get(uuid)] == found
SEEN["not supported"] = failure(lambda: group.get_kubernetes_configuration(uuid))
cluster = group.create("KUBERNETES", {"displayName": "k", "containerEngineType": "Docker"})
SEEN["configuration"] = str(group.get_kubernetes_configuration(cluster["id"]))[:15]
SEEN["deleted"] = group.delete(uuid, "no longer needed")
SEEN["gone"] = failure(lambda: group.get(uuid))
stranger = opsramp.binding.Opsramp(URL, "no-token").tenant(TENANT).integrations()
SEEN["no token"] = failure(lambda: stranger.instances().search())
print(json.dumps(SEEN))
