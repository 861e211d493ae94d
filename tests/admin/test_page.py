"""The files of the web page, the way to them, and what a page that only reads may do."""

from __future__ import annotations

import pytest
import requests

from opsemu.server import Emulator
from tests.serving import PATIENCE, exchange

FILES = {"/": "text/html", "/page.css": "text/css", "/page.js": "text/javascript"}
TOKEN = "open sesame, open sesame"
NAVIGATION = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Mode": "navigate"}


def get(url, **headers):
    return requests.get(url, headers=headers, timeout=PATIENCE)


@pytest.mark.parametrize("path", FILES)
def test_the_files_are_served_with_strict_headers(server, path):
    answer = get(f"{server.admin_url}{path}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{FILES[path]}; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("path", FILES)
def test_a_browser_asks_again_and_is_told_that_nothing_changed(server, path):
    answer = get(f"{server.admin_url}{path}")
    assert answer.headers["Cache-Control"] == "no-cache"
    again = get(f"{server.admin_url}{path}", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_page_is_found_without_the_slash(server):
    assert get(server.admin_url).content == get(f"{server.admin_url}/").content


def test_the_files_are_open_and_the_api_behind_them_is_not():
    with Emulator(admin_token=TOKEN) as running:
        statuses = [get(f"{running.admin_url}{path}").status_code for path in FILES]
        refused = get(f"{running.admin_url}/events")
    assert statuses == [200, 200, 200]
    assert (refused.status_code, refused.json()["error"]) == (401, "token_needed")


def test_a_browser_is_led_to_the_page(server):
    answer = get(f"{server.base_url}/", **NAVIGATION)
    assert answer.status_code == 200
    assert '<a href="/__admin/">' in answer.text
    assert "script" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Accept": "*/*"},
        {"Accept": "text/html"},
        {"Accept": "application/json", "Sec-Fetch-Mode": "navigate"},
        {"Accept": "text/html", "Sec-Fetch-Mode": "cors"},
    ],
)
def test_a_client_of_an_api_gets_what_the_vendor_answers(server, headers):
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"GET / HTTP/1.1\r\nHost: localhost\r\n{lines}Connection: close\r\n\r\n"
    with Emulator(seed="demo", admin="off") as plain:
        contents = [exchange(port, head.encode()) for port in (server.port, plain.port)]
    first, second = ([*_stable_lines(content)] for content in contents)
    assert first == second
    assert first[0] == b"HTTP/1.1 404 Not Found"


def _stable_lines(content):
    return (line for line in content.split(b"\r\n") if not line.startswith(b"Date: "))


@pytest.mark.parametrize("admin", ["off", "own"])
def test_nothing_leads_to_a_page_that_is_elsewhere(admin):
    with Emulator(admin=admin) as running:
        assert get(f"{running.base_url}/", **NAVIGATION).status_code == 404
        assert get(f"{running.base_url}/__admin/").status_code == 404


def test_a_port_of_its_own_leads_to_the_page():
    with Emulator(admin="own") as running:
        base = running.admin_url.removesuffix("/__admin")
        assert "/__admin/" in get(f"{base}/", **NAVIGATION).text
        assert get(f"{running.admin_url}/").status_code == 200


@pytest.fixture(scope="module")
def reader():
    with Emulator(seed="demo", page="read-only") as running:
        yield running


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("name", ["Origin", "Sec-Fetch-Site"])
def test_a_page_that_only_reads_changes_nothing(reader, method, name):
    headers = {"Origin": reader.base_url, "Sec-Fetch-Site": "same-origin"}
    answer = requests.request(
        method, f"{reader.admin_url}/faults", headers={name: headers[name]}, timeout=PATIENCE
    )
    assert (answer.status_code, answer.json()["error"]) == (403, "read_only")
    assert answer.json()["message"].count(".") == 0


def test_a_page_that_only_reads_reads(reader):
    headers = {"Origin": reader.base_url, "Sec-Fetch-Site": "same-origin"}
    config = get(f"{reader.admin_url}/config", **headers)
    assert config.json()["page"] == "read-only"


def test_the_command_line_writes_where_a_page_only_reads(reader):
    reader.control.call("POST", "/faults", {"world": "default"}, {"status": 503})
    reader.control.call("DELETE", "/faults", {"world": "default"})


def test_a_page_of_another_site_is_told_that_first(reader):
    answer = requests.post(
        f"{reader.admin_url}/faults", headers={"Origin": "http://x.example"}, timeout=PATIENCE
    )
    assert answer.json()["error"] == "foreign_origin"


def test_a_page_may_write_by_default(server):
    headers = {"Origin": server.base_url, "Sec-Fetch-Site": "same-origin"}
    url = f"{server.admin_url}/faults"
    assert requests.delete(url, headers=headers, timeout=PATIENCE).status_code == 204
