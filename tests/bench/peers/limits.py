"""The limits of opsemu's own server."""

from __future__ import annotations

import sys

from opsemu import __version__

from .base import Peer, Place
from .python import SERVERS


class Limit(Peer):
    """What opsemu's own server does with next to nothing behind it."""

    version = __version__

    def __init__(self, name: str, kind: str) -> None:
        self.name = name
        self.kind = kind
        self.note = "on opsemu's own server, no authentication"

    def command(self, place: Place) -> list[str]:
        script = [sys.executable, str(SERVERS / "limits.py"), self.kind]
        return [*script, str(place.port), self.read.targets[0], place.body]


FLASK = Limit("bare Flask route", "flask")
WSGI = Limit("bare WSGI callable", "wsgi")

LIMITS = (FLASK, WSGI)
