"""`opsemu healthcheck`, `coverage`, `integrations` and `installed`: what a server is and has."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from .admin import Admin, Output, call_server, in_path, print_output, table, verb
from .group import (
    JSON_OPTION,
    SETTING_OPTIONS,
    URL_OPTION,
    NotOpsemu,
    Refused,
    Unavailable,
    cli,
    option,
)

HEALTH_TIMEOUT = 5  # seconds
_ORIGIN = re.compile(r"^(https?://[^/]*?)(:\d+)?(/.*)?$")
READY_OPTIONS = [
    option(
        ["--admin", "admin_mode"],
        envvar="OPSEMU_ADMIN",
        type=SETTING_OPTIONS["admin"].type,
        default="on",
        show_default=True,
        help="Where the server has its admin API.",
    ),
    SETTING_OPTIONS["admin_port"],
]


@cli.command(params=[URL_OPTION, *READY_OPTIONS, JSON_OPTION])
def healthcheck(url: str, admin_mode: str, admin_port: int, as_json: bool) -> None:
    """Exit with 0 if an emulator is ready at the address, with 69 if not.

    Without the admin API, or if its port is not known, an answer of Ops Manager will do.
    """
    with time_limit(HEALTH_TIMEOUT, f"{url} did not answer in {HEALTH_TIMEOUT} seconds"):
        sentence = ask_health(url, admin_mode, admin_port)
    print_output(({"url": url, "status": sentence.rpartition(" ")[2]}, sentence), as_json=as_json)


@contextmanager
def time_limit(seconds: float, message: str) -> Iterator[None]:
    """Raise Unavailable if the block takes longer.

    A timeout of the socket would not bound a server that sends a byte now and then.
    """

    def give_up(*_: object) -> NoReturn:
        raise Unavailable(message)

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def ask_health(url: str, admin: str, admin_port: int) -> str:
    """What is known of a healthy server; raises Unavailable."""
    admin_url = _ORIGIN.sub(rf"\1:{admin_port}", url) if admin == "own" and admin_port else url
    try:
        if admin != "off" and _ask(f"{admin_url}/__admin", "/ready").get("status") == "ready":
            return f"{url} is ready"
    except (NotOpsemu, Refused) as error:
        if isinstance(error, Refused) and error.status == 503:
            raise Unavailable(f"{url} is not ready") from None
    try:
        if "version" in _ask(url, "/api/private/unauth/version"):
            return f"{url} answers"
    except (NotOpsemu, Refused):
        pass
    raise Unavailable(f"{url} answers, but not like an emulator")


def _ask(url: str, path: str) -> dict[str, Any]:
    document = call_server(url, "GET", path, {})
    return document if isinstance(document, dict) else {}


@verb(
    cli,
    "coverage",
    option(["--called", "part"], flag_value="called", help="How often each one was called."),
    option(["--unserved", "part"], flag_value="unserved", help="Those declined, and why."),
)
def coverage(admin: Admin, part: str | None) -> Output:
    """Count the vendors' operations by how the server answers them.

    An operation is served; stored: its documents are kept and given back; empty: its answers
    have nothing in them; or declined: the path is unknown here. docs/coverage.md lists all.
    Calls are counted since the server started, in all worlds.
    """
    document = admin.call("GET", "/coverage")
    if part == "called":
        rows = [(name, *counts.values()) for name, counts in document["operations"].items()]
        return document, table(("operation", "succeeded", "refused"), rows)
    if part == "unserved":
        members = ("family", "method", "reason", "id", "path")
        rows = [
            tuple(row[member] or "-" for member in members)
            for row in document["vendors"]
            if row["kind"] == "declined"
        ]
        return document, table(members, rows)
    counts = document["families"]
    head = ("family", *next(iter(counts.values()), ()))
    return document, table(head, [(name, *kinds.values()) for name, kinds in counts.items()])


@verb(cli, "integrations", click.Option(["--project"], help="By default the world's first one."))
def integrations(admin: Admin, project: str | None) -> Output:
    """List what is stored of a project's integrations, with masks in place of secrets."""
    project = project or first_of(admin, "mongodb", "projects")
    document = admin.call("GET", "/integrations", project=project)
    rows = [(row["type"], json.dumps(row["attributes"])) for row in document["integrations"]]
    return document, table((), rows)


@verb(cli, "installed", click.Option(["--tenant"], help="By default the world's first one."))
def installed(admin: Admin, tenant: str | None) -> Output:
    """List the installed integrations of an OpsRamp tenant."""
    tenant = tenant or first_of(admin, "opsramp", "tenants")
    document = admin.call("GET", "/installed", tenant=tenant)
    rows = [
        (row["id"], row["type"], "enabled" if row["enabled"] else "disabled")
        for row in document["installed"]
    ]
    return document, table((), rows)


def first_of(admin: Admin, vendor: str, kind: str) -> str:
    """The id of a world's first project or tenant; raises ClickException if it has none."""
    world = admin.call("GET", f"/worlds/{in_path(admin.world)}")
    for row in world[vendor][kind]:
        return str(row["id"])
    raise click.ClickException(f"the world {admin.world} has no {kind}")
