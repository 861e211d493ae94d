"""The short way: a GET whose answer is known already is given it without Flask.

A request is known by its bytes. Two that differ in nothing but their `Authorization` have
the same answer if the same key sends them, and if all that the answer was made of is in the
store as it was. What the long way has answered plainly is therefore learned (`learned.py`),
and given again once the credentials are checked, by the functions that the long way has.
Whatever is not certain, and whatever would be refused, goes the long way, uncounted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import Any

from flask import Response

from ..api.context import RequestContext, Services, current
from ..api.journaling import Recorder
from ..auth.digest import authenticate, credentials
from ..auth.nonces import NonceStatus
from ..worlds.clock import WorldTime
from ..worlds.journal import JournalEntry
from .cached_responses import Answers, Learned, Place, Whose, learned
from .wsgi import MOST_HEAD, WHOLE, WSGI, bare

log = logging.getLogger("opsemu")

MOST_NONCES = 20_000

_AUTHORIZATION = b"\r\nAuthorization: "


class Shortcut:
    """`hits` counts its answers; off, it has none.

    Only the thread of the event loop may use it.
    """

    def __init__(self, services: Services, recorder: Recorder) -> None:
        # A state that has to be asked for over the network would hold up the event loop.
        self.is_on = not services.store.backend.read_may_block
        self.hits = 0
        self._services = services
        self._keep = recorder.record
        self.answers = Answers()
        # A nonce's first use goes the long way: it may answer a challenge in the journal.
        self._seen: set[str] = set()
        recorder.subscribe(self.learn)

    def answer(self, request: bytes) -> bytes | None:
        """The answer to a request that these bytes are all of; None if it goes the long way."""
        opened = perf_counter()
        if not self.is_on or len(request) > MOST_HEAD:
            return None
        place, text = _parted(request)
        answers = self.answers.at(place)
        if not answers or not text.isprintable():
            return None
        sent = credentials(text) if text.startswith("Digest ") else {}
        known = answers.get(_whose(text, sent))
        if known is None:
            return None
        return self._answer(known, sent, opened)

    def learn(self, row: JournalEntry, response: Response) -> None:
        """Note what the long way answered, if it may be given again."""
        here = current()
        if here.authenticated_key is not None and here.digest_params:
            self._note(here.digest_params.get("nonce", ""))
        if self.is_on and row.status == 200 and WHOLE in here.environ:
            self._learn(here, row, response)

    def _learn(self, here: RequestContext, row: JournalEntry, response: Response) -> None:
        place, text = _parted(here.environ[WHOLE])
        whose = _whose(text, here.digest_params)
        present = self.answers.at(place).get(whose)
        if present is None or present.reads != here.reads:
            answer = learned(here, row, response)
            if answer is not None:
                self.answers.put(place, whose, answer)

    def _answer(self, known: Learned, sent: dict[str, str], opened: float) -> bytes | None:
        time = self._services.clocks.time(known.key.world)
        if not self._is_due(known, sent, time):
            return None
        self.hits += 1
        return self._given(known, opened, time)

    def _is_due(self, known: Learned, sent: dict[str, str], time: WorldTime) -> bool:
        """Whether all is as it was, and the caller admitted; a nonce is counted at the end."""
        services, world = self._services, known.key.world
        read = services.store.backend.read
        try:
            if any([read(owner) != content for owner, content in known.reads]):
                return False
            if services.worlds.get(world).faults.all() or known.expires <= time.now():
                return False
            return not sent or self._admits(known, sent, time)
        except Exception:  # the long way meets it again, and has an answer for it
            return False

    def _admits(self, known: Learned, sent: dict[str, str], time: WorldTime) -> bool:
        if sent.get("nonce", "") not in self._seen:
            return False
        status, _ = authenticate(
            sent,
            "GET",
            known.target,
            known.key.ha1,
            partial(self._services.nonces.consume, age_of=time.age_of),
            consume_unsigned=False,
        )
        return status is NonceStatus.FRESH

    def _given(self, known: Learned, opened: float, time: WorldTime) -> bytes:
        try:
            moving = tuple([make(known, self._services, opened, time) for make in known.moving])
            took = perf_counter() - opened
            self._keep(JournalEntry(**known.row, at=time.now(), duration_s=took))
            return (known.head % moving).encode("latin-1") + known.body
        except Exception:
            log.exception("a known answer could not be given")
            return bare(HTTPStatus.INTERNAL_SERVER_ERROR)

    def _note(self, nonce: str) -> None:
        if len(self._seen) >= MOST_NONCES:
            self._seen.clear()
        self._seen.add(nonce)


class Front:
    """An application with its short cut; a server that has no use for it calls it as ever."""

    def __init__(self, inner: WSGI, shortcut: Shortcut) -> None:
        self._inner = inner
        self.shortcut = shortcut

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return self._inner(environ, start)


def _parted(request: bytes) -> tuple[Place, str]:
    """A request before and after the value of its `Authorization`, and that."""
    before, _, rest = request.partition(_AUTHORIZATION)
    value, _, after = rest.partition(b"\r\n")
    return (before, after), value.decode("latin-1")


def _whose(text: str, sent: dict[str, str]) -> Whose:
    return bool(sent), sent.get("username", text)
