"""The one way out: every answer, good or bad, is built here."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from opsemu.schemas import Refused

from ..store import StateUnavailable
from . import explanations, headers
from .context import call, dialect, query, raw_path
from .errors import ApiError, BareRefusal, Unauthorized, grade
from .json_format import compact, pretty
from .operations import FIRST_VERSION

log = logging.getLogger("opsemu")

Headers = Iterable[tuple[str, str]]


class Reply(Response):
    """A response that has no content type of its own accord."""

    default_mimetype = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Send headers and body as they are, unless werkzeug has to correct them."""
        has_body = environ["REQUEST_METHOD"] != "HEAD" and self.status_code not in (204, 304)
        if not has_body or "Location" in self.headers:
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return self.iter_encoded()


def init_app(app: Flask) -> None:
    """Answer every failure in the dialect's words."""
    app.register_error_handler(ApiError, refuse)
    app.register_error_handler(
        Refused, lambda error: refuse(ApiError(error.code, *error.parameters))
    )
    app.register_error_handler(Unauthorized, challenge)
    app.register_error_handler(BareRefusal, bare)
    app.register_error_handler(MethodNotAllowed, method_not_allowed)
    app.register_error_handler(NotFound, unknown_path)
    app.register_error_handler(HTTPException, lambda error: bare(BareRefusal(error.code)))
    app.register_error_handler(StateUnavailable, unavailable)
    app.register_error_handler(Exception, fail)
    app.after_request(answer_options)


def reply(value: Any, status: int = 200, **more: str) -> Reply:
    """An answer of the API; None is an empty body.

    `more` are further headers; an empty one is not sent. `envelope=true` puts the status
    into a list's body, and wraps anything else.
    """
    if value is not None and _asked("envelope"):
        listed = isinstance(value, dict) and "results" in value
        wrapped = {**value, "status": status} if listed else {"content": value, "status": status}
        value = dict(sorted(wrapped.items()))
    further = ((name, text) for name, text in more.items() if text)
    return _reply(value, status, [*headers.of_answer(media_type()), *further])


def plain(text: str) -> Reply:
    """An answer that is no JSON (RECORDED with this type and `Vary`)."""
    sent = headers.of_answer("text/plain;charset=iso-8859-1")
    return Reply(text.encode("latin-1"), 200, [*sent, ("Vary", "Accept-Encoding")])


def file(text: str, kind: str) -> Reply:
    """A file, of the media type `kind`."""
    return Reply(text.encode(), 200, list(headers.of_answer(kind)))


def no_content() -> Reply:
    """The answer to a DELETE: 204, enveloped or not (INFERRED for `envelope=true`)."""
    return _reply(None, 204, headers.of_answer(media_type()))


def refuse(error: ApiError) -> Reply:
    """An error of the API, or of the HTTP layer where the family has no words for it."""
    status, body = dialect().error(error)
    explanations.note(f"{error.code}: {_sentence(body, status)} [{grade(error.code)}]")
    if body is None:
        return bare(BareRefusal(status))
    if _asked("envelope"):
        body = {"content": body, "status": status}
    return _reply(body, status, headers.of_answer("application/json", error.code))


def _sentence(body: Any, status: int) -> str:
    """What an error's body says, in any family's shape."""
    told = body[0] if isinstance(body, list) else body or {}
    names = ("detail", "message", "error_description")
    return next((str(told[name]) for name in names if name in told), f"status {status}, no body")


def challenge(error: Unauthorized) -> Reply:
    """The authentication layer's 401: another shape, none of the API's headers, no envelope."""
    shown = call().method in dialect().challenged_with_body
    body = dialect().unauthorized if shown else b""
    return Reply(body, 401, list(headers.of_challenge(error.challenge, shown)))


def bare(error: BareRefusal) -> Reply:
    """An answer of the HTTP layer: no body, no content type (RECORDED for 405)."""
    return Reply(b"", error.status, list(headers.of_refusal(**error.headers)))


def method_not_allowed(error: MethodNotAllowed) -> Reply:
    """405 without a body."""
    explanations.note(f"{call().method} is not served at this path")
    return allowed(405, error.valid_methods or ())


def answer_options(response: Response) -> Response:
    """Flask's answer to OPTIONS in the vendor's form: 200, as for a wrong method (INFERRED)."""
    if call().method == "OPTIONS" and response.status_code == 200 and "Allow" in response.headers:
        return allowed(200, response.allow)
    return response


def allowed(status: int, methods: Iterable[str]) -> Reply:
    """A status with an `Allow` that has neither spaces nor HEAD (RECORDED)."""
    known = set(methods)
    return bare(BareRefusal(status, Allow=",".join(name for name in _ORDER if name in known)))


def unknown_path(error: NotFound) -> Reply:
    """The vendor's 404 for a path that nothing serves."""
    return refuse(ApiError("RESOURCE_NOT_FOUND", raw_path()))


def fail(error: Exception) -> Reply:
    """A failure of opsemu's own: the vendor's 500 outside, the traceback for the operator."""
    log.error("%s %s failed", call().method, raw_path(), exc_info=error)
    explanations.note(
        f"opsemu itself failed with {type(error).__name__}; its log has the traceback"
    )
    return refuse(ApiError("UNEXPECTED_ERROR"))


def unavailable(error: StateUnavailable) -> Reply:
    """503 while the state's server is away: the vendor's unexpected error with that status."""
    if not g.get("unavailable"):  # what comes after the view may fail for the same reason
        g.unavailable = True
        log.error("%s %s was not served: %s", call().method, raw_path(), error)
        explanations.note("the server that holds opsemu's state does not answer")
    response = refuse(ApiError("UNEXPECTED_ERROR"))
    response.set_data(restated(response.get_data(), 503))
    response.status_code = 503
    return response


def restated(content: bytes, status: int) -> bytes:
    """An error body of the family with another status in it, where it has one."""
    body = orjson.loads(content or b"{}")
    reason = HTTPStatus(status).phrase
    if isinstance(body, dict) and isinstance(body.get("error"), int):
        body |= {"detail": f"{reason}.", "error": status, "reason": reason}
    return compact(body)


def media_type() -> str:
    """The media type of an answer, with the version that was asked for."""
    return dialect().media_type.format(version=call().version or FIRST_VERSION)


def _reply(value: Any, status: int, sent: Headers) -> Reply:
    render = pretty if _asked("pretty") else compact
    return Reply(b"" if value is None else render(value), status, list(sent))


def _asked(option: str) -> bool:
    """Whether the request asks for a form that its API family knows."""
    return option in dialect().options and query().flag(option)


# The order of the one recorded `Allow`, with the rest put in.
_ORDER = ("POST", "GET", "DELETE", "OPTIONS", "PUT", "PATCH")
