"""Projects of users, in which the plugin runs."""

from __future__ import annotations

import os
from textwrap import dedent

import pytest

# pytester forgets the modules that an inner run imports first; parts of these would then be
# loaded twice, with two classes of one name.
import opsemu.admin.app
import opsemu.testing.fixtures  # noqa: F401
from opsemu.testing.admin_client import AdminClient
from opsemu.testing.direct_client import DirectClient
from tests.serving import clean_environment

# The run is in this process, where the package that is to be tested has long been imported.
IMPORTED = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
ADD = """
    def add(om, type_name="PAGER_DUTY", **attributes):
        url = f"{om.url}/groups/{om.group_id}/integrations/{type_name}"
        body = {"type": type_name, **(attributes or {"serviceKey": "0123456789"})}
        return om.session.post(url, json=body)
"""


@pytest.fixture
def project(pytester, monkeypatch):
    """A project with packages named like the folders of ours, and a helper."""
    # With CI set, pytest repeats whole messages in its summary.
    for name in {"CI", "BUILD_NUMBER"} | set(os.environ) - set(clean_environment()):
        monkeypatch.delenv(name, raising=False)
    owner = "OWNER = 'somebody else'"
    pytester.makepyfile(
        **{"app/__init__": owner, "schemas/__init__": owner, "data/__init__": owner}, helpers=ADD
    )
    return pytester


@pytest.fixture(params=["direct", "over HTTP"])
def way(request, monkeypatch):
    """Let fixtures reach an emulator of this process in both ways, one after the other."""
    if request.param != "direct":
        for name in ("_send", "challenge"):
            monkeypatch.setattr(DirectClient, name, getattr(AdminClient, name))
    return request.param


@pytest.fixture
def run(project):
    """Run a test file of the project with options, warnings being errors."""

    def run(source: str, *options: str, ini: str = "") -> pytest.RunResult:
        project.makepyfile(dedent(source))
        project.makeini(f"[pytest]\nfilterwarnings =\n  error\n  {IMPORTED}\n{ini}")
        # Its summary would import hypothesis anew each time.
        plugins = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
        return project.runpytest_inprocess(*plugins, *options)

    return run
