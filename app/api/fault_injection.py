"""Fault injection: after authentication, before the view or in place of its response."""

from flask import Flask, Response

from ..store import StateUnavailable
from ..worlds.faults import FaultTarget
from .context import RequestContext, current
from .fault_effects import run_effects
from .responses import unavailable


def init_app(app: Flask) -> None:
    """Apply the fault rules of a world to its requests; to be called after `authentication`."""
    app.before_request(_before_view)
    app.after_request(_after_view)


def _before_view() -> Response | None:
    """The response of the rule that is due, if it has one of its own."""
    ctx = current()
    if ctx.authenticated_key is None or not ctx.world.faults.all():
        return None
    rule = ctx.world.faults.due(_target(ctx), ctx.time)
    if rule is None:
        return None
    ctx.fault = rule.label
    ctx.explain(f"fault: {rule.label} struck")
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


def _target(ctx: RequestContext) -> FaultTarget:
    arguments = ctx.arguments
    return FaultTarget(
        ctx.operation.name if ctx.operation else None,
        ctx.dialect.vendor,
        ctx.method,
        ctx.path,
        arguments.get("group_id") or arguments.get("tenant_id", ""),
        arguments.get("type_name", ""),
        ctx.key.public_key,
        ctx.dialect.errors,
    )
