"""Responses: every answer of an emulated API, good or bad, is built here."""

import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from opsemu.schemas.errors import ValidationFailure

from ..store import StateUnavailable
from . import headers
from .context import current
from .errors import ApiError, EmptyErrorResponse, Unauthorized
from .json_format import compact, pretty
from .routes import FIRST_VERSION
from .vendor_operations import explain_unserved

log = logging.getLogger("opsemu")

# The order of methods in the one recorded `Allow`, with the others put in.
_ALLOW_ORDER = ("POST", "GET", "DELETE", "OPTIONS", "PUT", "PATCH")


class Reply(Response):
    """A response without a default content type."""

    default_mimetype: str | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Send headers and body as they are, unless werkzeug has to correct them."""
        has_body = environ["REQUEST_METHOD"] != "HEAD" and self.status_code not in (204, 304)
        pairs = self.headers.to_wsgi_list()
        if not has_body or any(len(name) == 8 and name.lower() == "location" for name, _ in pairs):
            return super().__call__(environ, start_response)
        start_response(self.status, pairs)
        return self.iter_encoded()


def failure(error: Exception) -> Reply:
    """What the API family answers to an exception of any kind."""
    answer = next(_FAILURES[cls] for cls in type(error).__mro__ if cls in _FAILURES)
    return answer(error)


def reply(value: Any, status: int = 200, **more: str) -> Reply:
    """An answer with a JSON body; None is an empty body.

    `more` are further headers; an empty one is not sent. `envelope=true` puts the status
    into a list's body, and wraps everything else.
    """
    if value is not None and _option("envelope"):
        is_list = isinstance(value, dict) and "results" in value
        wrapped = {**value, "status": status} if is_list else {"content": value, "status": status}
        value = dict(sorted(wrapped.items()))
    extra = ((name, text) for name, text in more.items() if text)
    return _json(value, status, [*headers.of_answer(media_type()), *extra])


def no_content() -> Reply:
    """The answer to a DELETE: 204, enveloped or not (INFERRED for `envelope=true`)."""
    return _json(None, 204, headers.of_answer(media_type()))


def error_reply(error: ApiError) -> Reply:
    """An error of the API, or of the HTTP layer where the family has no body for it."""
    ctx = current()
    status, body = ctx.dialect.error(error)
    spec = ctx.dialect.errors.get(error.code)
    grade = spec.grade if spec else "INFERRED"
    ctx.explain(f"{error.code}: {_sentence(body, status)} [{grade}]")
    if body is None:
        return empty_error(EmptyErrorResponse(status))
    if _option("envelope"):
        body = {"content": body, "status": status}
    return _json(body, status, headers.of_answer("application/json", error.code))


def _sentence(body: Any, status: int) -> str:
    """What an error's body says, in any family's shape."""
    fields = body[0] if isinstance(body, list) else body or {}
    names = ("detail", "message", "error_description")
    texts = (str(fields[name]) for name in names if name in fields)
    return next(texts, f"status {status}, no body")


def challenge(error: Unauthorized) -> Reply:
    """The authentication layer's 401: its own shape, no headers of the API, no envelope."""
    rules, method = current().dialect.authentication, current().method
    has_body = method in rules.challenge_body_methods
    body = rules.challenge_body if has_body else b""
    return Reply(body, 401, list(headers.of_challenge(error.challenges, has_body)))


def empty_error(error: EmptyErrorResponse) -> Reply:
    """An answer of the HTTP layer: no body, no content type (RECORDED for 405)."""
    return Reply(b"", error.status, list(headers.of_empty_error(**error.headers)))


def method_not_allowed(error: MethodNotAllowed) -> Reply:
    """405 without a body."""
    explain_unserved(current())
    current().explain(f"{current().method} is not served at this path")
    return allow(405, error.valid_methods or ())


def allow(status: int, methods: Iterable[str]) -> Reply:
    """A status with an `Allow` that has neither spaces nor HEAD (RECORDED; INFERRED for 200)."""
    names = set(methods)
    value = ",".join(name for name in _ALLOW_ORDER if name in names)
    return empty_error(EmptyErrorResponse(status, Allow=value))


def unknown_path(error: NotFound) -> Reply:
    """The vendor's 404 for a path that no operation serves."""
    explain_unserved(current())
    return error_reply(ApiError("RESOURCE_NOT_FOUND", current().path))


def internal_error(error: Exception) -> Reply:
    """A failure of opsemu: the vendor's 500 for the client, the traceback for the operator."""
    ctx, name = current(), type(error).__name__
    log.error("%s %s failed", ctx.method, ctx.shown_path, exc_info=error)
    ctx.explain(f"opsemu itself failed with {name}; its log has the traceback")
    return error_reply(ApiError("UNEXPECTED_ERROR"))


def unavailable(error: StateUnavailable) -> Reply:
    """503 while the state cannot be used: the vendor's unexpected error with that status."""
    ctx = current()
    if not ctx.state_unavailable:  # what comes after the view may fail for the same reason
        ctx.state_unavailable = True
        log.error("%s %s was not served: %s", ctx.method, ctx.shown_path, error)
        ctx.explain("opsemu's state cannot be read or written just now; its log says why")
    response = error_reply(ApiError("UNEXPECTED_ERROR"))
    response.set_data(with_status(response.get_data(), 503))
    response.status_code = 503
    return response


def with_status(content: bytes, status: int) -> bytes:
    """An error body with another status in it, where the family's bodies have one."""
    body = orjson.loads(content or b"{}")
    reason = HTTPStatus(status).phrase
    if isinstance(body, dict) and isinstance(body.get("error"), int):
        body |= {"detail": f"{reason}.", "error": status, "reason": reason}
    return compact(body)


def media_type() -> str:
    """The media type of an answer, with the version that the client asked for."""
    ctx = current()
    return ctx.dialect.body.media_type.format(version=ctx.version or FIRST_VERSION)


def _json(value: Any, status: int, fields: list[tuple[str, str]]) -> Reply:
    render = pretty if _option("pretty") else compact
    return Reply(b"" if value is None else render(value), status, fields)


def _option(name: str) -> bool:
    """Whether the query sets an option that the family knows."""
    ctx = current()
    return name in ctx.dialect.body.options and ctx.query.flag(name)


_FAILURES: dict[type, Callable[[Any], Reply]] = {
    ApiError: error_reply,
    ValidationFailure: lambda error: error_reply(ApiError(error.code, *error.parameters)),
    Unauthorized: challenge,
    EmptyErrorResponse: empty_error,
    MethodNotAllowed: method_not_allowed,
    NotFound: unknown_path,
    HTTPException: lambda error: empty_error(EmptyErrorResponse(error.code)),
    StateUnavailable: unavailable,
    Exception: internal_error,
}
