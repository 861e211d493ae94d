"""Every call becomes a row of its world's journal, whatever the answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from urllib.parse import urlencode

import orjson
from flask import Flask, Response, request

from ..store import StateUnavailable
from ..worlds import clock
from ..worlds.journal import MOST_BODY, Row
from . import access_log, explanations
from .context import Call, Services, begin, call
from .operations import operation_name

_ISSUED = re.compile(r'nonce="([^"]*)"')


Listener = Callable[[Row, Response], None]


class Recorder:
    """Writes rows, and joins a digest challenge with the request that answers it."""

    def __init__(self, services: Services) -> None:
        self._services = services
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
        """Journal the call, unless what the journal is kept in cannot be had just now."""
        with suppress(StateUnavailable):  # whoever could not answer for that reason has said so
            self._journal(response)
        return response

    def _journal(self, response: Response) -> None:
        row = _row(call(), response)
        if row.method in ("POST", "PUT", "PATCH"):
            self._services.lives.of(row.world).learn(_json(row.sent))
        self._join(row)
        self.keep(row)
        self._listener(row, response)
        if row.status == 401:
            self._remember(row, response.headers.get("WWW-Authenticate", ""))

    def keep(self, row: Row) -> None:
        """Put a row where it is looked for: journal, counts and log."""
        live = self._services.lives.of(row.world)
        live.journal.add(row)
        access_log.write(row, live)

    def _remember(self, row: Row, challenge: str) -> None:
        """Note the nonce of a challenge, by which the answer to it will be known."""
        issued = _ISSUED.search(challenge)
        if issued:
            facts = f"{row.world} {row.id} {row.exchanges} {_asked(row)}"
            self._services.nonces.expect(issued[1], facts.encode())

    def _join(self, row: Row) -> None:
        """Take the challenge back that the request answers: to the client it was one call."""
        nonce = call().sent.get("nonce")
        challenge = self._services.nonces.expected(nonce) if nonce else None
        if challenge is None:
            return
        world, number, exchanges, asked = challenge.decode().split(" ")
        if asked == _asked(row):
            self._services.lives.of(world).journal.take_back(int(number))
            row.exchanges += int(exchanges)


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
        scheme=explanations.scheme(),
        status=response.status_code,
        reasons=explanations.noted(),
        warnings=explanations.warned(),
        fault=here.fault,
        sent=_sent(here)[:MOST_BODY],
        sent_type=environ.get("CONTENT_TYPE", ""),
        # Copied: orjson leaves what it writes in a block that is much larger.
        answered=bytes(memoryview(response.get_data())[:MOST_BODY]),
        answered_type=response.content_type or "",
        agent=environ.get("HTTP_USER_AGENT", ""),
        accept=environ.get("HTTP_ACCEPT", ""),
        took=clock.ticks() - here.opened,
    )


def _asked(row: Row) -> str:
    """What a call was for, in a few bytes: thousands of challenges may wait for their answers."""
    asked = f"{row.method} {row.target}".encode()
    return blake2b(asked, digest_size=16).hexdigest()


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
