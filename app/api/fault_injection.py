"""How faults strike: after authentication, before the view or in place of its answer."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response

from ..auth import tokens
from ..mongodb.notifications import INTEGRATIONS
from ..mongodb.project_access import KIND
from ..store import Document, MissingOwner, Owner
from ..worlds.fault_rules import CODES, Call, Rule
from .context import current
from .delivery import KEY, Wire
from .errors import ApiError
from .json_format import compact
from .responses import error_reply, with_status


def init_app(app: Flask) -> None:
    """Let the faults of a world strike the calls of its keys; to be called after `auth`."""
    app.before_request(strike)
    app.after_request(strike_after)


def strike() -> Response | None:
    """The answer of the fault that is due, if it has one of its own."""
    faults = current().world.faults
    if current().authenticated_key is None or not faults.all():
        return None
    rule = faults.due(_call(), current().time)
    if rule is None:
        return None
    current().fault = rule.label
    current().explain(f"fault: {rule.label} struck")
    _on_the_wire(rule)
    act = _EFFECTS[rule.all.get("effect", "answer")]
    return act(rule)


def strike_after(response: Response) -> Response:
    """What a fault does once the view has done its work."""
    then = current().after_view
    return then(response) if then and response.status_code < 400 else response


def _call() -> Call:
    here = current()
    return Call(
        here.operation.name if here.operation else None,
        here.dialect.vendor,
        here.method,
        current().path,
        here.arguments.get("group_id") or here.arguments.get("tenant_id", ""),
        here.arguments.get("type_name", ""),
        current().key.public_key,
    )


def _on_the_wire(rule: Rule) -> None:
    wire: Wire | None = current().environ.get(KEY)
    if wire is not None:
        wire.delay = rule.delay(current().time.random)
        wire.truncate_at = rule.given.get("truncateAfter")
        wire.reset = rule.given.get("fault") == "CONNECTION_RESET_BY_PEER"
        if rule.given.get("fault") == "EMPTY_RESPONSE":
            wire.truncate_at = -1


def _answer(rule: Rule) -> Response | None:
    """In place of the view: an error in the vendor's words, or the body given."""
    if not any(name in rule.all for name in ("status", "error", "body")):
        return None
    code = rule.all.get("error", "UNEXPECTED_ERROR")
    response = error_reply(ApiError(code, *_parameters(code, rule)))
    if "body" in rule.all:
        response.set_data(compact(rule.all["body"]))
    elif "status" in rule.given and "error" not in rule.given:
        response.set_data(with_status(response.get_data(), rule.given["status"]))
    response.status_code = rule.all.get("status", response.status_code)
    if "retryAfter" in rule.all:
        response.headers["Retry-After"] = str(rule.retry_after(current().time.now()))
    return response


def _parameters(code: str, rule: Rule) -> list[str]:
    """The words for the vendor's sentence: those given, else something true of the request."""
    places = CODES[current().dialect.vendor][code].sentence.count("{}")
    limit = rule.given.get("limit", 1200), max(1, round(rule.given.get("window", 60) / 60))
    usual = (
        [current().path, *map(str, limit)] if code == "RATE_LIMITED" else [current().path] * places
    )
    return [str(word) for word in rule.given.get("parameters", usual)][:places]


def _apply(rule: Rule) -> Response | None:
    """Let the view change what it will, and then say that it failed."""
    answer = _answer(rule)
    current().after_view = lambda response: answer or response
    return None


def _undo(rule: Rule) -> Response | None:
    """Let the view answer, and then put back what was there."""
    owner, type_name = _place()
    present = current().services.store.get(owner, INTEGRATIONS, type_name)

    def put_back(response: Response) -> Response:
        _restore(owner, type_name, present)
        return response

    current().after_view = put_back
    return None


def _restore(owner: Owner, type_name: str, present: Document | None) -> None:
    try:
        if present is None:
            current().services.store.delete(owner, INTEGRATIONS, type_name)
        else:
            current().services.store.change(owner, INTEGRATIONS, type_name, lambda _: present)
    except MissingOwner:  # the whole project is gone, so there is nothing to lose
        return


def _remove(rule: Rule) -> Response | None:
    """Forget the integration that the rule or else the path names, before the view looks."""
    owner, type_name = _place()
    _restore(owner, rule.given.get("type", type_name), None)
    return None


def _revoke(rule: Rule) -> Response | None:
    """End the token that was sent, and refuse it."""
    tokens.revoke(
        current().services.store, current().environ["HTTP_AUTHORIZATION"].partition(" ")[2].strip()
    )
    return _answer(rule)


def _place() -> tuple[Owner, str]:
    arguments = current().arguments
    owner = Owner(current().key.world, KIND, arguments.get("group_id", ""))
    return owner, arguments.get("type_name", "")


_EFFECTS: dict[str, Callable[[Rule], Response | None]] = {
    "answer": _answer,
    "apply": _apply,
    "undo": _undo,
    "remove": _remove,
    "revoke": _revoke,
}
