"""Faults and stubs: around authentication, before the view or in place of its response."""

from collections.abc import Callable

from flask import Response
from werkzeug.exceptions import HTTPException

from ..worlds.fault_rules import FaultTarget, Stage
from . import stubs
from .context import RequestContext
from .errors import ApiError, EmptyErrorResponse, Unauthorized
from .fault_effects import run_effects

_REFUSALS = (ApiError, EmptyErrorResponse, HTTPException, Unauthorized)


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


def before_view(
    ctx: RequestContext, authenticate: Callable[[RequestContext], None]
) -> Response | None:
    """Authenticate a request, and apply the fault rules and the stubs of its world to it.

    Returns the response of the rule that is due, if it has one of its own, else that of a stub.
    """
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


def after_view(ctx: RequestContext, response: Response) -> Response:
    """Let the effects of the rule change the view's response, unless that is an error."""
    change = ctx.after_view
    return response if change is None or response.status_code >= 400 else change(response)
