"""The pytest plugin: a separate Ops Manager, Atlas or OpsRamp for each test.

pytest imports it in every run of the environment, so the rest of opsemu is imported inside
the functions that need it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from . import Atlas, Host, OpsManager, OpsRamp

_SHARED = pytest.StashKey[Any]()
_URL = "opsemu_url"  # of the shared server, in the `workerinput` of pytest-xdist


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("opsemu", "opsemu, the emulator of Ops Manager")
    group.addoption(
        "--ops-manager-shared",
        action="store_true",
        help="let all workers of pytest-xdist share one emulator, each test alone in its world",
    )
    for name, metavar, text in (
        ("server", "URL", "use this running emulator"),
        ("url", "URL", "run the tests that use ops_manager against a real Ops Manager"),
        ("public-key", "TEXT", "the public key for it"),
        ("private-key", "TEXT", "the private key; better set $MCLI_PRIVATE_API_KEY"),
        ("project", "TEXT", "the id of a project that the tests may change"),
        ("org", "TEXT", "the id of its organization"),
    ):
        group.addoption(f"--ops-manager-{name}", metavar=metavar, help=text)
    parser.addini("ops_manager_shared", "the same as --ops-manager-shared", "bool", False)
    strict = "fail a test if its faults did not strike or its stubs did not answer"
    parser.addini("ops_manager_strict", strict, "bool", False)


def pytest_configure(config: pytest.Config) -> None:
    """Check the options before any test runs."""
    if config.getoption("--ops-manager-url"):
        from .fixtures import find_deployment

        find_deployment(config)
    if url := config.getoption("--ops-manager-server"):
        from .fixtures import check_server

        check_server(url)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Pass the shared server's URL to a pytest-xdist worker; start the server for the first."""
    config = node.config
    url = config.getoption("--ops-manager-server") or config.getoption("--ops-manager-url")
    shared = config.getoption("--ops-manager-shared") or config.getini("ops_manager_shared")
    if url or not shared:
        return
    if _SHARED not in config.stash:
        from .host import new_emulator

        config.stash[_SHARED] = new_emulator()
        config.stash[_SHARED].start()
    node.workerinput[_URL] = config.stash[_SHARED].base_url


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SHARED in config.stash:
        config.stash[_SHARED].stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if "opsemu.testing.fixtures" in sys.modules:
        from .fixtures import add_requests

        add_requests(item, report)
    return report


@pytest.fixture(scope="session")
def ops_manager_server(request: pytest.FixtureRequest) -> Iterator[Host]:
    """The emulator of the session; with --ops-manager-shared, of all workers."""
    from .fixtures import open_host

    shared_url = getattr(request.config, "workerinput", {}).get(_URL, "")
    with open_host(request.config, shared_url) as host:
        yield host


@pytest.fixture
def ops_manager(make_ops_manager: Callable[..., OpsManager]) -> OpsManager:
    """Ops Manager with one empty project, in a world of its own."""
    return make_ops_manager()


@pytest.fixture
def make_ops_manager(request: pytest.FixtureRequest) -> Iterator[Callable[..., OpsManager]]:
    """Create Ops Managers: `make_ops_manager(seed="demo", strict=True, nonce_life=5)`."""
    from .fixtures import make_ops_manager

    with ExitStack() as stack:
        yield partial(make_ops_manager, request, stack)


@pytest.fixture
def atlas(request: pytest.FixtureRequest) -> Iterator[Atlas]:
    """Atlas with one empty project, in a world of its own."""
    from . import Atlas
    from .fixtures import open_world

    with open_world(request, Atlas) as world:
        yield world


@pytest.fixture
def opsramp(request: pytest.FixtureRequest) -> Iterator[OpsRamp]:
    """OpsRamp with a tenant without installed integrations, in a world of its own."""
    from . import OpsRamp
    from .fixtures import open_world

    with open_world(request, OpsRamp) as world:
        yield world
