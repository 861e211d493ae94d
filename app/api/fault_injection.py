"""Faults and stubs: around authentication, before the view or in place of its response."""

from collections.abc import Callable

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from ..store import StateUnavailable
from ..worlds.fault_rules import FaultTarget, Stage
from . import stubs
from .context import RequestContext, current
from .errors import ApiError, EmptyErrorResponse, Unauthorized
from .fault_effects import run_effects
from .responses import unavailable

_REFUSALS = (ApiError, EmptyErrorResponse, HTTPException, Unauthorized)


def init_app(app: Flask, authenticate: Callable[[RequestContext], None]) -> None:
    """Authenticate each request, and apply the fault rules and the stubs of its world to it."""
    app.before_request(lambda: _before_view(current(), authenticate))
    app.after_request(_after_view)


def fault_target(ctx: RequestContext, stage: Stage) -> FaultTarget:
    """What fault rules know of a request."""
    arguments, key = ctx.arguments, ctx.authenticated_key or ctx.claimed_key
    return FaultTarget(
        stage,
        ctx.operation.name if ctx.operation and stage is not Stage.REFUSED else None,
        ctx.dialect.vendor,
        ctx.method,
        ctx.path,
        arguments.get("group_id") or arguments.get("tenant_id", ""),
        arguments.get("type_name", ""),
        key.public_key if key else "",
        ctx.dialect.errors,
    )


def _before_view(
    ctx: RequestContext, authenticate: Callable[[RequestContext], None]
) -> Response | None:
    """The response of the rule that is due, if it has one of its own, else that of a stub."""
    try:
        authenticate(ctx)
    except _REFUSALS:
        response = _strike(ctx, Stage.REFUSED)
        if response is None:
            raise
        return response
    stage = Stage.ADMITTED if ctx.authenticated_key else Stage.OPEN
    return _strike(ctx, stage) or stubs.answer(ctx)


def _strike(ctx: RequestContext, stage: Stage) -> Response | None:
    """Let the rule that is due have its effect."""
    world = stubs.rules_world(ctx)
    faults = ctx.services.worlds.get(world).faults
    if not faults.any():
        return None
    rule = faults.due(fault_target(ctx, stage), ctx.services.clocks.time(world))
    if rule is None:
        return None
    ctx.enter_world(world)
    ctx.fault = rule.label
    ctx.reasons.insert(0, f"fault: {rule.label} struck")
    return run_effects(rule, ctx)


def _after_view(response: Response) -> Response:
    """Let the effects of the rule change the view's response, unless that is an error."""
    change = current().after_view
    if change is None or response.status_code >= 400:
        return response
    try:
        return change(response)
    except StateUnavailable as error:  # Flask handles no errors of what comes after the view
        return unavailable(error)
