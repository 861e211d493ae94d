"""Workers of pytest-xdist, each test of theirs in a world of its own on one server."""

from __future__ import annotations

import pytest

TESTS, ROUNDS = 200, 10
OPERATIONS = 50  # of a test: each round writes, reads two ways, deletes and misses

CROWD = """
import os, pathlib, pytest

@pytest.mark.parametrize("number", range({tests}))
def test_alone(ops_manager, ops_manager_server, worker_id, number):
    url = f"{{ops_manager.url}}/groups/{{ops_manager.group_id}}/integrations"
    session = ops_manager.session
    ops_manager.fail_next(503, operation="deleteIntegration", after={rounds} - 1)
    for turn in range({rounds}):
        secret = f"secret-of-{{number:06}}-{{turn:02}}-{{number:04}}"
        body = {{"type": "PAGER_DUTY", "serviceKey": secret}}
        shown = "*" * (len(secret) - 4) + secret[-4:]
        assert session.put(f"{{url}}/PAGER_DUTY", json=body).json()["totalCount"] == 1
        assert session.get(f"{{url}}/PAGER_DUTY").json()["serviceKey"] == shown
        assert [row["serviceKey"] for row in session.get(url).json()["results"]] == [shown]
        ops_manager.integrations.assert_stored("PAGER_DUTY", serviceKey=secret)
        deleted = session.delete(f"{{url}}/PAGER_DUTY").status_code
        assert deleted == (503 if turn == {rounds} - 1 else 204)
        missing = session.get(f"{{url}}/DATADOG").status_code
        assert missing == 404
        ops_manager.requests.assert_called_once("updateIntegration", body={{"serviceKey": secret}})
    calls = ops_manager.requests.find()
    assert len(calls) == {operations}
    assert {{call.key for call in calls}} == {{ops_manager.public_key}}
    sent = [call.sent["serviceKey"][-4:] for call in calls if call.sent]
    assert sent == [f"{{number:04}}"] * {rounds}
    told = f"{{worker_id}} {{ops_manager_server.base_url}} {{len(calls)}}"
    pathlib.Path(f"done-{{number}}").write_text(told)
"""


@pytest.mark.storm
@pytest.mark.parametrize("workers", [8, 64])
def test_ten_thousand_operations_of_many_workers_do_not_meet(pytester, workers):
    source = CROWD.format(tests=TESTS, rounds=ROUNDS, operations=OPERATIONS)
    pytester.makepyfile(source)
    options = (f"-n{workers}", "--ops-manager-shared", "-o", "ops_manager_strict=true")
    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:hypothesispytest", *options)
    result.assert_outcomes(passed=TESTS)
    told = [path.read_text().split() for path in pytester.path.glob("done-*")]
    assert len({name for name, _, _ in told}) == workers
    assert len({url for _, url, _ in told}) == 1
    assert sum(int(calls) for _, _, calls in told) == 10_000
