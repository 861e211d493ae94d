"""What the fixtures of the pytest plugin do; imported when a test uses one."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPException
from typing import Any

import pytest

from ..config import load_secret
from .admin_client import ControlError, NoAdmin
from .faults import UnusedFaults
from .host import Host, Server, create_world, new_emulator
from .mongodb import OpsManager
from .world import Seed, World, WorldAccess, WorldT

_WORLDS = pytest.StashKey[list[World]]()
_FAILED = pytest.StashKey[bool]()
# The options of a real deployment, and the variables of MongoDB's own command lines.
_VARIABLES = {
    "public-key": "MCLI_PUBLIC_API_KEY",
    "private-key": "MCLI_PRIVATE_API_KEY",
    "project": "MCLI_PROJECT_ID",
    "org": "MCLI_ORG_ID",
}


@contextmanager
def open_host(config: pytest.Config, shared_url: str) -> Iterator[Host]:
    """The session's server: the one named by an option, the workers' shared one, or its own."""
    deployment = find_deployment(config)
    if deployment is not None:
        pytest.skip(f"needs an emulator, and {deployment.base_url} is a real deployment")
    url = config.getoption("--ops-manager-server") or shared_url
    if not url:
        with new_emulator() as emulator:
            yield emulator
        return
    host = _server(url)
    yield host
    host.forget_control()


def _server(url: str) -> Server:
    token, path = map(os.environ.get, ("OPSEMU_ADMIN_TOKEN", "OPSEMU_ADMIN_TOKEN_FILE"))
    return Server(url, load_secret("admin_token", token or "", path or ""))


def check_server(url: str) -> None:
    """Raise UsageError unless there is an opsemu at the URL that lets these tests in."""
    try:
        host = _server(url)
        with closing(host.control) as client:
            client.call("GET", "/worlds", {})
    except ControlError as error:
        reason = f"is not an opsemu that lets these tests in: {error}"
    except (OSError, ValueError, HTTPException) as error:
        reason = f"does not answer: {' '.join(str(error).split())}"
    else:
        return
    raise pytest.UsageError(f"--ops-manager-server: {url} {reason}") from None


def find_deployment(config: pytest.Config) -> OpsManager | None:
    """The real deployment of --ops-manager-url; raises UsageError if a setting is missing."""
    url = config.getoption("--ops-manager-url")
    if not url:
        return None
    if config.getoption("--ops-manager-server"):
        raise pytest.UsageError("give one of --ops-manager-url and --ops-manager-server")
    base_url = url.rstrip("/").removesuffix(OpsManager.PATH).rstrip("/")
    public_key, private_key, project, org = _deployment_settings(config)
    keys = [{"publicKey": public_key, "privateKey": private_key}]
    access: WorldAccess = {"mongodb": {"keys": keys, "projects": [{"id": project, "orgId": org}]}}
    return OpsManager(NoAdmin(base_url, pytest.skip), base_url, access)


def _deployment_settings(config: pytest.Config) -> Iterator[str]:
    for name, variable in _VARIABLES.items():
        value = config.getoption(f"--ops-manager-{name}") or os.environ.get(variable, "")
        if not value and name != "org":
            missing = f"{name.replace('-', ' ')} (or {variable})"
            raise pytest.UsageError(f"--ops-manager-url needs a {missing} too")
        yield value


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
            raise pytest.fail.Exception(str(error), pytrace=False) from None


def make_ops_manager(
    request: pytest.FixtureRequest,
    stack: ExitStack,
    seed: Seed = "empty",
    *,
    strict: bool | None = None,
    **settings: Any,
) -> OpsManager:
    """An Ops Manager until the stack is closed; with `settings` on an emulator of its own."""
    deployment = find_deployment(request.config)
    if deployment is not None:
        if settings or seed != "empty":
            pytest.skip(f"settings are for an emulator; {deployment.base_url} is a real deployment")
        return stack.enter_context(deployment)
    host = stack.enter_context(new_emulator(**settings)) if settings else None
    return stack.enter_context(open_world(request, OpsManager, seed, strict=strict, host=host))


def add_requests(item: pytest.Item, report: pytest.TestReport) -> None:
    """Add the requests of a failed test's worlds to its report."""
    # A plugin may run a test again, starting with its setup.
    failed_before = report.when != "setup" and item.stash.get(_FAILED, False)
    item.stash[_FAILED] = report.failed or failed_before
    for world in item.stash.get(_WORLDS, []) if report.failed else ():
        # If the server has stopped, the report still shows why the test failed.
        with suppress(OSError, ControlError):
            text = str(world.requests)
            if not all(line.strip() in report.longreprtext for line in text.splitlines()):
                report.sections.append((f"{world.NAME}: requests", text))
