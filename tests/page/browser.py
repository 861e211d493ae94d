"""Chromium with the web page in it, driven by selenium, and what it complains of."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from opsemu.server import Emulator

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "build/page"
AXE = ROOT / "build/axe/node_modules/axe-core/axe.min.js"
TABS = ("calls", "state", "alerts", "controls", "coverage", "start")
WIDTHS = {1280: 900, 400: 800}  # and the heights of the windows
SCHEMES = ("light", "dark")
AT_ONCE = 1.0  # seconds in which what happens has to be on the page
PATIENCE = 15.0  # seconds for what nobody waits for
_FLAGS = """
    --headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
    --disable-dev-shm-usage --disable-search-engine-choice-screen --hide-scrollbars
"""


def chromium() -> str | None:
    """The path of the browser, if it and its driver are installed."""
    return shutil.which("chromium") if shutil.which("chromedriver") else None


class Browser:
    """One browser; `expected` are parts of the complaints that a test provokes."""

    ENTER, ESCAPE, TAB, PICTURES = Keys.ENTER, Keys.ESCAPE, Keys.TAB, PICTURES

    def __init__(self, profile: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = str(chromium())
        for flag in (*_FLAGS.split(), f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = Service(shutil.which("chromedriver"), env={**os.environ, "TZ": "UTC"})
        self.driver = webdriver.Chrome(options=options, service=service)
        self.expected: list[str] = []
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(60)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the browser."""
        self.driver.quit()

    def look(self, width: int = 1280, scheme: str = "light") -> None:
        """Take a width of the window in pixels, and a colour scheme."""
        size = {"width": width, "height": WIDTHS[width], "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def open(self, server: Emulator, tab: str = "calls", world: str = "default") -> None:
        """Open the page anew, and wait until it is connected."""
        self.driver.get("about:blank")
        self.driver.get(f"{server.admin_url}/?world={world}#{tab}")
        self.until(lambda: self.find("#connection").get_attribute("data-state") == "live")

    def leave(self) -> None:
        """Leave the page, whose server is about to end."""
        self.driver.get("about:blank")

    def show(self, tab: str) -> None:
        """Go to a tab as a reader does, without loading the page again."""
        self.find(f'#tabs a[href="#{tab}"]').click()
        self.until(lambda: self.find(f"#tab-{tab}").is_displayed())

    def find(self, selector: str) -> WebElement:
        """An element by its CSS selector, which is waited for."""
        found: WebElement = WebDriverWait(self.driver, PATIENCE, 0.02).until(
            lambda driver: driver.find_element(By.CSS_SELECTOR, selector), selector
        )
        return found

    def all(self, selector: str) -> list[WebElement]:
        """All elements of a CSS selector at present."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str) -> str:
        """The text of all elements of a selector, as it is at one moment."""
        script = (
            "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText).join('\\n')"
        )
        return str(self.driver.execute_script(script, selector))

    def until(self, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """What a condition returns once that is true; it has so many seconds."""
        return WebDriverWait(self.driver, seconds, 0.02).until(lambda driver: condition())

    def until_text(self, selector: str, *texts: str, seconds: float = PATIENCE) -> str:
        """The text of a selector once it has all of `texts`."""

        def has_all() -> str:
            shown = self.text(selector)
            return shown if all(text in shown for text in texts) else ""

        try:
            return str(self.until(has_all, seconds))
        except Exception:
            raise AssertionError(f"{texts} in {self.text(selector)!r}") from None

    def type_into(self, selector: str, value: str) -> None:
        """Fill in a field of a form, or choose an option."""
        element = self.find(selector)
        if element.tag_name == "select":  # by keys: the driver's own click tells of no input
            texts = {option.get_attribute("value"): option for option in Select(element).options}
            element.send_keys(texts[value].text)
        else:
            element.clear()
            element.send_keys(value)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self) -> str:
        """The id, else the target, else the label of what has the focus."""
        script = (
            "const e = document.activeElement; return e.id || e.hash || e.ariaLabel || e.tagName"
        )
        return str(self.driver.execute_script(script))

    def tab_to(self, wanted: str) -> None:
        """Press the tabulator until what is wanted has the focus; see `focused`."""
        seen: list[str] = []
        while self.focused() != wanted:
            assert len(seen) < 100, seen
            self.press(Keys.TAB)
            seen.append(self.focused())

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """Write a picture of the window, or of the `whole` page, as PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        how = {"captureBeyondViewport": whole, "format": "png"}
        data = self.driver.execute_cdp_cmd("Page.captureScreenshot", how)["data"]
        path.write_bytes(base64.b64decode(data))

    def violations(self) -> list[str]:
        """What axe-core finds in the page that is serious or critical."""
        self.driver.execute_script(AXE.read_text())
        script = "axe.run(document, {resultTypes: ['violations']}).then(arguments[0])"
        results = self.driver.execute_async_script(script)
        return [
            f"{found['id']}: {node['html']} {node['failureSummary']}"
            for found in results["violations"]
            if found["impact"] in ("serious", "critical")
            for node in found["nodes"]
        ]

    def complaints(self) -> list[str]:
        """Errors on the console since the last time, which include violations of the policy."""
        rows = self.driver.get_log("browser")
        return [row["message"] for row in rows if row["level"] in ("SEVERE", "WARNING")]

    def called(self) -> set[str]:
        """Hosts and ports that were called since the last time."""
        messages = [json.loads(row["message"]) for row in self.driver.get_log("performance")]
        sent = [each["message"] for each in messages]
        urls = [
            each["params"]["request"]["url"]
            for each in sent
            if each["method"] == "Network.requestWillBeSent"
        ]
        return {urlsplit(url).netloc for url in urls if not url.startswith(("data:", "about:"))}
