"""`/__fakes/…`: the services as servers, so that their own clients may post to them.

What comes is put into the inbox of the default world, or, at `/__fakes/@<world>/…`, of that one.
"""

from collections.abc import Callable
from http import HTTPStatus

import orjson
from flask import Response

from ..api.context import current
from ..api.errors import ApiError
from ..api.routes import Resource
from ..store import NO_WORLD
from ..store.layout import DEFAULT_WORLD, WORLD
from .delivery import received
from .service import Answer, Message, Service
from .services import SERVICES
from .views import alerting

bp = Resource("fakes", __name__)

PREFIX = "/__fakes"


def _view(type_name: str, service: Service) -> Callable[..., Response]:
    def view(world: str = DEFAULT_WORLD, **arguments: str) -> Response:
        ctx = current()
        request = ctx.request
        if world != DEFAULT_WORLD and world not in ctx.store.names(NO_WORLD, WORLD):
            raise ApiError("RESOURCE_NOT_FOUND", ctx.path)
        ctx.enter_world(world)
        ctx.world.add_secrets({"secret": [*arguments.values()]})  # keys in paths
        message = Message(request.url, dict(request.headers), request.get_data(), request.method)
        answer = service.receive(message)
        if answer.problem:
            ctx.explain(answer.problem)
        if message.method == "POST":
            alerting().deliveries.add(world, received(type_name, message, answer, ctx.time))
        return _response(answer)

    return view


def _response(answer: Answer) -> Response:
    if isinstance(answer.body, str):
        return Response(answer.body, answer.status, content_type="text/plain; charset=utf-8")
    body = b"" if answer.body is None else orjson.dumps(answer.body)
    has_body = answer.status != HTTPStatus.NO_CONTENT
    return Response(body if has_body else b"", answer.status, content_type="application/json")


for name, service in SERVICES.items():
    view = _view(name, service)
    for rule in service.paths:
        method, _, path = rule.rpartition(" ")
        for prefix in (PREFIX, f"{PREFIX}/@<world>"):
            bp.add_url_rule(
                f"{prefix}{path}",
                None,
                view,
                methods=[method or "POST"],
                operation=f"deliver.{name}",
            )
