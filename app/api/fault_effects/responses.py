"""Effects on the response: an error, at once or after the change was made."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

from flask import Response
from marshmallow import fields, validate

from ...auth import tokens
from ...store import Document
from ...worlds.fault_rules import FaultRule
from ..context import current
from ..errors import ApiError
from ..json_format import compact
from ..responses import error_reply, with_status
from .base import FaultEffect

_ERRORS = [status.value for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST]


class Answer(FaultEffect):
    """Answer with an error in the vendor's words, or with the body of the rule."""

    members: ClassVar = {
        "status": fields.Integer(strict=True, validate=validate.OneOf(_ERRORS)),
        "error": fields.String(),
        "parameters": fields.List(fields.String()),
        "body": fields.Dict(),
        "retryAfter": fields.Integer(strict=True, validate=validate.Range(0)),
    }

    @classmethod
    def applies(cls, settings: Document) -> bool:
        return "effect" not in settings and not settings.keys().isdisjoint(
            {"status", "error", "body"}
        )

    def before_view(self) -> Response | None:
        return _error_response(self.rule)


class Apply(FaultEffect):
    """Let the view make its change, then answer that it failed."""

    name = "apply"

    def before_view(self) -> None:
        self._error = _error_response(self.rule)

    def after_view(self, response: Response) -> Response:
        return self._error


class Revoke(FaultEffect):
    """Revoke the token that was sent, and refuse it."""

    name = "revoke"

    def before_view(self) -> Response | None:
        token = self.context.environ["HTTP_AUTHORIZATION"].partition(" ")[2].strip()
        tokens.revoke(self.context.services.store, token)
        return _error_response(self.rule)


def _error_response(rule: FaultRule) -> Response:
    """The response of a rule with a status, an error or a body."""
    settings = rule.settings
    code = settings.get("error", "UNEXPECTED_ERROR")
    response = error_reply(ApiError(code, *_parameters(code, rule)))
    if "body" in settings:
        response.set_data(compact(settings["body"]))
    elif "status" in rule.spec and "error" not in rule.spec:
        response.set_data(with_status(response.get_data(), rule.spec["status"]))
    response.status_code = settings.get("status", response.status_code)
    if "retryAfter" in settings:
        response.headers["Retry-After"] = str(rule.retry_after(current().time.now()))
    return response


def _parameters(code: str, rule: FaultRule) -> list[str]:
    """The parameters of the vendor's sentence: the rule's, else something true of the request."""
    count = current().dialect.errors[code].sentence.count("{}")
    limit = rule.spec.get("limit", 1200), max(1, round(rule.spec.get("window", 60) / 60))
    path = current().path
    usual = [path, *map(str, limit)] if code == "RATE_LIMITED" else [path] * count
    return [str(word) for word in rule.spec.get("parameters", usual)][:count]
