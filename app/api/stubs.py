"""Answers of stubs: to requests that no operation serves, or in place of an operation's view."""

from flask import Response

from ..store import Document
from ..store.layout import DEFAULT_WORLD, STUBS
from ..worlds import stubs
from ..worlds.clock import NO_WORLD_YET
from .context import RequestContext
from .plain_responses import file_reply
from .responses import reply
from .routes import accepted_date

_TEXT = "text/plain; charset=utf-8"


def rules_world(ctx: RequestContext) -> str:
    """The world whose faults and stubs apply: the default one for a request of no world."""
    return ctx.time.world if ctx.time.world != NO_WORLD_YET else DEFAULT_WORLD


def matching(ctx: RequestContext) -> list[Document]:
    """The stubs of its world that are about a request."""
    rows = ctx.read(stubs.owner_of(rules_world(ctx))).tables.get(STUBS)
    is_served = ctx.operation is not None
    return stubs.matching(rows, ctx.method, ctx.path, is_served=is_served) if rows else []


def may_answer(ctx: RequestContext) -> bool:
    """Whether a stub has an answer for a request that no operation serves."""
    rows = matching(ctx)
    if not rows or ctx.services.worlds.get(rules_world(ctx)).stubs.may_answer(rows):
        return bool(rows)
    ctx.explain(f"has no answer left: {', '.join(map(stubs.label, rows))}")
    return False


def answer(ctx: RequestContext) -> Response | None:
    """The response of the first stub that has one for a request."""
    rows = ctx.stubs = matching(ctx)
    stub = ctx.services.worlds.get(rules_world(ctx)).stubs.take(rows) if rows else None
    if stub is None:
        return None
    ctx.enter_world(rules_world(ctx))
    ctx.stub = stubs.label(stub)
    ctx.explain(f"a stub answered: {ctx.stub}")
    return _response(ctx, stub)


def _response(ctx: RequestContext, stub: Document) -> Response:
    """The response, with the headers of the API family but for those that the stub has."""
    ctx.version = ctx.version or accepted_date(ctx.environ.get("HTTP_ACCEPT", ""))
    body, status = stub.get("body"), stub.get("status", 200)
    response = file_reply(body.encode(), _TEXT) if isinstance(body, str) else reply(body, status)
    response.status_code = status
    response.headers.update(stub.get("headers", {}))
    return response
