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
SEEN["types again"] = [row["id"] for row in integrations.available().get()]
SEEN["one type"] = types.get("CUSTOM")["name"]
SEEN["types by seven"] = [row["id"] for row in types.search("pageSize=7")["results"]]
SEEN["before"] = [(row["id"], row["category"]) for row in group.search()["results"]]

SEEN["all instances"] = integrations.installed().get() == group.search()["results"]

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
child = group.mkCustom("Child", logo_fname=__file__, parent_uuid=uuid)
SEEN["child"] = group.create("CUSTOM", child)["displayName"]
SEEN["email"] = group.create("EMAILALERTS", group.mkEmailAlert("Mail"))["emailAddress"]
arm = group.mkAzureARM("A", "subscription", "tenant", "client", "secret")
asm = group.mkAzureASM("B", "subscription", "certificate", "password")
SEEN["azure"] = [group.create("AZURE", each)["credential"]["AzureType"] for each in (arm, asm)]
values = group.mkValueMap(("attrValue", "tenantAttrValue"), [("Open", "new")])
attribute = {"name": "Status", "entityType": "INCIDENT", "attrValues": values}
mapped = group.update(uuid, {"inboundConfig": {"mapAttributes": [attribute]}})
SEEN["mapped"] = mapped["inboundConfig"]["mapAttributes"][0]["attrValues"]
webhook = group.create("CUSTOM-EVENT", group.mkBase("Webhook"))
SEEN["auth type"] = group.auth_type(webhook)
SEEN["redacted"] = group.redact_response(webhook)["inboundConfig"]["authentication"]["token"]
config = ormp.config()
SEEN["alert types"] = config.get_alert_types()
SEEN["alert technologies"] = [each["name"] for each in config.get_alert_technologies()]
SEEN["deleted"] = group.delete(uuid, "no longer needed")
SEEN["gone"] = failure(lambda: group.get(uuid))
stranger = opsramp.binding.Opsramp(URL, "no-token").tenant(TENANT).integrations()
SEEN["no token"] = failure(lambda: stranger.instances().search())
print(json.dumps(SEEN))
