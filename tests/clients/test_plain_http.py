"""curl, requests and httpx against all three families: every type, created to deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from opsemu.schemas import REGISTRY
from tests.conftest import EMPTY, OWNER
from tests.wire import TYPES

from .askers import Caller, curl, with_httpx, with_requests

ATLAS = json.loads((Path(__file__).parent / "go/samples/samples.json").read_text())
OPS_MANAGER = [
    {"create": body, "change": body, "shown": {}}
    for name, schema in sorted(REGISTRY.items())
    if name in TYPES
    for body in [{"type": name, **schema.example}]
]


class Family(NamedTuple):
    """An API family as a client sees it."""

    prefix: str
    samples: list[dict[str, Any]]
    accept: str = "application/json"


FAMILIES = {
    "ops-manager": Family("/api/public/v1.0", OPS_MANAGER),
    "atlas-v1": Family("/api/atlas/v1.0", ATLAS),
    "atlas-v2": Family("/api/atlas/v2", ATLAS, "application/vnd.atlas.2023-01-01+json"),
}
CLIENTS = [
    pytest.param(curl, id="curl", marks=pytest.mark.client("curl")),
    pytest.param(with_requests, id="requests", marks=pytest.mark.client("requests")),
    pytest.param(with_httpx, id="httpx", marks=pytest.mark.client("httpx")),
]


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@pytest.mark.parametrize("client", CLIENTS)
def test_every_type_is_created_read_changed_and_deleted(target, client, family):
    url = f"{target.url}{family.prefix}/groups/{EMPTY}/integrations"
    with client(Caller(OWNER, family.accept)) as ask:
        for sample in family.samples:
            live(ask, f"{url}/{sample['create']['type']}", sample)
        assert ask("GET", url)[1]["totalCount"] == 0


def live(ask, url, sample):
    """An integration's life."""
    assert ask("POST", url, sample["create"])[0] == 200
    status, listed = ask("PUT", url, sample["change"])
    assert (status, listed["totalCount"]) == (200, 1)
    status, one = ask("GET", url)
    assert (status, one) == (200, listed["results"][0])
    assert sample["shown"].items() <= {"password": "", **one}.items()
    assert ask("DELETE", url) == (204, None)
    assert ask("GET", url)[1]["errorCode"] == "INTEGRATION_NOT_CONFIGURED"
