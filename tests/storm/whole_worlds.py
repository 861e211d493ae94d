"""Kill a server while a world is reset, restored, imported or deleted, and look at what is left.

A world has to be whole afterwards: as it was before, or as it was to become.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Any

import requests

from ..conftest import signed
from ..redis_servers import wait_until
from ..serving import PATIENCE, Served
from .client import Client
from .kills import Target
from .writers import body, seed

GROUPS = "/api/public/v1.0/groups"
PAGE = 20  # projects
VOLATILE = {"created", "id", "links", "updated"}  # what a reset makes anew

Kill = Callable[[], None]


def seed_of(projects: int) -> dict[str, Any]:
    """A world with so many projects, each with an integration."""
    document = seed()
    document["projects"] += [
        {
            "id": f"{0xABC000 + number:024x}",
            "name": f"project {number}",
            "orgId": "d" * 24,
            "integrations": [body("SLACK")],
        }
        for number in range(projects)
    ]
    for number, project in enumerate(document["projects"]):
        project["name"] = f"project {number}"
    return document


def admin(served: Served, method: str, path: str, **sent: Any) -> requests.Response:
    """A request to the control plane."""
    return requests.request(method, served.admin_url + path, timeout=PATIENCE, **sent)


def content(served: Served, world: str = "default") -> Any:
    """All that a world holds, but for what a reset makes anew."""
    answer = admin(served, "GET", "/state", params={"world": world})
    assert answer.status_code == 200, answer.text
    return _stable(answer.json()["owners"])


def _stable(value: Any) -> Any:
    if isinstance(value, list):
        return [_stable(each) for each in value]
    if isinstance(value, dict):
        return {name: _stable(each) for name, each in value.items() if name not in VOLATILE}
    return value


def listed(served: Served) -> dict[str, str]:
    """The names of all projects by id; fails if a page is short, a count wrong, a project a ghost.

    A ghost is in the list, and not there if asked for by itself.
    """
    with Client(served.port) as client:
        names: dict[str, str] = {}
        total, page = PAGE, 0
        while page * PAGE < total:
            page += 1
            path = f"{GROUPS}?itemsPerPage={PAGE}&pageNum={page}"
            status, shown = client.call("GET", path)
            assert status == 200
            total = shown["totalCount"]
            assert len(shown["results"]) == min(PAGE, total - (page - 1) * PAGE), page
            names |= {project["id"]: project["name"] for project in shown["results"]}
        assert len(names) == len(set(names.values())) == total
        for group_id in list(names)[::PAGE]:
            assert client.call("GET", f"{GROUPS}/{group_id}")[0] == 200
    return names


def change(served: Served, number: int) -> None:
    """Add a project, change one, and delete one; each is acknowledged."""
    first = next(iter(listed(served)))
    with Client(served.port) as client:
        about = {"name": f"extra {number}", "orgId": "d" * 24}
        status, made = client.call("POST", GROUPS, about)
        assert status == 201, made
        path = f"{GROUPS}/{made['id']}/integrations/SLACK"
        assert client.call("PUT", path, body("SLACK", teamName=f"{number}"))[0] == 200
        assert client.call("DELETE", f"{GROUPS}/{first}")[0] in (202, 204)


def killed_during(
    target: Target, work: Callable[[Served], Any], wait: Callable[[], Any], pause: float = 0.0
) -> Any:
    """What `work` returns, which runs while the server is killed; another server is started.

    It is killed so many seconds after `wait` has returned.
    """
    served = target.servers[0]
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(work, served)
        wait()
        time.sleep(pause)
        served.process.send_signal(signal.SIGKILL)
        outcome = running.result()
    target.kill_server()
    return outcome


def at_once() -> None:
    """Wait for nothing."""


@dataclass
class Replacement:
    """A call of the control plane that puts one state in place of another."""

    method: str
    path: str
    body: Any = None
    takes: float = 0.0  # seconds, if nobody is killed

    def run(self, served: Served) -> bool:
        """Whether the call was acknowledged."""
        try:
            answer = admin(served, self.method, self.path, json=self.body)
        except requests.RequestException:
            return False
        assert answer.status_code == 204, answer.text
        return True

    def measure(self, served: Served) -> None:
        """Run it undisturbed, and note the time."""
        started = time.monotonic()
        assert self.run(served)
        self.takes = time.monotonic() - started


def replacements(served: Served) -> dict[str, Replacement]:
    """Every way back to the present state, which is that of the seed."""
    exported = admin(served, "GET", "/state").json()
    assert admin(served, "POST", "/snapshots", json={"name": "saved"}).status_code == 201
    return {
        "reset": Replacement("POST", "/reset", {}),
        "restore": Replacement("POST", "/snapshots/saved/restore"),
        "import": Replacement("PUT", "/state", exported),
    }


def replace(target: Target, kind: Replacement, new: Any, number: int, dice: Random) -> bool:
    """Kill a server that replaces a state; whether it had got that far."""
    change(target.servers[0], number)
    old = content(target.servers[0])
    assert old != new
    pause = dice.uniform(0, 1.2) * kind.takes
    acknowledged = killed_during(target, kind.run, at_once, pause)
    after = content(target.servers[0])
    assert after == new or (after == old and not acknowledged), _describe(after, old, new)
    assert len(listed(target.servers[0])) == len([x for x in after if x.startswith("project/")])
    return bool(after == new)


def _describe(after: dict[str, Any], old: dict[str, Any], new: dict[str, Any]) -> str:
    return f"{len(after)} owners are left of {len(old)}, which were to become {len(new)}"


def delete_projects(target: Target, dice: Random) -> int:
    """Kill a server that deletes one project after the other; how many it acknowledged."""
    before = listed(target.servers[0])
    wanted = dice.sample(list(before), len(before) - 5)
    gone: list[str] = []  # the last one may still be there

    def delete(client: Client) -> None:
        with suppress(OSError):
            for group_id in wanted:
                gone.append(group_id)
                assert client.call("DELETE", f"{GROUPS}/{group_id}")[0] in (202, 204)

    least = dice.randint(2, 20)
    with Client(target.servers[0].port) as client:
        killed_during(
            target,
            lambda served: delete(client),
            lambda: wait_until(lambda: len(gone) > least),
            dice.uniform(0, 0.01),
        )
    acknowledged = gone[:-1]
    after = listed(target.servers[0])
    assert not after.keys() & set(acknowledged)
    assert before.keys() - set(gone) <= after.keys()
    with Client(target.servers[0].port) as client:  # the names are free again
        for group_id in gone[-3:]:
            about = {"name": before[group_id], "orgId": "d" * 24}
            status = client.call("POST", GROUPS, about)[0]
            assert status == (409 if group_id in after else 201), before[group_id]
    return len(acknowledged)


def delete_world(target: Target, number: int, dice: Random, takes: float) -> bool:
    """Kill a server that deletes a world, which goes on if asked again; whether it was gone."""
    name, served = f"w{number}", target.servers[0]
    made = admin(served, "POST", "/worlds", json={"name": name, "document": seed_of(20)}).json()
    key = made["mongodb"]["keys"][0]
    old = content(served, name)
    kill = Replacement("DELETE", f"/worlds/{name}")
    acknowledged = killed_during(target, kill.run, at_once, dice.uniform(0, 1.2) * takes)
    served = target.servers[0]
    is_there = name in admin(served, "GET", "/worlds").json()["worlds"]
    assert not (is_there and acknowledged)
    with signed((key["publicKey"], key["privateKey"])) as session:
        works = session.get(f"{served.url}/groups", timeout=PATIENCE).status_code == 200
    assert is_there or not works
    if works:
        assert content(served, name) == old
    if is_there:  # if only its keys are gone, it is deleted by a second call
        assert kill.run(served)
    answer = admin(served, "POST", "/worlds", json={"name": name, "seed": "empty"})
    assert answer.status_code == 201, answer.text
    assert len(content(served, name)) < len(old)
    assert kill.run(served)
    return not is_there
