"""Canaries: a random value for each place of a secret, and everything in which one may turn up."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields

from opsemu.schemas.fields import UUID, Secret, SecretUrl, Template
from opsemu.testing.admin_client import AdminClient, WorldAdmin
from opsemu.testing.requests import Requests

from .events import Events

# Names of secrets that no schema has, as clients and other services write them.
NAMES = [
    "api_key", "apikey", "API-KEY", "x-api-key", "service_key", "license_key", "routing_key",
    "integration_key", "key", "pwd", "passwd", "passphrase", "pass", "access_key", "AccessKey",
    "SecretKey", "ClientSecretKey", "client_secret", "secret", "privateKey", "private_key",
    "token", "auth_token", "access_token", "vtoken", "password", "Authorization", "Cookie",
    "certificate", "webhook_url", "webhookUrl",
]  # fmt: skip
# Names of what people need to see.
PLAIN = {
    "publicKey": "abcdefgh",
    "id": "65f0c0ffee65f0c0ffee65f0",
    "type": "SLACK",
    "name": "token of the team",
    "groupName": "production",
    "teamName": "password",
    "channelName": "1234567890",
    "keyId": "key",
    "tokenType": "bearer",
    "routingKey": "database",
    "enabled": True,
}
_ADMIN = ("/requests", "/requests/unmatched", "/state", "/snapshots/s", "/faults", "/config")
_ADMIN += ("/snapshots/diff?before=s", "/metrics", "/coverage", "/worlds", "/openapi.json")
_ADMIN += ("/openapi/ops-manager.json", "/openapi/opsramp.json")
_ADMIN += (
    "/alerts",
    "/inbox",
    "/stubs",
    "/requests/count",
    "/snapshots",
    "/health",
    "/access",
    "/nothing",
    "/requests/0",
    "/overview",
    "/diff",
)
_NEVER = {"status": 999, "atLeast": 1}


class Canaries(list[str]):
    """The canaries that were made."""

    def text(self) -> str:
        """One of 32 hexadecimal digits, with letters and digits."""
        self.append(f"c0{uuid.uuid4().hex[2:]}")
        return self[-1]

    def uuid(self) -> str:
        """One in the form of a UUID."""
        self.append(f"c0{str(uuid.uuid4())[2:]}")
        return self[-1]

    def url(self) -> str:
        """A URL with canaries in its user information, its path and its query."""
        user, path, query = self.text(), self.text(), self.text()
        return f"https://me:{user}@example.com/hooks/{path}?token={query}"

    def plain_url(self) -> str:
        """A URL with canaries in its user information and its query."""
        return f"https://me:{self.text()}@example.com/path?x=1&api_key={self.text()}"

    def of(self, field: fields.Field[Any]) -> str | None:
        """One for the field of a schema; None if the field holds no secret."""
        if isinstance(field, SecretUrl):
            return self.url()
        if isinstance(field, Template):
            return f'{{"Authorization": "Bearer {self.text()}"}}'
        if isinstance(field, Secret):
            return self.uuid() if UUID in field.key_formats else self.text()
        is_hidden = field.load_only and type(field).__name__ in ("Text", "String")
        return self.text() if is_hidden else None

    def planted(self, schema: type[Schema], body: dict[str, Any]) -> dict[str, Any]:
        """A body with a canary in each secret field of its schema."""
        declared = schema._declared_fields.items()
        made = {field.data_key or name: self.of(field) for name, field in declared}
        return {**body, **{name: value for name, value in made.items() if value}}

    def bag(self) -> dict[str, Any]:
        """An object with all NAMES and PLAIN, nested in each other's ways."""
        secrets: dict[str, Any] = {name: self.text() for name in NAMES}
        secrets |= {"url": self.url(), "secret": {"value": self.text(), "list": [self.text()]}}
        secrets["secret.value"] = self.text()
        secrets["baseURI"] = f"me:{self.text()}@www.example.com"
        pairs = [{"key": name, "value": self.text()} for name in ("Authorization", "X-Api-Key")]
        named = [{"name": name, "value": self.text()} for name in ("Cookie", "my_token")]
        text = f"see https://example.com/?api_key={self.text()} with Bearer {self.text()}"
        return {
            **PLAIN,
            **secrets,
            "headers": [*pairs, *named, {"Authorization": f"Basic {self.text()}"}],
            "links": [{"rel": "self", "href": f"http://me:{self.text()}@example.com/?token=1"}],
            "description": text,
            "payload": json.dumps({"password": self.text(), "nested": json.dumps({"pwd": "x"})}),
        }


def everything(world: Any) -> Iterator[str]:
    """All that the admin API and a failing test show of a world."""
    yield from (world.admin("GET", path).text for path in _ADMIN)
    for project in world.made["mongodb"]["projects"]:
        yield world.admin("GET", "/integrations", params={"project": project["id"]}).text
    for delivery in world.admin("GET", "/inbox").json()["deliveries"][::7]:
        yield world.admin("GET", f"/inbox/{delivery['id']}").text
    for tenant in world.made["opsramp"]["tenants"]:
        yield world.admin("GET", "/installed", params={"tenant": tenant["id"]}).text
    calls = world.admin("GET", "/requests").json()["requests"]
    for number in [call["id"] for call in calls[::7]]:
        yield world.admin("GET", f"/requests/{number}").text
        yield world.admin("GET", f"/requests/{number}/explain").text
    yield world.admin("POST", "/requests/find", json={}).text
    yield world.admin("POST", "/verify", json=_NEVER).text
    yield world.admin("POST", "/wait", json=_NEVER, params={"timeout": 0}).text
    with Events(world.server.port, world.name) as events:
        yield str(events.next("requests").data)
    client = AdminClient(world.server.admin_url, "")
    yield failure(Requests(WorldAdmin(client, world.name)), {})
    client.close()


def failure(requests: Requests, body: dict[str, Any]) -> str:
    """The report of an assertion about a body that fails."""
    try:
        requests.assert_called(status=999, body=body)
    except AssertionError as error:
        return str(error)
    raise RuntimeError("a call has the status 999")
