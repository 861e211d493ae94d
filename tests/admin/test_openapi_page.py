"""The page that shows the OpenAPI documents."""

from __future__ import annotations

import re

import pytest
import requests

from opsemu.admin import docs
from opsemu.server import Emulator


def test_the_page_has_a_document_and_loads_nothing_from_elsewhere(server):
    page = requests.get(f"{server.admin_url}/docs/opsramp", timeout=9)
    assert page.headers["Content-Type"].startswith("text/html")
    assert 'data-document="/__admin/openapi/opsramp.json"' in page.text
    loaded = re.findall(r'(?:src|href)="(/[^"]*)"', page.text)
    assert "://" not in page.text
    assert all(target.startswith("/__admin/docs/") for target in loaded)
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=", page.text)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    for target in loaded:
        assert requests.get(server.base_url + target, timeout=9).status_code == 200


@pytest.mark.parametrize("name", ["docs.js", "swagger-ui-bundle.js", "swagger-ui.css"])
def test_a_browser_keeps_the_renderer(server, name):
    url = f"{server.admin_url}/docs/assets/{name}"
    first = requests.get(url, timeout=9)
    again = requests.get(url, headers={"If-None-Match": first.headers["ETag"]}, timeout=9)
    assert (first.status_code, again.status_code) == (200, 304)


@pytest.mark.parametrize("path", ["docs/atlas", "docs/assets/index.css", "docs/assets/.."])
def test_there_is_no_other_page(server, path):
    assert requests.get(f"{server.admin_url}/{path}", timeout=9).status_code == 404


def test_without_the_renderer_the_page_says_how_to_install_it(server, monkeypatch):
    monkeypatch.setattr(docs, "find_spec", lambda name: None)
    page = requests.get(f"{server.admin_url}/docs", timeout=9)
    assert page.status_code == 501
    assert "pip install flask-swagger-ui" in page.text
    assert 'href="/__admin/openapi/atlas-v2.json"' in page.text
    asset = requests.get(f"{server.admin_url}/docs/assets/swagger-ui.css", timeout=9)
    assert (asset.status_code, "flask-swagger-ui" in asset.json()["message"]) == (404, True)


def test_with_an_admin_token_the_page_opens_and_the_document_needs_the_token():
    with Emulator(admin_token="t0ken" * 4) as running:
        document = f"{running.admin_url}/openapi/opsramp.json"
        assert requests.get(f"{running.admin_url}/docs/opsramp", timeout=9).status_code == 200
        assert requests.get(document, timeout=9).status_code == 401
        signed = requests.get(
            document, headers={"Authorization": "Bearer " + "t0ken" * 4}, timeout=9
        )
        assert signed.json()["paths"]
