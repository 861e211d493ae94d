"""What the web page takes, and what it costs the API: `python -m tests.bench.page`.

Pages with a thousand calls are opened in Chromium. Then clients call as fast as they can, in turn
with nobody looking, with streams of events that are read and thrown away, and with pages that are
open. The browser takes its share of the processors, so compare the server's time for a request.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click
import requests

from tests.conftest import DEMO
from tests.page.browser import Browser
from tests.serving import Served

from .wrk import Request, load

PATH = f"/api/public/v1.0/groups/{DEMO}/integrations"
SIGNED = Request([PATH], auth="digest")
CALLS = 1_000
SHOWN = f"{CALLS} of {CALLS} calls"
_FILTER = """
const [text, done] = arguments, field = document.getElementById("calls-filter");
const began = performance.now();
field.value = text;
field.dispatchEvent(new Event("input", { bubbles: true }));
requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
"""
_PAINT = "return performance.getEntriesByName('first-contentful-paint')[0].startTime"
_NOW = "return performance.now()"


class Figures(NamedTuple):
    """Good answers per second, and microseconds of the server's processor time for each."""

    rate: float
    cost: float


@click.command()
@click.option("--seconds", default=4, show_default=True, type=click.IntRange(1))
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@click.option("--watchers", default=3, show_default=True, type=click.IntRange(1, 6))
def main(seconds: int, rounds: int, watchers: int) -> None:
    """Print how quick the page is, and the rate of clients with and without it."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name, ExitStack() as stack:
        folder = Path(name)
        server = stack.enter_context(Served(folder, "--log-level", "warning"))
        browser = stack.enter_context(Browser(folder / "profile"))
        _measure_page(server, browser, rounds)
        kinds = {
            "nobody": ExitStack,
            f"{watchers} streams": lambda: _streams(server.port, watchers),
            f"{watchers} pages": lambda: _pages(browser, server, watchers),
        }
        measured: dict[str, list[Figures]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind, watch in kinds.items():
                with watch():
                    measured[kind].append(_measure(server, seconds, folder))
    click.echo(f"{'watched by':<12}{'good/s':>9}{'us of the server a request':>28}")
    for kind, rows in measured.items():
        rate, cost = (median(values) for values in zip(*rows, strict=True))
        click.echo(f"{kind:<12}{rate:>9,.0f}{cost:>28.1f}")


def _measure_page(server: Served, browser: Browser, rounds: int) -> None:
    with requests.Session() as session:
        for number in range(CALLS):
            session.get(f"http://127.0.0.1:{server.port}/api/public/v1.0/nothing/{number}")
    paints, shown, filtered = [], [], []
    for number in range(rounds):
        browser.leave()
        browser.driver.get(f"{server.admin_url}/#calls")
        browser.until_text("#calls-count", SHOWN)
        shown.append(browser.driver.execute_script(_NOW))
        paints.append(browser.driver.execute_script(_PAINT))
        for text in (f"nothing/{number}", ""):
            filtered.append(browser.driver.execute_async_script(_FILTER, text))
    browser.leave()
    for what, times in {"first paint": paints, "all shown": shown, "filter": filtered}.items():
        click.echo(f"{CALLS} calls, {what:<12}{median(times):>7.0f} ms")


def _measure(server: Served, seconds: int, folder: Path) -> Figures:
    before = _processor_time(server.process.pid)
    rate = load(SIGNED, server.port, 8, seconds, folder)["good/s"]
    spent = _processor_time(server.process.pid) - before
    return Figures(rate, spent / (rate * seconds) * 1e6)


def _processor_time(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _streams(port: int, count: int) -> Iterator[None]:
    """Streams of events that are read by threads."""
    request = b"GET /__admin/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    for client in clients:
        client.sendall(request)
        threading.Thread(target=_drain, args=[client], daemon=True).start()
    yield
    for client in clients:
        client.shutdown(socket.SHUT_RDWR)
        client.close()


def _drain(client: socket.socket) -> None:
    with suppress(OSError):  # closed meanwhile
        while client.recv(1 << 20):
            time.sleep(0.05)


@contextmanager
def _pages(browser: Browser, server: Served, count: int) -> Iterator[None]:
    """Windows of the browser with the page in each."""
    first = browser.driver.current_window_handle
    for _ in range(count):
        browser.driver.switch_to.new_window("window")
        browser.driver.get(f"{server.admin_url}/#calls")
        browser.until_text("#connection", "live")
    yield
    for handle in browser.driver.window_handles:
        if handle != first:
            browser.driver.switch_to.window(handle)
            browser.driver.close()
    browser.driver.switch_to.window(first)


if __name__ == "__main__":
    main()
