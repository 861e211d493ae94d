"""The fixtures, in projects that are not ours."""

from __future__ import annotations

import pytest


def test_each_test_is_alone_in_its_world(run):
    source = """
        import pytest
        from helpers import add

        @pytest.mark.parametrize("number", range(3))
        def test_alone(ops_manager, number):
            assert add(ops_manager).status_code == 200
            assert len(ops_manager.requests) == 1
        """
    run(source).assert_outcomes(passed=3)


def test_worlds_are_given_up_at_the_end(run):
    source = """
        def test_one(ops_manager): pass

        def test_none_are_left(ops_manager_server):
            assert ops_manager_server.control.call("GET", "/worlds", {})["worlds"] == ["default"]
        """
    run(source).assert_outcomes(passed=2)


def test_further_ones_are_worlds_of_their_own(run):
    source = """
        from helpers import add

        def test_two(ops_manager, make_ops_manager):
            demo = make_ops_manager(seed="demo")
            add(ops_manager)
            assert [each.type for each in demo.integrations.list()] == ["PAGER_DUTY", "SLACK"]
            assert [each.type for each in ops_manager.integrations.list()] == ["PAGER_DUTY"]
            assert demo.base_url == ops_manager.base_url
        """
    run(source).assert_outcomes(passed=1)


def test_settings_give_a_server_of_its_own(run):
    source = """
        def test_settings(ops_manager, make_ops_manager):
            other = make_ops_manager(server_version="7.0.0.500.20240101T0000Z")
            assert other.base_url != ops_manager.base_url
            answer = other.session.get(f"{other.url}/groups/{other.group_id}/integrations")
            assert "versionString=7.0.0" in answer.headers["X-MongoDB-Service-Version"]
        """
    run(source).assert_outcomes(passed=1)


def test_atlas_is_one_family_further(run):
    source = """
        import requests

        def test_v2_and_v1(atlas):
            path = f"groups/{atlas.group_id}/integrations"
            newer = atlas.session.get(f"{atlas.url}/{path}")
            assert newer.headers["Content-Type"].startswith("application/vnd.atlas.2023-01-01+json")
            assert atlas.session.get(f"{atlas.v1_url}/{path}").status_code == 200

        def test_a_service_account(atlas):
            answer = requests.post(
                f"{atlas.base_url}/api/oauth/token",
                auth=(atlas.client_id, atlas.client_secret),
                data={"grant_type": "client_credentials"},
            )
            assert answer.json()["expires_in"] == 3600
        """
    run(source).assert_outcomes(passed=2)


STRICT = """
    import pytest
    from helpers import add

    def test_unused(ops_manager):
        ops_manager.fail_next("mongodb.rate_limited", operation="deleteIntegration")
        add(ops_manager)

    def test_used_less_than_it_was_meant(ops_manager):
        ops_manager.fail_next(503, times=2)
        assert add(ops_manager).status_code == 503

    def test_used(ops_manager):
        ops_manager.fail_next(503, times=2)
        assert [add(ops_manager).status_code for _ in range(3)] == [503, 503, 200]

    def test_failing_by_itself(ops_manager):
        ops_manager.fail_next(503)
        assert "something else is wrong" == ""
"""


def test_a_fault_that_never_struck_fails_a_strict_test(run):
    result = run(STRICT, ini="ops_manager_strict = true\n")
    result.assert_outcomes(passed=3, failed=1, errors=2)
    result.stdout.fnmatch_lines_random(
        [
            "*name mongodb.rate_limited, operation deleteIntegration: struck 0 of 1 times*",
            "*status 503: struck 1 of 2 times*",
            "*createIntegration  POST */integrations/PAGER_DUTY  200*",
        ]
    )


def test_without_strictness_unused_faults_are_nobodys_business(run):
    run(STRICT).assert_outcomes(passed=3, failed=1)


@pytest.mark.parametrize(("ini", "errors"), [("true", 0), ("false", 1)])
def test_a_test_may_be_stricter_or_laxer_than_the_rest(run, ini, errors):
    source = f"""
        def test_other(make_ops_manager):
            make_ops_manager(strict={errors == 1}).fail_next(503)
        """
    run(source, ini=f"ops_manager_strict = {ini}\n").assert_outcomes(passed=1, errors=errors)


def test_a_failed_test_shows_what_was_called(run):
    source = """
        from helpers import add

        def test_conflict(ops_manager):
            add(ops_manager)
            assert add(ops_manager).status_code == 200
        """
    result = run(source)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*ops_manager: requests*",
            "*createIntegration*/PAGER_DUTY  200",
            "*createIntegration*/PAGER_DUTY  409  (*INTEGRATION_ALREADY_CONFIGURED*",
        ]
    )


def test_what_an_assertion_shows_is_shown_once_with_masked_bodies_and_none_of_our_frames(run):
    source = """
        import pytest, requests
        from helpers import add

        def test_called(ops_manager):
            requests.get(f"{ops_manager.url}/groups")
            add(ops_manager)
            ops_manager.requests.assert_called("deleteIntegration")

        def test_stored(ops_manager):
            ops_manager.integrations.assert_stored("SLACK")

        def test_fault(ops_manager):
            ops_manager.fail_next(503, retry_later=5)
        """
    result = run(source)
    result.assert_outcomes(failed=3)
    text = result.stdout.str()
    assert text.count('sent {"type": "PAGER_DUTY", "serviceKey": "******6789"}') == 1
    assert text.count("(no credentials were sent, so the client was given a challenge)") == 1
    frames = [line for line in text.splitlines() if "Error" in line and ".py:" in line]
    assert all(line.startswith("test_what_an_assertion") for line in frames), frames


def test_an_unused_fault_is_told_once(run):
    source = """
        def test_unused(ops_manager):
            ops_manager.fail_next(503)
        """
    result = run(source, ini="ops_manager_strict = true\n")
    result.assert_outcomes(passed=1, errors=1)
    assert result.stdout.str().count("struck 0 of 1 times") == 1


def test_a_server_that_is_gone_does_not_hide_what_went_wrong(run):
    source = """
        def test_gone(make_ops_manager, ops_manager_server):
            make_ops_manager()
            ops_manager_server.stop()
            assert "what went wrong" == ""
        """
    run(source).stdout.fnmatch_lines(["*assert 'what went wrong' == ''*"])


def test_opsramp_is_another_vendor(run):
    source = """
        def test_first(opsramp):
            tenant = f"{opsramp.url}/tenants/{opsramp.tenant_id}"
            url = f"{tenant}/integrations/installed/search"
            assert opsramp.session.get(url).json()["totalResults"] == 0
            opsramp.requests.assert_order("tokenLogin", "searchInstalled")
        """
    run(source).assert_outcomes(passed=1)
