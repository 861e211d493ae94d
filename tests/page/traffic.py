"""Something of everything that the page can show."""

from __future__ import annotations

from opsemu.server import Emulator
from tests.conftest import DEMO, OWNER, integrations, signed

_EMAIL = {"typeName": "EMAIL", "emailAddress": "a@example.com", "intervalMin": 5, "delayMin": 0}
_SLACK = {"typeName": "SLACK", "apiToken": "xoxb-1234567890", "channelName": "c", "intervalMin": 5}
CONFIG = {"eventTypeName": "NO_PRIMARY", "enabled": True, "notifications": [_EMAIL, _SLACK]}


def happen(server: Emulator) -> None:
    """Let something of everything happen at a server; the last call has a wrong key."""
    control, url = server.control, integrations(server, DEMO)
    control.call("POST", "/snapshots", {}, {"name": "before"})
    control.call("POST", "/worlds", {}, {"name": "another", "seed": "demo"})
    control.call("POST", "/stubs", {}, {"path": "/api/public/v1.0/x", "body": {"a": 1}})
    with signed(OWNER) as client:
        client.post(f"{url}/DATADOG", json={"type": "DATADOG", "apiKey": "a" * 32})
        client.post(f"{server.url}/groups/{DEMO}/alertConfigs", json=CONFIG)
        client.get(f"{url}/WEBHOOK")
        client.delete(f"{url}/SLACK")
        rule = {"operation": "getIntegrations", "status": 503, "times": 1}
        control.call("POST", "/faults", {}, rule)
        client.get(url)
        client.get(url)
    with signed((OWNER[0], "00000000-0000-4000-8000-00000000dead")) as stranger:
        stranger.get(url)
    control.call("POST", "/alerts", {}, {"project": DEMO, "event": "NO_PRIMARY"})
