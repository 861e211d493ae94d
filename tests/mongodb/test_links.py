"""Links in bodies lead somewhere: each href of the demo world is followed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from opsemu.server import Emulator
from tests.conftest import OWNER, signed
from tests.wire import key_with, seed_file

FAMILIES = ("public/v1.0", "atlas/v1.0", "atlas/v2")
STARTS = ["", "/orgs", "/groups"]
ACCEPT = {"Accept": "application/vnd.atlas.2099-01-01+json"}
MAX_PAGES = 500
ORG = "decafbaddecafbaddecafbad"

pytestmark = pytest.mark.evidence("CLIENT", "INFERRED: a client follows what a server advertises")


def hrefs(value: Any) -> Iterator[str]:
    """The URLs of all links in a body."""
    if isinstance(value, list):
        for item in value:
            yield from hrefs(item)
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "href":
                yield item
            yield from hrefs(item)


def follow(server: Emulator, family: str) -> dict[str, str]:
    """The error codes by path of all that is linked from the starts, or ``."""
    found: dict[str, str] = {}
    waiting = [f"{server.base_url}/api/{family}{start}" for start in STARTS]
    with signed(OWNER) as session:
        while waiting and len(found) < MAX_PAGES:
            url = waiting.pop()
            path = url.removeprefix(server.base_url).partition("?")[0]
            if path not in found:
                body = session.get(url, headers=ACCEPT).json()
                found[path] = body.get("errorCode", "") if isinstance(body, dict) else ""
                waiting += hrefs(body)
    return found


@pytest.mark.parametrize(
    ("profile", "role"),
    [
        ("ops-manager", {"roleName": "ORG_OWNER", "orgId": ORG}),
        ("ops-manager", {"roleName": "GLOBAL_OWNER"}),
        ("cloud-manager", {"roleName": "ORG_OWNER", "orgId": ORG}),
    ],
)
def test_every_link_of_the_demo_world_leads_somewhere(tmp_path, profile, role):
    with Emulator(seed=seed_file(tmp_path, apiKeys=[key_with(role)]), profile=profile) as server:
        for family in FAMILIES:
            found = follow(server, family)
            assert 10 < len(found) < MAX_PAGES
            assert [path for path, code in found.items() if code == "RESOURCE_NOT_FOUND"] == []
