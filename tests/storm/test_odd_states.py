"""Imported states with odd values at every place: refused with the place, or read without a 5xx."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
import requests

from opsemu.admin.stored_tables import TABLES
from opsemu.store import Owner
from opsemu.worlds import snapshots
from opsemu.worlds.stored_tables import InvalidState, check_state

from ..admin.test_imported_state import ODD, paths, replaced
from ..conftest import ADMIN, EMPTY, signed
from .routes import ARGUMENT, BODIES, SETUP, Routes

ORG = "decafbad" * 3
HEADERS = {"Accept": "application/vnd.atlas.2099-01-01+json"}
# Which rules read a table; tables of rows are read by all that are left.
RULES = {
    "automation": r"automation|hosts|clusters|agents|/group/v2|usage|servers",
    "backups": r"backup|snapshots|restoreJobs|checkpoints",
    "agentKeys": r"agentapikeys|byAgentApiKey|agents",
    "users": r"/users|teams|invites",
    "teams": r"/teams|/users",
    "apiKey": r"apiKeys|/orgs$|/groups$",
    "alert": r"[aA]lerts",
    "alertConfigs": r"[aA]lert",
    "delivery": r"/inbox",
    "stubs": r"/stubs|byName",
    "versionManifest": r"versionManifest|admin/settings",
    "integrations": r"integrations|alertConfigs",
}
OTHER = r"/api/(?!v2)(?!.*([aA]lert|hosts|clusters|automation|/users|apiKeys|integrations))"


class Caller:
    """Sends requests to the demo world of a server, as the owner of Ops Manager."""

    def __init__(self, server: Any) -> None:
        self.server, self.session = server, signed(ADMIN)
        self.session.headers.update(HEADERS)
        self.rules = Routes().rules

    def send(self, method: str, path: str, body: Any = None) -> requests.Response:
        session = requests if path.startswith("/__admin") else self.session
        url = self.server.base_url + path
        return session.request(method, url, json=body, timeout=20)

    def use_everything(self) -> None:
        """Write documents to as many tables as good bodies reach."""
        for method, rule, name in SETUP:
            answer = self.send(method, rule.replace("<group_id>", EMPTY), *BODIES.get(name, ())[:1])
            assert answer.ok, answer.text
            if rule.endswith("/clusters"):
                clusters = [each["id"] for each in answer.json()["results"]]
        backups = f"/api/public/v1.0/groups/{EMPTY}/backupConfigs/{clusters[0]}"
        self.send("PATCH", backups, {"statusName": "STARTED", "storageEngineName": "WIRED_TIGER"})
        values = {"group_id": EMPTY, "org_id": ORG, "cluster_id": clusters[0]}
        for method, rule, name in sorted(self.rules):
            names = {match["name"] for match in ARGUMENT.finditer(rule)}
            if method in ("GET", "DELETE") or "atlas/v1" in rule or names - values.keys():
                continue
            path = ARGUMENT.sub(lambda match: values[match["name"]], rule)
            for body in BODIES.get(name, ()):
                self.send(method, path, body)

    def reads(self, kind: str, name: str, tables: Any, table: str) -> Iterator[str]:
        """The paths that read a table of an owner."""
        wanted = re.compile(RULES.get(table, OTHER))
        group = name if kind == "project" else EMPTY
        ids = [*[*tables.get(table, {})][:2], *([] if kind == "project" else [name])]
        for method, rule, _ in self.rules:
            names = [match["name"] for match in ARGUMENT.finditer(rule)]
            if method != "GET" or not wanted.search(rule) or "tenant_id" in names:
                continue
            places = {"group_id": [group], "org_id": [ORG]}
            for values in product(*(places.get(each, ids or ["x"]) for each in names)):
                filled = dict(zip(names, values, strict=True))
                path = ARGUMENT.sub(lambda match, filled=filled: filled[match["name"]], rule)
                if path.startswith("/__admin/servers"):
                    path += f"?project={group}"
                yield path


@pytest.mark.storm
@pytest.mark.parametrize("step", [31])  # one place and value of so many: minutes each
def test_no_odd_value_of_a_state_breaks_a_read(server, caplog, step):
    caller = Caller(server)
    caller.use_everything()
    state = caller.send("GET", "/__admin/state").json()["owners"]
    places = sorted(state, key=lambda place: len(str(state[place])))
    largest = {place.partition("/")[0]: place for place in places}  # of each kind
    del largest["tenant"]  # tests/admin/test_imported_state.py has those
    cases = [
        (place, path, odd)
        for place in (*largest.values(), "application/versionManifest")
        for path, odd in product(paths(state[place]), ODD)
        if path
    ]
    accepted = 0
    for place, path, odd in cases[::step]:
        kind, _, name = place.partition("/")
        document = {"format": 1, "owners": {place: replaced(state[place], path, odd)}}
        try:
            owners = snapshots.read(document, TABLES)
        except InvalidState:
            continue
        accepted += 1
        assert check_state(owners, TABLES) == owners
        server.store.put(Owner("default", kind, name), owners[place])
        for url in caller.reads(kind, name, owners[place], path[0]):
            answer = caller.send("GET", url)
            assert answer.status_code < 500, (url, path, odd, answer.text)
        server.store.put(Owner("default", kind, name), state[place])
    assert not [record for record in caplog.records if record.exc_info]
    assert 0 < accepted < len(cases) / step / 2
