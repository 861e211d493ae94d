"""The OpenAPI documents in a browser, drawn by Swagger UI from this server alone."""

from __future__ import annotations

import pytest

from opsemu.server import Emulator

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", ["opsramp", "admin"])
def test_a_document_is_drawn_without_a_complaint(browser, server, name):
    browser.driver.get(f"{server.admin_url}/docs/{name}")
    browser.find(".opblock-tag")


def test_the_page_asks_for_the_admin_token(browser):
    token = "a token of this server"
    with Emulator(seed="demo", admin_token=token) as server:
        browser.expected = ["401"]
        browser.driver.get(f"{server.admin_url}/docs/opsramp")
        browser.until(lambda: browser.find("#token-form").is_displayed())
        browser.type_into("#token", token)
        browser.find("#token-form button").click()
        browser.find(".opblock-tag")
        assert not browser.find("#token-form").is_displayed()
        browser.leave()
