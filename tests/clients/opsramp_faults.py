"""Calls through python-opsramp, one per argument; prints as JSON how each ended.

It runs in the client's own environment and is told everything by its variables.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import opsramp.binding
import requests

ACCESS = [os.environ[f"OPSRAMP_{name}"] for name in ("URL", "KEY", "SECRET")]


class Client:
    """A client that stays connected until it is told to connect again."""

    def __init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        tenant = opsramp.binding.connect(*ACCESS).tenant(os.environ["OPSRAMP_TENANT_ID"])
        self.instances = tenant.integrations().instances()

    def search(self) -> Any:
        return self.instances.search()

    def create(self) -> Any:
        definition = self.instances.mkCustom("A fault's", inbound_auth_type="OAUTH2")
        return self.instances.create("CUSTOM", definition)


def ending(client: Client, name: str) -> str:
    """How a call ends: "answered", or the error's type and text."""
    try:
        getattr(client, name)()
    except (RuntimeError, requests.RequestException) as error:
        return f"{type(error).__name__}: {error}"
    return "answered"


one = Client()
print(json.dumps([ending(one, name) for name in sys.argv[1:]]))
