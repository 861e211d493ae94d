"""A browser for the whole run, a server at the demo seed, and the page of that server."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import requests

from opsemu.server import Emulator
from tests.conftest import OWNER, signed

REQUIRED = os.environ.get("CI") == "true" or os.environ.get("OPSEMU_BROWSER") == "required"


@pytest.fixture(scope="session")
def session_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """One browser for all tests; without one they are skipped, or fail where it must be there."""
    try:
        from .browser import AXE, Browser, chromium

        reason = "" if chromium() else "chromium and chromedriver are not installed"
        reason = reason or ("" if AXE.exists() else "make page installs axe-core")
    except ImportError:
        reason = "make page installs selenium"
    if reason:
        (pytest.fail if REQUIRED else pytest.skip)(reason)
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture(scope="session")
def page_server() -> Iterator[Emulator]:
    """One server for all tests."""
    with Emulator(seed="demo") as running:
        yield running


@pytest.fixture
def server(page_server: Emulator) -> Emulator:
    """The server, back at the demo seed."""
    for name in page_server.control.call("GET", "/worlds", {})["worlds"][1:]:
        page_server.control.call("DELETE", f"/worlds/{name}", {})
    page_server.reset()
    return page_server


@pytest.fixture
def browser(session_browser) -> Iterator[object]:
    """The browser, which complains of nothing and calls nobody but the server by the end."""
    session_browser.expected = []
    session_browser.look()
    session_browser.complaints()
    session_browser.called()
    yield session_browser
    session_browser.leave()
    complaints, expected = session_browser.complaints(), session_browser.expected
    assert [each for each in complaints if not any(text in each for text in expected)] == []
    assert {host.partition(":")[0] for host in session_browser.called()} <= {"127.0.0.1"}


@pytest.fixture
def client(server: Emulator) -> Iterator[requests.Session]:
    """A client that signs as the owner of the demo organization."""
    with signed(OWNER) as session:
        yield session
