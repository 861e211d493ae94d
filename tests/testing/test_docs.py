"""docs/testing.md shows what the fixtures do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from opsemu import testing
from opsemu.testing import pytest_plugin
from opsemu.worlds.fault_rules import named
from tests.examples.test_retry import KEY

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs/testing.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)\n```$", PAGE, re.DOTALL | re.MULTILINE)
PYTHON = [
    text
    for lang, text in BLOCKS
    if lang == "python" and not text.startswith(("requests.", "inbox."))
]
EXAMPLES = "\n".join(path.read_text() for path in (ROOT / "tests/examples").glob("*.py"))


def plain_block(start):
    (block,) = [text for _, text in BLOCKS if text.startswith(start)]
    return block


def first_cells(heading):
    """What is named in the first column of the table under a heading."""
    table = PAGE[PAGE.index(heading) :].split("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines()[2:]]
    return [name for cell in cells for name in re.findall(r"`([\w.]+)", cell)]


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.strip().partition("\n")[0])
def test_an_example_is_a_test(block):
    assert f"\n{block}\n" in EXAMPLES


def test_a_failure_reads_as_shown(ops_manager):
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations/PAGER_DUTY"
    ops_manager.fail_next("mongodb.applied_but_500")
    for _ in range(2):
        ops_manager.session.post(url, json={"type": "PAGER_DUTY", "serviceKey": KEY})
    with pytest.raises(AssertionError) as failure:
        ops_manager.requests.assert_called_once("createIntegration", type="PAGER_DUTY")
    assert str(failure.value) == plain_block("expected 1 call")


def test_every_line_about_calls_runs(ops_manager):
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/integrations"
    slack = {"type": "SLACK", "apiToken": "xoxb-1234567890", "teamName": "T"}
    ops_manager.session.post(f"{url}/SLACK", json=slack)
    ops_manager.session.put(f"{url}/PAGER_DUTY", json={"type": "PAGER_DUTY", "serviceKey": KEY})
    ops_manager.fail(503)
    for _ in range(3):
        ops_manager.session.get(url)
    for line in plain_block("requests.assert").splitlines():
        eval(line, {"requests": ops_manager.requests, "KEY": KEY})
    assert len(ops_manager.requests) == 0


def test_every_line_about_the_inbox_runs(ops_manager):
    notifications = [
        {"typeName": "WEBHOOK", "webhookUrl": "https://hooks.example.com/a"},
        {"typeName": "PAGER_DUTY", "serviceKey": KEY},
    ]
    config = {"eventTypeName": "NO_PRIMARY", "enabled": True, "notifications": notifications}
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/alertConfigs"
    assert ops_manager.session.post(url, json=config).ok
    alert = ops_manager.alerts.open("NO_PRIMARY")
    for line in plain_block("inbox.wait_for").splitlines():
        eval(line, {"inbox": ops_manager.inbox, "alert": alert})
    assert len(ops_manager.inbox) == 0


@pytest.mark.parametrize("page", ["README.md", "docs/alerts.md"])
def test_the_handler_of_alerts_is_a_test(page):
    tests = re.findall(
        r"^```python\n(def test_the_handler.*?)^```", (ROOT / page).read_text(), re.M | re.S
    )
    assert [text in EXAMPLES for text in tests] == [True]


def test_every_fixture_is_there():
    assert all(hasattr(pytest_plugin, name) for name in first_cells("| Fixture |"))


def test_every_verb_is_there(ops_manager, opsramp):
    for name in first_cells("| Of a world |"):
        assert hasattr(ops_manager, name) or hasattr(opsramp, name), name


def test_every_named_fault_is_listed():
    assert set(first_cells("| Named fault |")) == set(named())


def test_every_option_is_there(pytester):
    help_text = pytester.runpytest_inprocess("--help", "-p", "no:hypothesispytest").stdout.str()
    for option in set(re.findall(r"--ops-manager-[\w-]+|ops_manager_\w+(?= = )", PAGE)):
        assert option in help_text, option


def test_everything_exported_has_a_purpose():
    assert all(getattr(testing, name).__doc__ for name in testing.__all__)
