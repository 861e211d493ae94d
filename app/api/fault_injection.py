"""Fault injection: after authentication, before the view or in place of its response."""

from __future__ import annotations

from functools import reduce

from flask import Flask, Response

from ..store import StateUnavailable
from ..worlds.fault_rules import FaultTarget
from .context import RequestContext, current
from .fault_effects import effects_of
from .responses import unavailable


def init_app(app: Flask) -> None:
    """Apply the fault rules of a world to its requests; to be called after `authentication`."""
    app.before_request(_before_view)
    app.after_request(_after_view)


def _before_view() -> Response | None:
    """The response of the rule that is due, if it has one of its own."""
    context = current()
    faults = context.world.faults
    if context.authenticated_key is None or not faults.all():
        return None
    rule = faults.due(_target(context), context.time)
    if rule is None:
        return None
    context.fault = rule.label
    context.explain(f"fault: {rule.label} struck")
    effects = effects_of(rule)
    context.after_view = lambda response: reduce(
        lambda changed, effect: effect.after_view(changed), effects, response
    )
    responses = [effect.before_view() for effect in effects]
    return next((response for response in responses if response is not None), None)


def _after_view(response: Response) -> Response:
    """Let the effects of the rule change the view's response, unless that is an error."""
    change = current().after_view
    if change is None or response.status_code >= 400:
        return response
    try:
        return change(response)
    except StateUnavailable as error:  # Flask handles no errors of what comes after the view
        return unavailable(error)


def _target(context: RequestContext) -> FaultTarget:
    arguments = context.arguments
    return FaultTarget(
        context.operation.name if context.operation else None,
        context.dialect.vendor,
        context.method,
        context.path,
        arguments.get("group_id") or arguments.get("tenant_id", ""),
        arguments.get("type_name", ""),
        context.key.public_key,
        context.dialect.errors,
    )
