"""Answers of stubs: to requests that no operation serves, or in place of an operation's view."""

from flask import Response

from ..store import Document
from ..store.layout import STUBS
from ..worlds import stubs
from .context import RequestContext
from .responses import file_reply, reply
from .routes import accepted_date

_TEXT = "text/plain; charset=utf-8"


def matching(ctx: RequestContext) -> list[Document]:
    """The stubs of its world that are about a request."""
    rows = ctx.read(stubs.owner_of(ctx.rules_world)).tables.get(STUBS)
    is_served = ctx.operation is not None
    return stubs.matching(rows, ctx.method, ctx.path, is_served=is_served) if rows else []


def may_answer(ctx: RequestContext) -> bool:
    """Whether a stub has an answer for a request."""
    rows = matching(ctx)
    return bool(rows) and ctx.services.worlds.get(ctx.rules_world).stubs.may_answer(rows)


def answer(ctx: RequestContext) -> Response | None:
    """The response of the first stub that has one for a request."""
    rows, world = matching(ctx), ctx.rules_world
    stub = ctx.services.worlds.get(world).stubs.take(rows) if rows else None
    if stub is None:
        return None
    ctx.enter_world(world)
    ctx.stub = stubs.label(stub)
    ctx.explain(f"a stub answered: {ctx.stub}")
    return _response(ctx, stub)


def _response(ctx: RequestContext, stub: Document) -> Response:
    """The response, with the headers of the API family but for those that the stub has."""
    ctx.version = ctx.version or accepted_date(ctx.environ.get("HTTP_ACCEPT", ""))
    body, status = stub.get("body"), stub.get("status", 200)
    response = file_reply(body, _TEXT) if isinstance(body, str) else reply(body, status)
    response.status_code = status
    response.headers.update(stub.get("headers", {}))
    return response
