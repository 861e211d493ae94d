"""Effects on the connection: a late response, a part of it, or none."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

from marshmallow import Schema, fields, validate

from ...store import Document
from ...worlds.random_source import RandomSource
from ..context import current
from ..delivery import KEY, Delivery
from .base import FaultEffect

_MAX_DELAY = 300.0  # seconds


class Distribution(Schema):
    """A random delay, in milliseconds."""

    type = fields.String(required=True, validate=validate.OneOf(["uniform", "lognormal"]))
    lower = fields.Float(validate=validate.Range(0))
    upper = fields.Float(validate=validate.Range(0))
    median = fields.Float(validate=validate.Range(0))
    sigma = fields.Float(validate=validate.Range(0, 10))


class Delay(FaultEffect):
    """Hold the response back."""

    members: ClassVar = {
        "fixedDelayMilliseconds": fields.Float(validate=validate.Range(0, 300_000)),
        "delayDistribution": fields.Nested(Distribution),
    }

    def before_view(self) -> None:
        milliseconds = self.settings.get("fixedDelayMilliseconds", 0)
        distribution = self.settings.get("delayDistribution")
        if distribution:
            sample = _SAMPLES[distribution["type"]]
            milliseconds += sample(distribution, self.context.time.random)
        _delivery().delay = float(min(milliseconds / 1000, _MAX_DELAY))


class Truncate(FaultEffect):
    """End the connection after so many bytes of the body."""

    members: ClassVar = {"truncateAfter": fields.Integer(strict=True, validate=validate.Range(0))}

    def before_view(self) -> None:
        _delivery().truncate_at = self.settings["truncateAfter"]


class ConnectionReset(FaultEffect):
    """End the connection with RST instead of a response."""

    fault = "CONNECTION_RESET_BY_PEER"

    def before_view(self) -> None:
        _delivery().reset = True


class EmptyResponse(FaultEffect):
    """Close the connection instead of a response."""

    fault = "EMPTY_RESPONSE"

    def before_view(self) -> None:
        _delivery().truncate_at = -1


def _delivery() -> Delivery:
    """How the response will be delivered; without effect behind another server."""
    delivery: Delivery = current().environ.get(KEY) or Delivery()
    return delivery


def _uniform(spread: Document, random: RandomSource) -> float:
    lower, upper = spread.get("lower", 0), spread.get("upper", 0)
    return float(lower + (upper - lower) * random.uniform())


def _lognormal(spread: Document, random: RandomSource) -> float:
    normal = math.sqrt(-2 * math.log(1 - random.uniform())) * math.cos(math.tau * random.uniform())
    return float(spread.get("median", 0) * math.exp(spread.get("sigma", 0.1) * normal))


_SAMPLES: dict[str, Callable[[Document, RandomSource], float]] = {
    "uniform": _uniform,
    "lognormal": _lognormal,
}
