"""From a WSGI environment to a response: the steps of a request, in their order."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Request, Response
from werkzeug.exceptions import HTTPException

from . import authentication, fault_injection, responses
from .context import RequestContext, start_request
from .journaling import Recorder
from .reading_ahead import begin
from .services import Services


class Dispatcher:
    """Answers requests by an application's routes and views.

    In place of Flask's own, whose contexts, sessions, signals and lists of hooks nothing uses
    here, and take longer than all that is done by them.
    """

    def __init__(self, services: Services, recorder: Recorder) -> None:
        self._router = services.router
        self._services = services
        self._recorder = recorder
        self._authenticate = authentication.authenticator()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        # Neither the environment nor an error leads back to it, so that it is freed at once.
        request = Request(environ, populate_request=False)
        try:
            request.url_rule, arguments = self._router.match(request.method, request.path)
            request.view_args = dict(arguments)
        except HTTPException as error:
            request.routing_exception = error.with_traceback(None)
        ctx = start_request(self._services, request)
        try:
            begin(ctx)
            response = fault_injection.before_view(ctx, self._authenticate)
            response = fault_injection.after_view(ctx, response or self._view(ctx))
        except Exception as error:
            response = responses.failure(error)
        self._recorder.finish(ctx, response)
        return response(environ, start_response)

    def _view(self, ctx: RequestContext) -> Response:
        request = ctx.request
        if request.routing_exception is not None:
            raise request.routing_exception
        if request.method == "OPTIONS":
            return responses.allow(200, self._router.allowed_methods(request.path))
        response: Response = self._router.view(str(request.endpoint))(**ctx.arguments)
        return response
