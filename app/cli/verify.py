"""`opsemu count`, `verify` and `wait`: what is expected of the requests of a world."""

import time
from typing import Any

import click

from .admin import Admin, Output, verb
from .group import Failed, Unavailable, cli
from .parameters import PATTERN, SENT_BODY, without_none
from .status import READY_OPTIONS, ask_health, time_limit

_RETRY_INTERVAL = 0.1  # seconds
_EXPECTED = [
    *PATTERN,
    SENT_BODY,
    click.Option(["--count"], type=click.IntRange(0), help="Exactly so many requests."),
    click.Option(["--at-least", "atLeast"], type=click.IntRange(0), help="One, if none is given."),
    click.Option(["--at-most", "atMost"], type=click.IntRange(0)),
    click.Option(
        ["--allow-dropped", "allowDropped"],
        is_flag=True,
        default=None,
        help="Even if the journal has dropped requests.",
    ),
]
_TIMEOUT = click.Option(
    ["--timeout"],
    type=click.FloatRange(0, 300),
    default=30.0,
    show_default=True,
    help="In seconds.",
)


@verb(cli, "count", *PATTERN, SENT_BODY)
def count(admin: Admin, **pattern: Any) -> Output:
    """Count the requests of a world that match."""
    document = admin.call("POST", "/requests/count", without_none(pattern))
    return document, str(document["count"])


@verb(cli, "verify", *_EXPECTED)
def verify(admin: Admin, **expectation: Any) -> Output:
    """Exit with 0 if the expected requests were received, with 1 if not."""
    return _verdict(admin.call("POST", "/verify", without_none(expectation)))


@verb(cli, "wait", *_EXPECTED, _TIMEOUT, *READY_OPTIONS)
def wait(
    admin: Admin, timeout: float, admin_mode: str, admin_port: int, **expectation: Any
) -> Output:
    """Wait until the server is ready, and until the expected requests were received, if any.

    Exits with 69 if the server is not ready in time, with 1 if requests are missing.
    """
    deadline = time.monotonic() + timeout
    sentence = _wait_until_ready(admin.url, admin_mode, admin_port, timeout)
    expected = without_none(expectation)
    if not expected:
        return {"status": "ready"}, sentence
    left = max(0.0, deadline - time.monotonic())
    return _verdict(admin.call("POST", "/wait", expected, timeout=left, wait=left))


def _wait_until_ready(url: str, admin_mode: str, admin_port: int, timeout: float) -> str:
    deadline = time.monotonic() + timeout
    with time_limit(timeout + 0.001, f"{url} was not ready in {timeout:g} seconds"):
        while True:
            try:
                return ask_health(url, admin_mode, admin_port)
            except Unavailable:
                if time.monotonic() + _RETRY_INTERVAL >= deadline:
                    raise
            time.sleep(_RETRY_INTERVAL)


def _verdict(document: dict[str, Any]) -> Output:
    if not document["verified"]:
        raise Failed(document, document["message"])
    return document, document["message"]
