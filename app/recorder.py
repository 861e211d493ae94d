"""Every call becomes a row of its world's journal, whatever the answer."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

import orjson
from flask import Flask, Response, g, request

from . import accesslog, clock, reasons
from .context import Call, Services, begin, call
from .journal import MOST_BODY, Row
from .operations import operation_name

MOST_PENDING = 2_000
_ISSUED = re.compile(r'nonce="([^"]*)"')


Listener = Callable[[Row, Response], None]


class Challenge(NamedTuple):
    """A row whose answer had a nonce in it, without the row's weight."""

    world: str
    number: int
    method: str
    target: str
    exchanges: int


class Recorder:
    """Writes rows, and joins a digest challenge with the request that answers it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pending: OrderedDict[str, Challenge] = OrderedDict()
        self._listener: Listener = lambda row, response: None

    def tell(self, listener: Listener) -> None:
        """Call with each row and its answer from now on."""
        self._listener = listener

    def init_app(self, app: Flask) -> None:
        """Watch each request of an application; to be called before all other hooks."""
        app.before_request(self.open)
        app.after_request(self.close)

    def open(self) -> None:
        """Start outside all worlds."""
        begin(self._services, request._get_current_object())  # type: ignore[attr-defined]

    def close(self, response: Response) -> Response:
        """Journal the call."""
        row = _row(call(), response)
        if row.method in ("POST", "PUT", "PATCH"):
            self._services.lives.of(row.world).learn(_json(row.sent))
        self._join(row)
        self.keep(row)
        self._listener(row, response)
        if row.status == 401:
            self._remember(row, response.headers.get("WWW-Authenticate", ""))
        return response

    def keep(self, row: Row) -> None:
        """Put a row where it is looked for: journal, counts and log."""
        live = self._services.lives.of(row.world)
        live.journal.add(row)
        self._services.lives.tally.count(row.dialect, row.operation, row.status)
        accesslog.write(row, live)

    def _remember(self, row: Row, challenge: str) -> None:
        """Note the nonce of a challenge, by which the answer to it will be known."""
        issued = _ISSUED.search(challenge)
        if issued:
            self._pending[issued[1]] = Challenge(
                row.world, row.id, row.method, row.target, row.exchanges
            )
            if len(self._pending) > MOST_PENDING:
                self._pending.popitem(last=False)

    def _join(self, row: Row) -> None:
        """Take the challenge back that the request answers: to the client it was one call."""
        challenge = self._pending.pop(g.get("digest", {}).get("nonce", ""), None)
        if challenge and (challenge.method, challenge.target) == (row.method, row.target):
            self._services.lives.of(challenge.world).journal.take_back(challenge.number)
            row.exchanges += challenge.exchanges


def _row(here: Call, response: Response) -> Row:
    arguments, environ = here.arguments, here.environ
    key = here.key or here.candidate
    return Row(
        at=clock.now(),
        world=clock.present_world(),
        dialect=here.dialect.name,
        operation=operation_name(here.endpoint),
        method=here.method,
        target=here.target,
        project=arguments.get("group_id") or arguments.get("tenant_id", ""),
        type_name=arguments.get("type_name", ""),
        key=key.public_key if key else "",
        scheme=reasons.scheme(),
        status=response.status_code,
        reasons=reasons.noted(),
        warnings=reasons.warned(),
        fault=here.fault,
        sent=_sent(here)[:MOST_BODY],
        sent_type=environ.get("CONTENT_TYPE", ""),
        answered=response.get_data()[:MOST_BODY],
        answered_type=response.content_type or "",
        agent=environ.get("HTTP_USER_AGENT", ""),
        accept=environ.get("HTTP_ACCEPT", ""),
        took=clock.ticks() - here.opened,
    )


def _sent(here: Call) -> bytes:
    if here.environ.get("CONTENT_LENGTH", "0") in ("", "0"):
        return b""
    # Once a form is read as one, its bytes are gone.
    is_form = "form" in here.environ.get("CONTENT_TYPE", "").lower()
    form = list(here.request.form.items(multi=True)) if is_form else []
    return urlencode(form).encode() if form else here.request.get_data()


def _json(content: bytes) -> object:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
