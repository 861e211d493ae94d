"""Anyone can use the page: by keyboard, with a screen reader, in the dark, on a telephone."""

from __future__ import annotations

import pytest

from opsemu.server import Emulator

from .traffic import happen

pytestmark = pytest.mark.browser

TABS = ("calls", "state", "alerts", "controls", "coverage", "start")
LOOKS = [(width, scheme) for width in (1280, 400) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def lively():
    """A server at which something of everything has happened."""
    with Emulator(seed="demo") as server:
        happen(server)
        yield server


def settle(browser, tab):
    """Go to a tab and let it be drawn."""
    drawn = {"state": "#diff-body", "coverage": "#coverage-body", "start": "#access-body"}
    browser.show(tab)
    browser.find(f"{drawn.get(tab, f'#tab-{tab} tbody')} tr")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_no_serious_fault_is_found_and_each_tab_has_its_picture(browser, lively, look):
    browser.look(*look)
    browser.open(lively)
    faults = {}
    for tab in TABS:
        settle(browser, tab)
        faults[tab] = browser.violations()
        browser.picture(browser.PICTURES / f"{tab}-{look[0]}-{look[1]}.png", whole=True)
    browser.show("calls")
    browser.find('#calls-body tr[data-status="401"] button.open').click()
    browser.until_text("#call-why", "key")
    faults["opened call"] = browser.violations()
    browser.picture(browser.PICTURES / f"call-{look[0]}-{look[1]}.png")
    assert {tab: found for tab, found in faults.items() if found} == {}


@pytest.mark.parametrize("tab", TABS)
def test_nothing_is_wider_than_a_telephone(browser, lively, tab):
    browser.look(400)
    browser.open(lively)
    settle(browser, tab)
    script = "return document.documentElement.scrollWidth"
    assert browser.driver.execute_script(script) <= 400


def test_everything_can_be_reached_with_the_keyboard_alone(browser, lively):
    browser.open(lively)
    browser.find("#calls-body tr")
    browser.press(browser.TAB)
    assert browser.driver.execute_script("return document.activeElement.className") == "skip"
    for tab in (*TABS[1:], TABS[0]):
        browser.tab_to(f"#{tab}")
        browser.press(browser.ENTER)
        browser.until(lambda tab=tab: browser.find(f"#tab-{tab}").is_displayed())
    button = browser.find("#calls-body button.open").get_attribute("aria-label")
    browser.tab_to(button)
    browser.press(browser.ENTER)
    browser.until(lambda: browser.find("#call-details").is_displayed())
    browser.until(lambda: browser.focused() == "call-title")
    browser.press(browser.ESCAPE)
    browser.until(lambda: not browser.find("#call-details").is_displayed())
    assert browser.focused() == button


def test_what_has_the_focus_can_be_seen(browser, lively):
    browser.open(lively)
    browser.find("#calls-body tr")
    browser.tab_to("calls-filter")
    style = "const style = getComputedStyle(document.activeElement);"
    style += "return [style.outlineStyle, style.outlineWidth]"
    kind, width = browser.driver.execute_script(style)
    assert kind != "none"
    assert float(width.removesuffix("px")) >= 1
