"""What is done from the page: it goes through the admin API, and its errors are shown."""

from __future__ import annotations

import pytest

from opsemu.server import Emulator
from tests.conftest import DEMO, integrations

pytestmark = pytest.mark.browser

TOKEN = "open sesame, open sesame"


def clock(server):
    return server.control.call("GET", "/clock", {})


def test_the_clock_is_turned_from_the_page(browser, server):
    browser.open(server, "controls")
    browser.find("#advance-form button[data-body*='86400']").click()
    browser.until(lambda: 86_390 < clock(server)["offset"] < 86_410)
    browser.type_into("#advance-form [name=seconds]", "60")
    browser.find("#advance-form button[type=submit]").click()
    browser.until(lambda: 86_450 < clock(server)["offset"] < 86_470)
    browser.find("#clock-form button[type=submit]").click()
    browser.until_text("#clock-kind", "stands still")
    assert clock(server)["frozen"]
    browser.find("#clock-free").click()
    browser.until_text("#clock-kind", "runs, 0.0 s")
    assert abs(clock(server)["offset"]) < 1


def test_a_fault_is_added_and_removed(browser, server, client):
    browser.open(server, "controls")
    browser.type_into("#fault-form [name=status]", "429")
    browser.find("#fault-form button[type=submit]").click()
    browser.until_text("#faults-body", "status: 429")
    assert client.get(integrations(server, DEMO)).status_code == 429
    browser.until(lambda: server.control.call("GET", "/faults", {})["faults"][0]["struck"] == 1)
    browser.find('#faults-body button[aria-label="Remove fault 1"]').click()
    browser.until(lambda: not browser.all("#faults-body tr"))
    assert server.control.call("GET", "/faults", {}) == {"faults": []}


def test_an_error_of_the_api_is_shown_in_its_place(browser, server):
    browser.expected.append("status of 400")
    browser.open(server, "controls")
    browser.type_into("#fault-form [name=operation]", "getIntegrationz")
    browser.type_into("#fault-form [name=status]", "503")
    browser.find("#fault-form button[type=submit]").click()
    browser.until_text("#fault-form .error", "did you mean 'getIntegration'?")
    assert server.control.call("GET", "/faults", {}) == {"faults": []}


def test_a_snapshot_is_taken_and_restored_after_a_question(browser, server, client):
    browser.open(server, "controls")
    browser.type_into("#snapshot-form [name=name]", "before")
    browser.find("#snapshot-form button[type=submit]").click()
    browser.find('#snapshots-body button[aria-label="Restore before"]')
    assert client.delete(f"{integrations(server, DEMO)}/SLACK").status_code == 204
    browser.find('#snapshots-body button[aria-label="Restore before"]').click()
    browser.find("#ask-no").click()
    assert client.get(f"{integrations(server, DEMO)}/SLACK").status_code == 404
    browser.find('#snapshots-body button[aria-label="Restore before"]').click()
    browser.find("#ask-yes").click()
    browser.until(lambda: client.get(f"{integrations(server, DEMO)}/SLACK").status_code == 200)


def test_a_world_is_made_and_shows_its_keys_once(browser, server):
    browser.open(server, "controls")
    browser.type_into("#world-form [name=name]", "mine")
    browser.find("#world-form button[type=submit]").click()
    browser.until_text("#new-world", "privateKey")
    assert server.control.call("GET", "/worlds", {})["worlds"] == ["default", "mine"]


def test_a_stub_is_added_as_json(browser, server):
    browser.open(server, "controls")
    browser.type_into("#stub-form [name=path]", "/api/public/v1.0/x")
    browser.type_into("#stub-form [name=body]", '{"a": [1]}')
    browser.find("#stub-form button[type=submit]").click()
    browser.until_text("#stubs-body", "/api/public/v1.0/x")
    (stub,) = server.control.call("GET", "/stubs", {})["stubs"]
    assert stub["body"] == {"a": [1]}


def test_the_journal_is_emptied(browser, server, client):
    browser.open(server)
    client.get(integrations(server, DEMO))
    browser.until_text("#calls-body", "getIntegrations")
    browser.find("#calls-clear").click()
    browser.find("#ask-yes").click()
    browser.until(lambda: not browser.all("#calls-body tr"))


def test_calls_are_filtered(browser, server, client):
    browser.open(server)
    client.get(integrations(server, DEMO))
    client.get(f"{integrations(server, DEMO)}/NOTHING")
    browser.until_text("#calls-count", "2 of 2 calls")
    browser.type_into("#calls-status", "4")
    browser.until_text("#calls-count", "1 of 2 calls")
    browser.type_into("#calls-status", "")
    browser.type_into("#calls-filter", "nothing")
    browser.until_text("#calls-count", "1 of 2 calls")


def test_the_first_call_can_be_copied_and_works(browser, server):
    browser.open(server, "start")
    line = browser.until_text("#start-curl", "curl --digest", "opsowner:")
    assert integrations(server, DEMO) in line


def test_a_page_that_only_reads_hides_what_writes(browser):
    with Emulator(seed="demo", page="read-only") as reader:
        reader.control.call("POST", "/faults", {}, {"status": 503, "operation": "getIntegrations"})
        browser.open(reader, "controls")
        assert browser.find("#readonly").is_displayed()
        browser.until_text("#faults-body", "503")
        shown = [each.text for each in browser.all("main button, main form") if each.is_displayed()]
        assert [text for text in shown if text not in ("Use", "")] == []
        refused = browser.driver.execute_async_script(
            "const done = arguments[0];"
            "fetch('/__admin/faults', {method: 'DELETE'}).then(r => r.json()).then(done)"
        )
        browser.expected.append("status of 403")
        browser.leave()
    assert refused["error"] == "read_only"


def test_with_an_admin_token_the_page_asks_for_it(browser):
    browser.expected.append("status of 401")
    with Emulator(seed="demo", admin_token=TOKEN) as guarded:
        browser.driver.get("about:blank")
        browser.driver.get(f"{guarded.admin_url}/#controls")
        browser.until(lambda: browser.find("#token-form").is_displayed())
        browser.type_into("#token", "wrong, wrong, wrong")
        browser.find("#token-form button").click()
        browser.until_text("#token-form .error", "admin token")
        browser.type_into("#token", TOKEN)
        browser.find("#token-form button").click()
        browser.until_text("#connection", "live")
        assert not browser.find("#token-form").is_displayed()
        browser.until_text("#worlds-body", "default")
        assert TOKEN not in browser.driver.current_url
        browser.driver.refresh()
        browser.until_text("#connection", "live")
        browser.leave()
