"""Names of projects that were left behind when a server was killed while it deleted them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from opsemu.server import Emulator
from opsemu.store import Owner
from opsemu.store.layout import ORGANIZATION, PROJECT, PROJECT_NAMES
from tests.conftest import OWNER, signed

ORG = "a" * 24
COUNT = 10


@pytest.fixture(params=["memory:", "file:", "redis:"])
def state(request: pytest.FixtureRequest, tmp_path) -> str:
    """State of each kind."""
    if request.param == "redis:":
        return str(request.getfixturevalue("redis_url"))
    return "memory:" if request.param == "memory:" else f"file:{tmp_path / 'state'}?fsync=off"


@pytest.fixture
def emulator(state) -> Iterator[Emulator]:
    """A server with an organization of ten projects, of which three are ghosts."""
    with Emulator(state=state) as emulator:
        projects = [{"id": f"{n:024x}", "name": f"p{n}", "orgId": ORG} for n in range(COUNT)]
        key = {"publicKey": OWNER[0], "privateKey": OWNER[1]}
        roles = [{"roleName": "ORG_OWNER", "orgId": ORG}, {"roleName": "GLOBAL_OWNER"}]
        document = {"projects": projects, "apiKeys": [{**key, "roles": roles[1:]}]}
        made = requests.post(
            f"{emulator.admin_url}/worlds", json={"name": "w", "document": document}
        )
        emulator.made_key = made.json()["mongodb"]["keys"][0]  # type: ignore[attr-defined]
        for number in (0, 4, 9):
            emulator.store.drop(Owner("w", PROJECT, f"{number:024x}"))
        yield emulator


@pytest.fixture
def session(emulator) -> Iterator[requests.Session]:
    """A session of the world's owner."""
    key = emulator.made_key
    with signed((key["publicKey"], key["privateKey"])) as session:
        yield session


def names(emulator: Emulator) -> list[str]:
    """The names that are stored in the organization."""
    owner = Owner("w", ORGANIZATION, ORG)
    return sorted(emulator.store.get(owner, PROJECT_NAMES, ORG) or {})


@pytest.mark.parametrize("path", ["/groups", f"/orgs/{ORG}/groups"])
def test_a_name_without_a_project_is_in_no_page_and_not_counted(emulator, session, path):
    seen = []
    for page in range(1, 5):
        query = {"itemsPerPage": 2, "pageNum": page}
        body = session.get(f"{emulator.url}{path}", params=query).json()
        assert body["totalCount"] == COUNT - 3
        assert len(body["results"]) == (2 if page < 4 else 1)
        assert any(link["rel"] == "next" for link in body["links"]) == (page < 4)
        seen += [project["name"] for project in body["results"]]
    assert seen == ["p1", "p2", "p3", "p5", "p6", "p7", "p8"]
    assert session.get(f"{emulator.url}/groups/byName/p4").status_code == 404


@pytest.mark.parametrize("change", ["create", "rename", "delete"])
def test_the_next_change_in_the_organization_releases_such_names(emulator, session, change):
    assert len(names(emulator)) == COUNT
    one = f"{emulator.url}/groups/{1:024x}"
    if change == "create":
        body = {"name": "p4", "orgId": ORG}
        assert session.post(f"{emulator.url}/groups", json=body).status_code == 201
        assert names(emulator) == ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"]
    elif change == "rename":
        assert session.patch(one, json={"name": "p0"}).status_code == 200
        assert names(emulator) == ["p0", "p2", "p3", "p5", "p6", "p7", "p8"]
    else:
        assert session.delete(one).status_code == 202
        assert names(emulator) == ["p2", "p3", "p5", "p6", "p7", "p8"]


def test_a_project_whose_deletion_was_cut_short_is_deleted_by_asking_again(
    emulator, session, monkeypatch
):
    def killed(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr("opsemu.mongodb.projects.projects.release_name", killed)
        assert session.delete(f"{emulator.url}/groups/{1:024x}").status_code == 500
    body = session.get(f"{emulator.url}/groups").json()
    assert body["totalCount"] == len(body["results"]) == COUNT - 4
    assert session.delete(f"{emulator.url}/groups/{1:024x}").status_code == 404
