"""Many worlds on one server at once: nobody hears anybody else."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import EMPTY, integrations, signed

WORLDS, TURNS, AT_ONCE = 64, 40, 16


def strangers(server: Emulator, number: int) -> int:
    """Live in a world, four calls a turn; how many secrets of other worlds turned up there."""
    body = {"name": f"crowd-{number}"}
    made = requests.post(f"{server.admin_url}/worlds", json=body, timeout=60).json()
    key = made["mongodb"]["keys"][0]
    url, found = f"{integrations(server, EMPTY)}/SLACK", 0
    with signed((key["publicKey"], key["privateKey"])) as session:
        for turn in range(TURNS):
            mine = f"world-{number:03}-{turn:03}"
            slack = {"type": "SLACK", "apiToken": f"token-of-{number}-{turn}", "teamName": mine}
            session.put(url, json=slack, timeout=60)
            found += session.get(url, timeout=60).json()["teamName"] != mine
            found += session.delete(url, timeout=60).status_code != 204
            found += session.get(url, timeout=60).status_code != 404
    query = {"world": f"crowd-{number}", "limit": 1000}
    rows = requests.get(f"{server.admin_url}/requests", params=query, timeout=60).json()
    # Beside them, the answer has requests of no world: challenges that are about to be answered.
    own = json.dumps(rows["requests"])
    told = own.count('"teamName": "world-'), own.count(f'"world-{number:03}-')
    return found + (rows["total"] != 4 * TURNS) + (told[0] != told[1]) + (not told[0])


@pytest.mark.storm
def test_ten_thousand_calls_in_sixty_four_worlds_stay_apart():
    with Emulator(seed="empty") as server, ThreadPoolExecutor(AT_ONCE) as threads:
        assert (
            list(threads.map(lambda number: strangers(server, number), range(WORLDS)))
            == [0] * WORLDS
        )
