"""How faults strike: after authentication, before the view or in place of its answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, g

from ..auth import tokens
from ..mongodb.notifications import INTEGRATIONS
from ..mongodb.projects import KIND
from ..store import Document, MissingOwner, Owner, StateUnavailable
from ..worlds.fault_rules import CODES, Call, Rule
from . import explanations
from .authentication import key
from .context import call, dialect, live, raw_path, services
from .delivery import KEY, Delivery
from .errors import ApiError
from .json_format import compact
from .operations import operation_name
from .responses import refuse, restated, unavailable


def init_app(app: Flask) -> None:
    """Let the faults of a world strike the calls of its keys; to be called after `auth`."""
    app.before_request(strike)
    app.after_request(strike_after)


def strike() -> Response | None:
    """The answer of the fault that is due, if it has one of its own."""
    faults = live().faults
    if call().key is None or not faults.all():
        return None
    rule = faults.due(_call())
    if rule is None:
        return None
    call().fault = rule.label
    explanations.note(f"fault: {rule.label} struck")
    _on_the_wire(rule)
    act = _EFFECTS[rule.all.get("effect", "answer")]
    return act(rule)


def strike_after(response: Response) -> Response:
    """What a fault does once the view has done its work."""
    then: Callable[[Response], Response] | None = g.pop("then", None)
    if then is None or response.status_code >= 400:
        return response
    try:
        return then(response)
    except StateUnavailable as error:  # Flask has no error handlers for what comes after the view
        return unavailable(error)


def _call() -> Call:
    here = call()
    return Call(
        operation_name(here.endpoint),
        here.dialect.vendor,
        here.method,
        raw_path(),
        here.arguments.get("group_id") or here.arguments.get("tenant_id", ""),
        here.arguments.get("type_name", ""),
        key().public_key,
    )


def _on_the_wire(rule: Rule) -> None:
    wire: Delivery | None = call().environ.get(KEY)
    if wire is not None:
        wire.delay = rule.delay()
        wire.truncate_at = rule.given.get("truncateAfter")
        wire.reset = rule.given.get("fault") == "CONNECTION_RESET_BY_PEER"
        if rule.given.get("fault") == "EMPTY_RESPONSE":
            wire.truncate_at = -1


def _answer(rule: Rule) -> Response | None:
    """In place of the view: an error in the vendor's words, or the body given."""
    if not any(name in rule.all for name in ("status", "error", "body")):
        return None
    code = rule.all.get("error", "UNEXPECTED_ERROR")
    response = refuse(ApiError(code, *_parameters(code, rule)))
    if "body" in rule.all:
        response.set_data(compact(rule.all["body"]))
    elif "status" in rule.given and "error" not in rule.given:
        response.set_data(restated(response.get_data(), rule.given["status"]))
    response.status_code = rule.all.get("status", response.status_code)
    if "retryAfter" in rule.all:
        response.headers["Retry-After"] = str(rule.retry_after())
    return response


def _parameters(code: str, rule: Rule) -> list[str]:
    """The words for the vendor's sentence: those given, else something true of the request."""
    places = CODES[dialect().vendor][code].sentence.count("{}")
    limit = rule.given.get("limit", 1200), max(1, round(rule.given.get("window", 60) / 60))
    usual = [raw_path(), *map(str, limit)] if code == "RATE_LIMITED" else [raw_path()] * places
    return [str(word) for word in rule.given.get("parameters", usual)][:places]


def _apply(rule: Rule) -> Response | None:
    """Let the view change what it will, and then say that it failed."""
    answer = _answer(rule)
    g.then = lambda response: answer or response
    return None


def _undo(rule: Rule) -> Response | None:
    """Let the view answer, and then put back what was there."""
    owner, type_name = _place()
    present = services().store.get(owner, INTEGRATIONS, type_name)

    def put_back(response: Response) -> Response:
        _restore(owner, type_name, present)
        return response

    g.then = put_back
    return None


def _restore(owner: Owner, type_name: str, present: Document | None) -> None:
    try:
        if present is None:
            services().store.delete(owner, INTEGRATIONS, type_name)
        else:
            services().store.change(owner, INTEGRATIONS, type_name, lambda _: present)
    except MissingOwner:  # the whole project is gone, so there is nothing to lose
        return


def _remove(rule: Rule) -> Response | None:
    """Forget the integration that the rule or else the path names, before the view looks."""
    owner, type_name = _place()
    _restore(owner, rule.given.get("type", type_name), None)
    return None


def _revoke(rule: Rule) -> Response | None:
    """End the token that was sent, and refuse it."""
    tokens.revoke(services().store, call().environ["HTTP_AUTHORIZATION"].partition(" ")[2].strip())
    return _answer(rule)


def _place() -> tuple[Owner, str]:
    arguments = call().arguments
    owner = Owner(key().world, KIND, arguments.get("group_id", ""))
    return owner, arguments.get("type_name", "")


_EFFECTS: dict[str, Callable[[Rule], Response | None]] = {
    "answer": _answer,
    "apply": _apply,
    "undo": _undo,
    "remove": _remove,
    "revoke": _revoke,
}
