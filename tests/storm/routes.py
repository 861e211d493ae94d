"""Requests to every operation, with ids that the server has given, and odd values in good bodies.

`bodies.json` has bodies that an operation takes, by its name.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from collections.abc import Generator, Iterator
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import requests

from opsemu.application import create_app
from opsemu.config import Config

from ..admin.test_imported_state import ODD, paths, replaced
from ..conftest import ADMIN, DEMO, EMPTY
from ..serving import PATIENCE, authorization, challenge, request
from .mutations import mutate

BODIES: dict[str, list[Any]] = json.loads(Path(__file__).with_name("bodies.json").read_text())
ARGUMENT = re.compile(r"<(?:any\((?P<any>[^)]*)\):|path:)?(?P<name>\w+)>")
_NAMES = rb"_?id|type|username|publicKey|name|hostname|cidrBlock|roleName|clusterId"
_ID = re.compile(rb'"(?:' + _NAMES + rb')": ?"?([^"\\\s,}]{1,80})')
_WORD = re.compile(r"(?<=/)\w+")  # of a rule: a segment that is no argument
_PLACES = {
    "group_id": (DEMO, EMPTY, EMPTY),
    "org_id": ("decafbad" * 3,),
    "tenant_id": ("client_8",),
}
_OPSRAMP = ("/api/v2/", "/integrations/", "/auth/", "/tenancy/")
# Of the admin API, what the operations above have to do with; the rest is in mutations.py.
_ADMIN = re.compile("/__admin/(?:alerts|inbox|stubs|servers|automation|integrations|installed)")
_OF_PROJECT = re.compile("/__admin/(?:servers|automation|integrations|installed)")
_QUERY: dict[str, tuple[object, ...]] = {
    "envelope": ("true", "false", "x"),
    "pretty": ("true",),
    "pageNum": (1, 2, 0, -1, 10**9, "x"),
    "itemsPerPage": (1, 500, 0, "x"),
    "includeCount": ("false",),
    "status": ("OPEN", "CLOSED", "TRACKING", "x", ""),
    "clusterId": ("0" * 24, "x"),
    "granularity": ("PT1M", "P1D", "x", ""),
    "period": ("PT1H", "P999999D", "P", ""),
    "start": ("2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01", "x"),
    "end": ("2026-01-02T00:00:00Z", "x"),
    "m": ("CONNECTIONS", "x"),
    "eventType": ("GROUP_CREATED", "x"),
    "minDate": ("2026-01-01T00:00:00Z", "0", "x"),
    "world": ("default", "x", ""),
}
_PROJECT = {"project": (DEMO, EMPTY, EMPTY, "x"), "tenant": ("client_8", "x")}


_PROJECT_RULE = "/api/public/v1.0/groups/<group_id>"
# What each batch begins with: method, rule, and the name of a body.
SETUP = [
    ("PUT", f"{_PROJECT_RULE}/automationConfig", "putAutomationConfig"),
    ("GET", f"{_PROJECT_RULE}/clusters", ""),
    ("GET", f"{_PROJECT_RULE}/hosts", ""),
    ("POST", f"{_PROJECT_RULE}/alertConfigs", "addAlertConfig"),
    ("POST", "/__admin/alerts", "/__admin/alerts"),
    ("GET", f"{_PROJECT_RULE}/alerts", ""),
    ("GET", "/__admin/inbox", ""),
]


class Routes:
    """Every operation of the server, and the ids that its answers had, by rule."""

    def __init__(self) -> None:
        app = create_app(Config(seed="empty"))
        router = app.extensions["opsemu"].router
        admin = app.extensions["opsemu.admin"]._app
        rules = [
            (rule, router.endpoints[rule.endpoint].name) for rule in router.url_map.iter_rules()
        ]
        rules += [(rule, rule.rule) for rule in admin.url_map.iter_rules()]
        self.rules = [
            (method, rule.rule, name)
            for rule, name in rules
            if not rule.rule.startswith("/__admin") or _ADMIN.match(rule.rule)
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        ]
        self._ids: dict[str, deque[str]] = defaultdict(lambda: deque(maxlen=20))
        self._rule = ""

    def requests(self, dice: Random, port: int) -> Generator[bytes, bytes, None]:
        """Requests without end, up to the uses of a nonce; what is sent to it are the answers."""
        nonce, bearer = challenge(port), _token(port)
        self._ids.clear()  # the server was put back
        calls = chain(self._setup(), self._calls_of(dice))
        for count, (method, target, body) in enumerate(islice(calls, 999), 1):
            version = dice.choice(("2023-01-01", "2025-03-12", "2099-01-01"))
            accept = f"Accept: application/vnd.atlas.{version}+json"
            signed = authorization(ADMIN, method, target, nonce, f"{count:08x}")
            signature = bearer if target.startswith(_OPSRAMP) else signed
            received = yield request(method, target, signature, body, accept)
            found = _ID.findall(received)[:20]
            self._ids[self._rule].extend(each.decode("utf-8", "replace") for each in found)

    def _setup(self) -> Iterator[tuple[str, str, bytes]]:
        for method, self._rule, name in SETUP:
            body = json.dumps(BODIES[name][0]).encode() if name else b""
            yield method, self._rule.replace("<group_id>", EMPTY), body

    def _calls_of(self, dice: Random) -> Iterator[tuple[str, str, bytes]]:
        """Calls without end, some of one resource after the other: what is made there is used."""
        while True:
            word = dice.choice(_WORD.findall(dice.choice(self.rules)[1])[-2:])
            near = [rule for rule in self.rules if word[:5] in rule[1]]
            for method, self._rule, name in dice.choices(near, k=60):
                is_parent = self._rule.endswith(("<group_id>", "<org_id>"))
                if method != "DELETE" or dice.random() > (0.99 if is_parent else 0.7):
                    yield method, self._target(dice), _body(dice, name) if method != "GET" else b""

    def _target(self, dice: Random) -> str:
        def fill(match: re.Match[str]) -> str:
            if match["any"]:
                return dice.choice(match["any"].split(", "))
            prefix = self._rule[: match.start()].rstrip("/")
            seen = _PLACES.get(match["name"]) or self._ids.get(prefix)
            odd = ("0" * 24, "x", "é", "a/b", "%00", "7", "default", "SLACK")
            value = dice.choice(seen if seen and dice.random() < 0.9 else odd)
            return quote(value, safe="")

        names = dice.sample([*_QUERY], dice.choice((0, 0, 1, 3)))
        query = {name: dice.choice(_QUERY[name]) for name in names}
        if _OF_PROJECT.match(self._rule):
            name = "tenant" if "installed" in self._rule else "project"
            query[name] = dice.choice(_PROJECT[name])
        if self._rule.endswith("/wait"):
            query["timeout"] = 0
        path = ARGUMENT.sub(fill, self._rule)
        return f"{path}?{urlencode(query)}" if query else path


def _body(dice: Random, name: str) -> bytes:
    """A body that the operation takes, or one with odd values in it, or changed bytes."""
    value = dice.choice(BODIES.get(name) or BODIES[dice.choice([*BODIES])])
    for _ in range(dice.choice((0, 0, 1, 1, 2))):
        places = [path for path in paths(value) if path]
        value = replaced(value, dice.choice(places), dice.choice(ODD)) if places else {}
    if isinstance(value, str):
        return value.encode()
    body = json.dumps(value).encode()
    return mutate(dice, body) if dice.random() < 0.05 else body


def _token(port: int) -> str:
    """The Authorization of the demo tenant's key."""
    form = {"client_id": "opsemu-demo-key", "client_secret": "opsemu-demo-secret"}
    url = f"http://127.0.0.1:{port}/auth/oauth/token"
    answer = requests.post(url, {"grant_type": "client_credentials", **form}, timeout=PATIENCE)
    return f"Bearer {answer.json()['access_token']}"
