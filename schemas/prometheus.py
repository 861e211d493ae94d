"""Prometheus, which reads metrics with a user name and a password of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .base import IntegrationSchema
from .fields import Choice, Flag, Secret, Text
from .refusals import Refused


class Prometheus(IntegrationSchema):
    type_name = "PROMETHEUS"
    rank = 100
    example = {
        "username": "prom_user",
        "password": "prom_password",
        "listenAddress": "127.0.0.1:9216",
        "serviceDiscovery": "http",
        "scheme": "https",
        "enabled": True,
        "tlsPemPath": "/etc/ssl/prometheus.pem",
        "tlsPemPassword": "pem_password",
    }

    username = Text(required=True)
    password = Text(required=True, load_only=True)
    listenAddress = Text(required=True)
    serviceDiscovery = Choice("file", "http", required=True)
    scheme = Choice("http", "https", required=True)
    enabled = Flag(required=True)
    tlsPemPath = Text()
    tlsPemPassword = Secret()

    def check(self, document: Mapping[str, Any]) -> None:
        """The https scheme needs the path of a PEM file (DOCS)."""
        if document.get("scheme") == "https" and not document.get("tlsPemPath"):
            raise Refused("MISSING_ATTRIBUTE", "tlsPemPath")
