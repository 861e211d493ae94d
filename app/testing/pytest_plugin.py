"""The pytest plugin: an Ops Manager of one's own for each test.

Nothing else of opsemu is imported before a test asks for it: the plugin is loaded in
every test run of the environment, also where it is not used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from . import Atlas, Host, OpsManager, OpsRamp

_SHARED = pytest.StashKey[Any]()
_URL = "opsemu_url"  # of the shared server, as the workers of pytest-xdist are told


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the tests are aimed, and how strict the fixtures are."""
    group = parser.getgroup("opsemu", "opsemu, the emulator of Ops Manager")
    group.addoption(
        "--ops-manager-shared",
        action="store_true",
        help="let all workers of pytest-xdist share one emulator, each test alone in its world",
    )
    group.addoption("--ops-manager-server", metavar="URL", help="use the emulator that runs there")
    group.addoption(
        "--ops-manager-url",
        metavar="URL",
        help="aim the tests that use ops_manager at a real Ops Manager",
    )
    for name, text in (
        ("public-key", "the key for it"),
        ("private-key", "the key's private half; better in $MCLI_PRIVATE_API_KEY"),
        ("project", "the project that the tests may change"),
        ("org", "its organization"),
    ):
        group.addoption(f"--ops-manager-{name}", metavar="TEXT", help=text)
    parser.addini("ops_manager_shared", "the same as --ops-manager-shared", "bool", False)
    parser.addini("ops_manager_strict", "faults that were never met fail the test", "bool", False)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse options that do not go together before any test runs."""
    if config.getoption("--ops-manager-url"):
        from .fixtures import deployment

        deployment(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the shared server is; the first starts it."""
    config = node.config
    elsewhere = config.getoption("--ops-manager-server") or config.getoption("--ops-manager-url")
    shared = config.getoption("--ops-manager-shared") or config.getini("ops_manager_shared")
    if not shared or elsewhere:
        return
    if _SHARED not in config.stash:
        from .fixtures import emulator

        config.stash[_SHARED] = emulator()
        config.stash[_SHARED].start()
    node.workerinput[_URL] = config.stash[_SHARED].base_url


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the shared server."""
    if _SHARED in config.stash:
        config.stash[_SHARED].stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show in the report of a failed test what was called."""
    report = yield
    if "opsemu.testing.fixtures" in sys.modules:
        from .fixtures import tell

        tell(item, report)
    return report


@pytest.fixture(scope="session")
def ops_manager_server(request: pytest.FixtureRequest) -> Iterator[Host]:
    """The emulator that all tests of the session share; with --ops-manager-shared, all workers."""
    from .fixtures import session_host

    shared_url = getattr(request.config, "workerinput", {}).get(_URL, "")
    with session_host(request.config, shared_url) as host:
        yield host


@pytest.fixture
def ops_manager(make_ops_manager: Callable[..., OpsManager]) -> OpsManager:
    """Ops Manager with one empty project, as if this test were the first."""
    return make_ops_manager()


@pytest.fixture
def make_ops_manager(request: pytest.FixtureRequest) -> Iterator[Callable[..., OpsManager]]:
    """Makes Ops Managers: `make_ops_manager(seed="demo", strict=True, nonce_life=5)`."""
    from contextlib import ExitStack

    from .fixtures import Maker

    with ExitStack() as stack:
        yield Maker(request, stack)


@pytest.fixture
def atlas(request: pytest.FixtureRequest) -> Iterator[Atlas]:
    """Atlas with one empty project, as if this test were the first."""
    from . import Atlas
    from .fixtures import world

    with world(request, Atlas) as handle:
        yield handle


@pytest.fixture
def opsramp(request: pytest.FixtureRequest) -> Iterator[OpsRamp]:
    """OpsRamp with one tenant that has nothing installed, as if this test were the first."""
    from . import OpsRamp
    from .fixtures import world

    with world(request, OpsRamp) as handle:
        yield handle
