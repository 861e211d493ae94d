"""What every operation takes: slashes at the end, bodies that nobody reads, missing types."""

from __future__ import annotations

import re

import pytest

from opsemu.application import create_app
from opsemu.config import Config
from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed
from tests.wire import key_with, seed_file

ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
PRESENT = {
    "group_id": EMPTY,
    "org_id": "decafbaddecafbaddecafbad",
    "host_id": "a" * 32,
    "name": "Empty Project",
}
ACCEPT = {"Accept": "application/vnd.atlas.2099-01-01+json"}


def rules():
    """The operations of MongoDB's families, each with a path below the server's URL."""
    router = create_app(Config(state="memory:")).extensions["opsemu"].router
    for rule in router.url_map.iter_rules():
        if rule.rule.startswith(("/api/public/", "/api/atlas/")):
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                yield method, rule.rule, router.endpoints[rule.endpoint]


RULES = list(rules())
pytestmark = pytest.mark.evidence("CLIENT", "the operator, mongocli and Terraform's provider")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    seed = tmp_path_factory.mktemp("seed")
    with Emulator(
        seed=seed_file(seed, apiKeys=[key_with({"roleName": "GLOBAL_OWNER"})])
    ) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def session():
    with signed(OWNER) as session:
        session.headers.update(ACCEPT)
        yield session


def fill(rule, values):
    """A rule's path with values for its arguments, else an id that nothing has."""
    return ARGUMENT.sub(lambda match: values.get(match[1], "0" * 24), rule)


@pytest.mark.parametrize("rule", [rule for method, rule, _ in RULES if method == "GET"])
def test_a_slash_at_the_end_and_a_body_change_no_answer(emulator, session, rule):
    url = emulator.base_url + fill(rule, PRESENT)
    plain = session.get(url)
    other = session.get(f"{url}/", json={"pageNum": 1})
    assert other.status_code == plain.status_code
    assert level(other.text) == level(plain.text)


def level(text):
    """A body without times and the slash that was asked with."""
    return re.sub(r"/(?=[?\"])|\d\d:\d\d:\d\d", "", text)


@pytest.mark.parametrize("rule", [rule for method, rule, _ in RULES if method == "DELETE"])
def test_a_delete_may_have_a_body_and_a_slash_at_the_end(emulator, session, rule):
    url = emulator.base_url + fill(rule, {})
    plain = session.delete(url)
    other = session.delete(f"{url}/", json={})
    assert (other.status_code, level(other.text)) == (plain.status_code, level(plain.text))
    assert plain.status_code not in (405, 415)


@pytest.mark.parametrize(
    ("method", "rule"),
    [(method, rule) for method, rule, each in RULES if method[0] == "P" and not each.reads_body],
)
def test_what_reads_no_body_needs_no_content_type(emulator, session, method, rule):
    url = emulator.base_url + fill(rule, {})
    assert session.request(method, url).status_code != 415
