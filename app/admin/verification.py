"""`verify` and `wait`: whether the expected requests are in the journal."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from flask import Blueprint, request
from marshmallow import fields, validate

from ..api.delivery import KEY
from ..worlds import verification
from ..worlds.world import World
from .context import WorldQuery, current_world
from .errors import AdminError
from .journal_schemas import Expectation
from .routes import ResponseSchema, load_body, load_query

bp = Blueprint("verification", __name__)


class Verdict(ResponseSchema):
    """Whether the expectation holds, how many requests match, and a sentence about it."""

    verified = fields.Boolean()
    count = fields.Integer()
    message = fields.String()


class WaitQuery(WorldQuery):
    """A world, and how many seconds to wait at most."""

    timeout = fields.Float(load_default=10.0, validate=validate.Range(0, 300))


@bp.post(
    "/verify",
    query=WorldQuery,
    body=Expectation,
    returns={200: Verdict},
    operation_id="requests_verify",
)
def verify() -> dict[str, Any]:
    """Whether the expected requests are in the journal; an error if it has dropped requests."""
    return asdict(_verdict(current_world(), load_body()))


@bp.post(
    "/wait",
    query=WaitQuery,
    body=Expectation,
    returns={200: Verdict},
    operation_id="requests_wait",
)
def wait() -> Any:
    """Wait until the expected requests are in the journal, or until the timeout."""
    world, wire = current_world(), request.environ.get(KEY)
    operations = _operations(load_body())
    # Before the verdict, so that a request that comes in between counts as a change.
    version = world.journal.version(operations)
    verdict = _verdict(world, load_body())
    changed = partial(world.journal.call_on_change, version, operations=operations)
    if not verdict.verified and wire and wire.suspend(load_query()["timeout"], changed):
        return "", 204  # not sent: the server runs this request again
    return asdict(verdict)


def _operations(expectation: dict[str, Any]) -> frozenset[str] | None:
    """The operations that the verdict depends on; None for all of them."""
    patterns = expectation.get("order", [expectation])
    names = {pattern.get("operation") for pattern in patterns}
    return None if None in names else frozenset(filter(None, names))


def _verdict(world: World, expectation: dict[str, Any]) -> verification.Verdict:
    dropped = world.journal.dropped
    if not expectation.pop("allowDropped") and dropped:
        message = f"the journal has dropped {dropped} requests, so that the count may be too low"
        raise AdminError(409, "calls_dropped", f"{message}; send allowDropped to accept that")
    return verification.verify(world.journal, expectation)
