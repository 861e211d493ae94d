"""What happens is on the page within a second, without loading it again, and says why."""

from __future__ import annotations

import pytest
import requests

from tests.conftest import DEMO, OWNER, integrations, signed
from tests.serving import PATIENCE

from .traffic import CONFIG

pytestmark = pytest.mark.browser

AT_ONCE = 1.0  # seconds
CALLS = "#calls-body"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture(autouse=True)
def never_loaded_again(browser):
    """The page is loaded once a test."""
    yield
    count = browser.driver.execute_script(
        "return performance.getEntriesByType('navigation').length"
    )
    assert count == 1
    assert browser.driver.execute_script("return window.stays") is True


def opened(browser, server, tab="calls"):
    browser.open(server, tab)
    browser.driver.execute_script("window.stays = true")


def test_a_wrong_key_is_seen_with_the_sentence_that_explains_it(browser, server):
    opened(browser, server)
    with signed((OWNER[0], "00000000-0000-4000-8000-00000000dead")) as stranger:
        assert stranger.get(integrations(server, DEMO)).status_code == 401
    browser.until_text(CALLS, "401", "getIntegrations", seconds=AT_ONCE)
    browser.find(f'{CALLS} tr[data-status="401"] button.open').click()
    why = browser.until_text("#call-why", "was not made with the private key")
    number = browser.find("#call-title").text.removeprefix("Call ")
    explained = server.control.call("GET", f"/requests/{number}/explain", {})
    assert why.splitlines() == explained["reasons"]
    assert browser.text("#call-grade").startswith(str(explained["grade"] or ""))


def test_a_good_post_is_seen_with_both_of_its_requests(browser, server, client):
    opened(browser, server)
    body = {"type": "DATADOG", "apiKey": KEY}
    assert client.post(f"{integrations(server, DEMO)}/DATADOG", json=body).status_code == 200
    browser.until_text(CALLS, "createIntegration", "200", seconds=AT_ONCE)
    browser.find(f'{CALLS} tr[data-status="200"] button.open').click()
    details = browser.until_text("#call-details", "The challenge", "The signed request")
    assert KEY not in details
    assert "*" * 28 + KEY[-4:] in details
    assert "--digest --user 'opsowner:PRIVATE_KEY'" in browser.text("#call-curl")


def test_a_refusal_of_the_api_is_seen_with_its_grade(browser, server, client):
    opened(browser, server)
    assert client.get(f"{integrations(server, DEMO)}/DATADOG").status_code == 404
    browser.until_text(CALLS, "404", seconds=AT_ONCE)
    browser.find(f'{CALLS} tr[data-status="404"] button.open').click()
    browser.until_text("#call-why", "INTEGRATION_NOT_CONFIGURED")
    assert browser.text("#call-grade").partition(" ")[0] in {
        "RECORDED",
        "DOCS",
        "ISSUE",
        "INFERRED",
    }


def test_an_unknown_path_is_seen(browser, server):
    opened(browser, server)
    requests.get(f"{server.base_url}/nowhere", timeout=PATIENCE)
    browser.until_text(CALLS, "/nowhere", "no world", "404", seconds=AT_ONCE)


def test_a_fault_is_seen_where_it_is_set_and_in_the_call_that_it_struck(browser, server, client):
    opened(browser, server, "controls")
    server.control.call("POST", "/faults", {}, {"operation": "getIntegrations", "status": 503})
    browser.until_text("#faults-body", "getIntegrations", "503", seconds=AT_ONCE)
    assert client.get(integrations(server, DEMO)).status_code == 503
    browser.show("calls")
    browser.until_text(CALLS, "503", "fault", seconds=AT_ONCE)


def test_an_alert_is_seen_with_what_it_has_sent(browser, server, client):
    url = f"{server.url}/groups/{DEMO}/alertConfigs"
    assert client.post(url, json=CONFIG).status_code == 201
    opened(browser, server, "alerts")
    server.control.call("POST", "/alerts", {}, {"project": DEMO, "event": "NO_PRIMARY"})
    browser.until_text("#alerts-body", "NO_PRIMARY", "OPEN", seconds=AT_ONCE)
    browser.until_text("#inbox-body", "EMAIL", "delivered", seconds=AT_ONCE)
    browser.find('#alerts-body button[aria-label="Close NO_PRIMARY"]').click()
    browser.until(lambda: not browser.all("#alerts-body tr"))
    (alert,) = server.control.call("GET", "/alerts", {})["alerts"]
    assert alert["status"] == "CLOSED"


def test_a_world_that_is_made_elsewhere_can_be_chosen(browser, server):
    opened(browser, server, "state")
    server.control.call("POST", "/worlds", {}, {"name": "another", "seed": "demo"})
    browser.until_text("#world", "another", seconds=AT_ONCE)
    browser.type_into("#world", "another")
    browser.until_text("#state-projects", "Demo Project")
    server.control.call("DELETE", "/worlds/another", {})
    browser.until(lambda: browser.find("#world").get_property("value") == "default")
    browser.expected.append("status of 404")


def test_a_change_of_the_state_is_seen_beside_the_seed(browser, server, client):
    opened(browser, server, "state")
    browser.until_text("#state-projects", "SLACK")
    assert client.delete(f"{integrations(server, DEMO)}/SLACK").status_code == 204
    browser.until_text("#diff-body", "removed", "SLACK", seconds=AT_ONCE)


def test_a_server_that_comes_back_is_found_again(browser, server, client):
    opened(browser, server)
    browser.expected += ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "Failed to load"]
    port = server.port
    server.stop()
    browser.until_text("#connection", "not connected")
    server.start()
    assert server.port == port
    browser.until_text("#connection", "live")
    requests.get(f"{server.base_url}/after", timeout=PATIENCE)
    browser.until_text(CALLS, "/after")
