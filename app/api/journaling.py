"""Write every request into its world's journal, its counts and the access log."""

import logging
import re
import time
from collections.abc import Callable
from hashlib import blake2b
from urllib.parse import urlencode

from flask import Response

from ..worlds.bodies import parse_body
from ..worlds.journal import MAX_BODY, JournalEntry
from . import access_log
from .context import RequestContext
from .services import Services

log = logging.getLogger("opsemu")

_NOT_RECORDED = "%s %s was not recorded: %r"
# What is followed by a mask is none that was issued: lists of integrations are full of these.
_ISSUED = re.compile(rb'(?:token|secret|privateKey)"(?!\s*:\s*"\*)')
_NONCE = re.compile(r'nonce="([^"]*)"')

Listener = Callable[[JournalEntry, Response], None]


class Recorder:
    """Writes journal entries, and joins a digest challenge with the request that answers it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._listener: Listener = lambda entry, response: None

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with each entry and its response from now on."""
        self._listener = listener

    def finish(self, ctx: RequestContext, response: Response) -> None:
        """Record a request; whatever fails in that never changes the response."""
        try:
            try:
                self._record(ctx, response)
            finally:
                self._services.shared_state.end(learn=response.status_code < 400)
        except Exception as error:
            self._services.worlds.request_counts.add_unrecorded()
            if not ctx.state_unavailable:  # which was logged when the view failed
                log.error(_NOT_RECORDED, ctx.method, ctx.shown_path, error)

    def record(self, entry: JournalEntry) -> None:
        """Record a request that Flask does not see; a failure is logged and nothing more."""
        try:
            self._add(entry)
            self._services.shared_state.end(learn=False)
        except Exception as error:
            self._services.worlds.request_counts.add_unrecorded()
            path = self._services.worlds.secrets.mask_target(entry.path)
            log.error(_NOT_RECORDED, entry.method, path, error)

    def _record(self, ctx: RequestContext, response: Response) -> None:
        entry = _entry(ctx, response)
        if entry.method not in ("GET", "HEAD"):
            self._add_secrets(ctx, entry)
        self._join(ctx, entry)
        self._add(entry)
        self._listener(entry, response)
        if entry.status == 401 and entry.fault is None:
            self._put_pending(entry, response.headers.get("WWW-Authenticate", ""))

    def _add(self, entry: JournalEntry) -> None:
        world = self._services.worlds.get(entry.world)
        world.record(entry)
        access_log.write(entry, world)

    def _add_secrets(self, ctx: RequestContext, entry: JournalEntry) -> None:
        """Know the secrets that a client has sent, and the new ones that it gets."""
        bodies = [] if ctx.json is None else [ctx.json]
        if entry.request_body and not bodies:
            bodies.append(parse_body(entry.request_body, entry.request_type).members)
        if _ISSUED.search(entry.response_body):
            bodies.append(parse_body(entry.response_body, entry.response_type).members)
        for body in bodies:
            ctx.world.add_secrets(body)

    def _put_pending(self, entry: JournalEntry, challenge: str) -> None:
        """Keep a challenge's entry by its nonce, until a request answers the challenge."""
        nonce = _NONCE.search(challenge)
        if nonce:
            pending = f"{entry.world} {entry.id} {entry.round_trips} {_fingerprint(entry)}"
            self._services.nonces.put_pending(nonce[1], pending.encode())

    def _join(self, ctx: RequestContext, entry: JournalEntry) -> None:
        """Remove the entry of the challenge that the request answers: for the client, one call."""
        nonce = ctx.digest_params.get("nonce")
        pending = self._services.nonces.pop_pending(nonce) if nonce else None
        if pending is None:
            return
        world, number, exchanges, fingerprint = pending.decode().split(" ")
        if fingerprint == _fingerprint(entry):
            self._services.worlds.get(world).journal.remove(int(number))
            entry.round_trips += int(exchanges)


def _entry(ctx: RequestContext, response: Response) -> JournalEntry:
    arguments, environ = ctx.arguments, ctx.environ
    key = ctx.authenticated_key or ctx.claimed_key
    return JournalEntry(
        at=ctx.time.now(),
        world=ctx.time.world,
        dialect=ctx.dialect.name,
        operation=ctx.operation.name if ctx.operation else None,
        method=ctx.method,
        target=ctx.target,
        project=arguments.get("group_id") or arguments.get("tenant_id", ""),
        type_name=arguments.get("type_name", ""),
        key=key.public_key if key else "",
        scheme=ctx.scheme,
        status=response.status_code,
        reasons=tuple(ctx.reasons),
        warnings=tuple(ctx.warnings),
        fault=ctx.fault,
        stub=ctx.stub,
        request_body=_request_body(ctx)[:MAX_BODY],
        request_type=environ.get("CONTENT_TYPE", ""),
        # Copied: orjson leaves what it writes in a block that is much larger.
        response_body=bytes(memoryview(response.get_data())[:MAX_BODY]),
        response_type=response.content_type or "",
        agent=environ.get("HTTP_USER_AGENT", ""),
        accept=environ.get("HTTP_ACCEPT", ""),
        address=environ.get("REMOTE_ADDR", ""),
        duration_s=time.perf_counter() - ctx.started_at,
    )


def _fingerprint(entry: JournalEntry) -> str:
    """Method and target in a few bytes: thousands of challenges may be pending."""
    content = f"{entry.method} {entry.target}".encode()
    return blake2b(content, digest_size=16).hexdigest()


def _request_body(ctx: RequestContext) -> bytes:
    if ctx.environ.get("CONTENT_LENGTH", "0") in ("", "0"):
        return b""
    # Once Werkzeug has parsed a form, its bytes are gone. Else it is not parsed here.
    form = ctx.request.__dict__.get("form")
    return urlencode(list(form.items(multi=True))).encode() if form else ctx.request.get_data()
