"""The example of docs/testing.md: an answer to a call that the emulator does not serve."""


def test_no_slow_query_is_no_advice(ops_manager):
    ops_manager.stubs.add(
        "/api/public/v1.0/groups/*/performanceAdvisor*", {"slowQueries": []}, name="advisor"
    )
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/performanceAdvisor/slowQueryLogs"
    assert ops_manager.session.get(url).json() == {"slowQueries": []}
    ops_manager.requests.assert_called_once(stub="advisor")
