"""What the fixtures of the pytest plugin do; imported when a test uses one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from .. import server
from .admin_client import ControlError
from .deployment import VARIABLES, Deployment
from .faults import UnusedFaults
from .host import TEST_SETTINGS, Host, Server, create_world
from .mongodb import OpsManager
from .types import Seed
from .world import World, WorldT

if TYPE_CHECKING:
    from .emulator import Emulator

_WORLDS = pytest.StashKey[list[World]]()
_FAILED = pytest.StashKey[bool]()


def new_emulator(**settings: Any) -> Emulator:
    """An emulator for tests, not yet started."""
    # `server` loads it now: without one of its own, a session saves a quarter of a second.
    return server.Emulator(**{**TEST_SETTINGS, **settings})


@contextmanager
def open_host(config: pytest.Config, shared_url: str) -> Iterator[Host]:
    """The session's server: the one named by an option, the workers' shared one, or its own."""
    deployment = find_deployment(config)
    if deployment is not None:
        pytest.skip(f"needs an emulator, and {deployment.url} is a real deployment")
    url = config.getoption("--ops-manager-server") or shared_url
    if not url:
        with new_emulator() as emulator:
            yield emulator
        return
    host = Server(url, os.environ.get("OPSEMU_ADMIN_TOKEN", ""))
    yield host
    host.forget_control()


def find_deployment(config: pytest.Config) -> Deployment | None:
    """The real deployment of --ops-manager-url; raises UsageError if a setting is missing."""
    url = config.getoption("--ops-manager-url")
    if not url:
        return None
    if config.getoption("--ops-manager-server"):
        raise pytest.UsageError("give one of --ops-manager-url and --ops-manager-server")
    options = {
        name: config.getoption(f"--ops-manager-{name.replace('_', '-')}") for name in VARIABLES
    }
    try:
        return Deployment.from_options(url, options)
    except LookupError as missing:
        raise pytest.UsageError(f"--ops-manager-url needs a {missing.args[0]} too") from None


@contextmanager
def open_world(
    request: pytest.FixtureRequest,
    kind: type[WorldT],
    seed: Seed = "empty",
    *,
    strict: bool | None = None,
    host: Host | None = None,
) -> Iterator[WorldT]:
    """A new world for a test, by default on the session's server."""
    host = host or request.getfixturevalue("ops_manager_server")
    if strict is None:
        strict = request.config.getini("ops_manager_strict")
    world = create_world(host, kind, seed, strict=strict)
    worlds = request.node.stash.setdefault(_WORLDS, [])
    worlds.append(world)
    try:
        yield world
    finally:
        worlds.remove(world)
        try:
            world.close(check=not request.node.stash.get(_FAILED, False))
        except UnusedFaults as error:
            pytest.fail(str(error), pytrace=False)


class OpsManagerFactory:
    """`make_ops_manager`: Ops Managers for one test, each in a world of its own."""

    def __init__(self, request: pytest.FixtureRequest, stack: ExitStack) -> None:
        self._request = request
        self._stack = stack

    def __call__(
        self, seed: Seed = "empty", *, strict: bool | None = None, **settings: Any
    ) -> OpsManager:
        """Another Ops Manager; with `settings` of `Emulator` on a server of its own."""
        enter = self._stack.enter_context
        deployment = find_deployment(self._request.config)
        if deployment is not None:
            if settings or seed != "empty":
                pytest.skip(f"settings are for an emulator; {deployment.url} is a real deployment")
            return enter(deployment.ops_manager(pytest.skip))
        host = enter(new_emulator(**settings)) if settings else None
        return enter(open_world(self._request, OpsManager, seed, strict=strict, host=host))


def add_requests(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add the requests of a failed test's worlds to its report."""
    # A plugin may run a test again, starting with its setup.
    failed_before = report.when != "setup" and item.stash.get(_FAILED, False)
    item.stash[_FAILED] = report.failed or failed_before
    if not report.failed:
        return
    for world in item.stash.get(_WORLDS, []):
        # If the server has stopped, the report still shows why the test failed.
        with suppress(OSError, ControlError):
            report.sections.append((f"{world.NAME}: requests", str(world.requests)))
