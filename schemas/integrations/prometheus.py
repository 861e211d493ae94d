"""Prometheus, which scrapes metrics with a user name and a password."""

from collections.abc import Mapping
from typing import Any

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Choice, Flag, Secret, Text
from opsemu.schemas.profiles import ATLAS, MANAGER

_REQUIRED = {"only": MANAGER, "required_in": MANAGER}
# CLIENT: the Terraform provider sent a scheme to Atlas until 2024-04 and never read it.
_IGNORED = {"only": ATLAS, "until": "2024-05-01"}
_MANAGER = {"only": MANAGER}


class Prometheus(IntegrationSchema):
    type_name = "PROMETHEUS"
    list_order = 100
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
    # Atlas does not ask for it at creation (SPEC).
    password = Text(load_only=True, metadata={"required_in": MANAGER})
    listenAddress = Text(metadata=_REQUIRED)
    serviceDiscovery = Choice("file", "http", required=True)
    scheme = Choice("http", "https", metadata=_REQUIRED)
    ignored_scheme = Choice("http", "https", data_key="scheme", load_only=True, metadata=_IGNORED)
    enabled = Flag(required=True)
    tlsPemPath = Text(metadata=_MANAGER)
    tlsPemPassword = Secret(metadata=_MANAGER)
    sendUserProvidedResourceTagsEnabled = Flag(dump_default=False, metadata={"only": ATLAS})

    def check(self, document: Mapping[str, Any]) -> None:
        """The https scheme needs the path of a PEM file (DOCS)."""
        if document.get("scheme") == "https" and not document.get("tlsPemPath"):
            raise ValidationFailure("MISSING_ATTRIBUTE", "tlsPemPath")
