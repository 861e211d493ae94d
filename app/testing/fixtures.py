"""What the pytest plugin does once a test asks for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from .admin_client import ControlError
from .deployment import Deployment
from .emulated import ISOLATED, Kind, opened
from .faults import UnusedFaults
from .host import Host, Server
from .mongodb import OpsManager
from .world import World

if TYPE_CHECKING:
    from .emulator import Emulator

_WORLDS = pytest.StashKey[list[World]]()
_FAILED = pytest.StashKey[bool]()


def emulator(**settings: Any) -> Emulator:
    """A server for tests, not yet started."""
    from .emulator import Emulator

    return Emulator(**{**ISOLATED, **settings})


@contextmanager
def session_host(config: pytest.Config, shared_url: str) -> Iterator[Host]:
    """The server of the session: the one named, the one that all workers share, or its own."""
    there = deployment(config)
    if there is not None:
        pytest.skip(f"needs the emulator, and the tests are aimed at {there.url}")
    url = config.getoption("--ops-manager-server") or shared_url
    if not url:
        with emulator() as own:
            yield own
        return
    host = Server(url, os.environ.get("OPSEMU_ADMIN_TOKEN", ""))
    yield host
    host.forget_control()


def deployment(config: pytest.Config) -> Deployment | None:
    """The real deployment that the tests are aimed at; raises UsageError if a key is missing."""
    url = config.getoption("--ops-manager-url")
    if not url:
        return None
    if config.getoption("--ops-manager-server"):
        raise pytest.UsageError("give one of --ops-manager-url and --ops-manager-server")
    names = ("public_key", "private_key", "project", "org")
    given = {name: config.getoption(f"--ops-manager-{name.replace('_', '-')}") for name in names}
    try:
        return Deployment.of(url, given)
    except LookupError as missing:
        raise pytest.UsageError(f"--ops-manager-url needs a {missing.args[0]} too") from None


@contextmanager
def world(request: pytest.FixtureRequest, kind: type[Kind], **options: Any) -> Iterator[Kind]:
    """A fresh world of the session's server for a test."""
    host = request.getfixturevalue("ops_manager_server")
    options.setdefault("strict", request.config.getini("ops_manager_strict"))
    handle = opened(host, kind, **options)
    with watched(request, handle):
        yield handle


@contextmanager
def watched(request: pytest.FixtureRequest, handle: World) -> Iterator[None]:
    """Remember a world for the report, and close it; a test that failed says enough."""
    worlds = request.node.stash.setdefault(_WORLDS, [])
    worlds.append(handle)
    try:
        yield
    finally:
        worlds.remove(handle)
        try:
            handle.close(check=not request.node.stash.get(_FAILED, False))
        except UnusedFaults as error:
            pytest.fail(str(error), pytrace=False)


@contextmanager
def real(request: pytest.FixtureRequest, there: Deployment) -> Iterator[OpsManager]:
    """The deployment, for a test; what takes an emulator skips it."""
    with there.ops_manager(pytest.skip) as handle:
        yield handle


class Maker:
    """`make_ops_manager`: Ops Managers for one test, each in a world of its own."""

    def __init__(self, request: pytest.FixtureRequest, stack: ExitStack) -> None:
        self._request = request
        self._stack = stack

    def __call__(
        self,
        seed: str | dict[str, Any] = "empty",
        *,
        strict: bool | None = None,
        **settings: Any,
    ) -> OpsManager:
        """A further one. `settings` of `Emulator` give it a server of its own."""
        there = deployment(self._request.config)
        if there is not None:
            if settings or seed != "empty":
                pytest.skip(f"settings are for the emulator, and this is {there.url}")
            return self._stack.enter_context(real(self._request, there))
        if strict is None:
            strict = self._request.config.getini("ops_manager_strict")
        if not settings:
            return self._stack.enter_context(
                world(self._request, OpsManager, seed=seed, strict=strict)
            )
        host = self._stack.enter_context(emulator(**settings))
        handle = host.ops_manager(seed, strict=strict)
        self._stack.enter_context(watched(self._request, handle))
        return handle


def tell(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add to the report of a failed test what was called in its worlds."""
    # A test may be run again, and then begins anew.
    before = report.when != "setup" and item.stash.get(_FAILED, False)
    item.stash[_FAILED] = report.failed or before
    if not report.failed:
        return
    for handle in item.stash.get(_WORLDS, []):
        # A server that is gone tells nothing, and must not hide why the test failed.
        with suppress(OSError, ControlError):
            report.sections.append((f"{handle.NAME}: requests", str(handle.requests)))
