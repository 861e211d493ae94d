"""Links behind a proxy that sends X-Forwarded-Proto and X-Forwarded-Host."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from opsemu.server import Emulator
from tests.conftest import DEMO, OWNER, signed

LIST = f"/groups/{DEMO}/integrations"
PUBLIC = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "ops.example.com:8443"}
GROUP = {"typeName": "GROUP", "emailEnabled": True, "smsEnabled": False}
V2 = {"Accept": "application/vnd.atlas.2023-01-01+json"}


@pytest.fixture(scope="module")
def trusting():
    """An emulator that believes a proxy."""
    with Emulator(seed="demo", trust_proxy=True) as emulator:
        yield emulator


@pytest.fixture
def session():
    """A session that signs as the owner."""
    with signed(OWNER) as session:
        yield session


def origin(href):
    """Scheme and host of a link."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(href))


def self_origin(emulator, session, headers):
    """Scheme and host of a list's own link."""
    return origin(session.get(emulator.url + LIST, headers=headers).json()["links"][0]["href"])


def test_a_forwarded_host_is_not_believed_by_default(server, session):
    assert self_origin(server, session, PUBLIC) == server.base_url


def test_links_are_what_a_trusted_proxy_forwards(trusting, session):
    assert self_origin(trusting, session, PUBLIC) == "https://ops.example.com:8443"
    assert self_origin(trusting, session, {}) == trusting.base_url


def test_the_location_of_what_was_made_is_what_a_trusted_proxy_forwards(trusting, session):
    url = f"{trusting.base_url}/api/atlas/v2/groups/{DEMO}/alertConfigs"
    alert = {"eventTypeName": "JOINED_GROUP", "notifications": [GROUP]}
    answer = session.post(url, json=alert, headers={**V2, **PUBLIC})
    assert answer.status_code == 201, answer.text
    assert origin(answer.headers["Location"]) == "https://ops.example.com:8443"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-Forwarded-Proto": "http, https"}, "https://{host}"),
        ({"X-Forwarded-Host": "outer.example, inner.example"}, "http://inner.example"),
        ({"X-Forwarded-Proto": "javascript"}, "http://{host}"),
        ({"X-Forwarded-Host": '"><script>'}, "http://{host}"),
        ({"X-Forwarded-Host": "user@evil.example/path"}, "http://{host}"),
    ],
)
def test_the_nearest_proxy_counts_and_what_is_no_address_does_not(
    trusting, session, headers, expected
):
    host = urlsplit(trusting.base_url).netloc
    assert self_origin(trusting, session, headers) == expected.format(host=host)


def test_the_external_url_goes_before_a_proxys_headers(session):
    with Emulator(seed="demo", trust_proxy=True, external_url="https://fixed.example") as emulator:
        assert self_origin(emulator, session, PUBLIC) == "https://fixed.example"


def test_a_cached_response_is_never_one_for_another_host(trusting, session):
    hosts = ["one.example", "two.example"] * 4
    hits = trusting.response_cache.hits
    for host in hosts:
        assert self_origin(trusting, session, {"X-Forwarded-Host": host}) == f"http://{host}"
        assert self_origin(trusting, session, {"Host": host}) == f"http://{host}"
    assert trusting.response_cache.hits > hits
