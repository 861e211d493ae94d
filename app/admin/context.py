"""What a request to the control plane can ask of its application."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import cast

from flask import current_app
from marshmallow import fields, validate

from ..api.context import Services
from ..auth.api_keys import DEFAULT_WORLD
from ..worlds.manager import Worlds
from .routes import Fields, query


@dataclass(frozen=True)
class Parts:
    """The control plane's own parts, and those it shares with the vendors' application."""

    services: Services
    worlds: Worlds
    started: float = field(default_factory=time.perf_counter)


class WorldQuery(Fields):
    """Which world is meant."""

    world = fields.String(load_default=DEFAULT_WORLD, validate=validate.Length(min=1))


def parts() -> Parts:
    """The parts of the current application."""
    return cast(Parts, current_app.extensions["parts"])


def services() -> Services:
    """What is shared with the vendors' application."""
    return parts().services


def world() -> str:
    """The world that the query names; raises WorldError if it is missing."""
    name = str(query()["world"])
    parts().worlds.record(name)
    return name
