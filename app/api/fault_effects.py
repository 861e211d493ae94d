"""What faults do to a request.

A new effect is a function with a line in _EFFECTS, and a built-in fault with it in
data/faults.json. It runs before the view; it may return a response in place of the view's, or
set `after_view` of the context, which is called with the view's response if that is no error.
"""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from random import Random
from typing import Any

from flask import Response
from marshmallow import Schema, fields, validate

from ..auth import tokens
from ..store import Document, MissingOwner, Owner
from ..store.layout import INTEGRATIONS, PROJECT
from ..worlds.fault_rules import FaultRule
from .context import RequestContext
from .delivery import KEY, Delivery
from .errors import ApiError
from .json_format import compact
from .responses import error_reply, with_status

_MAX_DELAY = 300_000  # milliseconds
_RESET, _EMPTY = "CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE"
_STATUSES = [status.value for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST]
_NOT_NEGATIVE = validate.Range(0)


class Distribution(Schema):
    """A random delay, in milliseconds."""

    type = fields.String(required=True, validate=validate.OneOf(["uniform", "lognormal"]))
    lower = fields.Float(validate=_NOT_NEGATIVE)
    upper = fields.Float(validate=_NOT_NEGATIVE)
    median = fields.Float(validate=_NOT_NEGATIVE)
    sigma = fields.Float(validate=validate.Range(0, 10))


# The members of a rule that are about its effects, as fields of a schema.
RULE_MEMBERS: dict[str, fields.Field[Any]] = {
    "fixedDelayMilliseconds": fields.Float(validate=validate.Range(0, _MAX_DELAY)),
    "delayDistribution": fields.Nested(Distribution),
    "truncateAfter": fields.Integer(strict=True, validate=_NOT_NEGATIVE),
    "status": fields.Integer(strict=True, validate=validate.OneOf(_STATUSES)),
    "error": fields.String(),
    "parameters": fields.List(fields.String()),
    "body": fields.Dict(),
    "retryAfter": fields.Integer(strict=True, validate=_NOT_NEGATIVE),
    "fault": fields.String(validate=validate.OneOf([_RESET, _EMPTY])),
}


def run_effects(rule: FaultRule, ctx: RequestContext) -> Response | None:
    """Do to a request what a rule says; returns a response in place of the view's, or None."""
    settings = rule.settings
    # Another WSGI server has no Delivery, and these effects do nothing there.
    delivery: Delivery = ctx.environ.get(KEY) or Delivery()
    delivery.delay = min(_delay(settings, ctx.time.random.generator), _MAX_DELAY) / 1000
    delivery.reset = settings.get("fault") == _RESET
    delivery.truncate_at = -1 if settings.get("fault") == _EMPTY else settings.get("truncateAfter")
    if "effect" in settings:
        return _EFFECTS[settings["effect"]](rule, ctx)
    has_error = not settings.keys().isdisjoint({"status", "error", "body"})
    return _error_response(rule, ctx) if has_error else None


def _delay(settings: Document, random: Random) -> float:
    """The milliseconds to hold the response back."""
    fixed = float(settings.get("fixedDelayMilliseconds", 0))
    spread = settings.get("delayDistribution")
    if not spread:
        return fixed
    if spread["type"] == "uniform":
        return fixed + random.uniform(spread.get("lower", 0), spread.get("upper", 0))
    factor = random.lognormvariate(0, spread.get("sigma", 0.1))
    return fixed + float(spread.get("median", 0) * factor)


def _undo(rule: FaultRule, ctx: RequestContext) -> None:
    """Let the view answer, then restore the integration as it was before."""
    owner, type_name = _project(ctx), ctx.arguments.get("type_name", "")
    document = ctx.services.store.get(owner, INTEGRATIONS, type_name)

    def restore(response: Response) -> Response:
        _put_integration(ctx, type_name, document)
        return response

    ctx.after_view = restore


def _remove(rule: FaultRule, ctx: RequestContext) -> None:
    """Delete the integration that the rule or else the path names, before the view runs."""
    _put_integration(ctx, rule.spec.get("type", ctx.arguments.get("type_name", "")), None)


def _apply(rule: FaultRule, ctx: RequestContext) -> None:
    """Let the view make its change, then answer that it failed."""
    error = _error_response(rule, ctx)
    ctx.after_view = lambda response: error


def _revoke(rule: FaultRule, ctx: RequestContext) -> Response:
    """Revoke the token that was sent, and refuse it."""
    tokens.revoke(ctx.services.store, ctx.authorization.partition(" ")[2].strip())
    return _error_response(rule, ctx)


# By the `effect` of a built-in fault (data/faults.json).
_EFFECTS: dict[str, Callable[[FaultRule, RequestContext], Response | None]] = {
    "undo": _undo,
    "remove": _remove,
    "apply": _apply,
    "revoke": _revoke,
}


def _put_integration(ctx: RequestContext, type_name: str, document: Document | None) -> None:
    """Store an integration of the request's project, or delete it; a deleted project has none."""
    owner, store = _project(ctx), ctx.services.store
    with suppress(MissingOwner):
        if document is None:
            store.delete(owner, INTEGRATIONS, type_name)
        else:
            store.change(owner, INTEGRATIONS, type_name, lambda _: document)


def _project(ctx: RequestContext) -> Owner:
    return Owner(ctx.key.world, PROJECT, ctx.arguments.get("group_id", ""))


def _error_response(rule: FaultRule, ctx: RequestContext) -> Response:
    """An error in the vendor's words, or with the body of the rule."""
    settings = rule.settings
    code = settings.get("error", "UNEXPECTED_ERROR")
    response = error_reply(ApiError(code, *_parameters(code, rule, ctx)))
    if "body" in settings:
        response.set_data(compact(settings["body"]))
    elif "status" in rule.spec and "error" not in rule.spec:
        response.set_data(with_status(response.get_data(), rule.spec["status"]))
    response.status_code = settings.get("status", response.status_code)
    if "retryAfter" in settings:
        response.headers["Retry-After"] = str(rule.retry_after(ctx.time.now()))
    return response


def _parameters(code: str, rule: FaultRule, ctx: RequestContext) -> list[str]:
    """The parameters of the vendor's sentence: the rule's, else something true of the request."""
    count = ctx.dialect.errors[code].sentence.count("{}")
    limit = rule.spec.get("limit", 1200), max(1, round(rule.window / 60))
    usual = [ctx.path, *map(str, limit)] if code == "RATE_LIMITED" else [ctx.path] * count
    return [str(word) for word in rule.spec.get("parameters", usual)][:count]
