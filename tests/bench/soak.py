"""Minutes of mixed load on one emulator: `python -m tests.bench.soak --minutes 10`.

The exit code is 1 if memory grows by more than a tenth from the second quarter, when caches are
full, to the last, or on an unexpected status, a broken connection or a traceback in the log.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any

import click
import requests
from requests.auth import HTTPDigestAuth

from .peers import PEERS, Server, memory, running
from .wrk import OWNER, TIMEOUT, bearer

FILE = Path("build/soak.json")
CLIENTS, SAMPLES, MOST_ERRORS, FLAT = 4, 120, 100, 1.10
RATIO = "memory, last over second quarter"
V1 = "/api/public/v1.0/groups/c0ffeec0ffeec0ffeec0ffee/integrations"
ATLAS = "/api/atlas/v1.0/groups/c0ffeec0ffeec0ffeec0ffee"
OPSRAMP = "/api/v2/tenants/client_8/integrations"
SLACK = {"type": "SLACK", "apiToken": "1234567890", "teamName": "Team"}
RELIC = dict.fromkeys(("accountId", "licenseKey", "readToken", "writeToken"), "0" * 32)
UPDATE = Path(__file__).parents[2] / "docs" / "examples" / "opsramp-update.json"
# Who calls, method, target, expected statuses, body. {id} is the integration that was installed
# last and {name} the world that was made last; several clients change one project, some too late.
CALLS: tuple[tuple[Any, ...], ...] = (
    *(("owner", "GET", f"{V1}{query}", {200}) for query in ("", "?pretty=true", "?envelope=true")),
    ("owner", "GET", f"{ATLAS}/integrations", {200}),
    ("owner", "GET", f"{V1}/PAGER_DUTY", {200}),
    ("owner", "GET", f"{V1}/HIP_CHAT", {404}),
    ("owner", "POST", f"{V1}/SLACK", {200}, SLACK),
    ("owner", "POST", f"{V1}/NEW_RELIC", {200, 409}, {"type": "NEW_RELIC", **RELIC}),
    ("owner", "PUT", f"{V1}/DATADOG", {200}, {"type": "DATADOG", "apiKey": "0" * 32}),
    ("owner", "DELETE", f"{V1}/NEW_RELIC", {200, 204, 404}),
    ("owner", "PATCH", f"{ATLAS}/settings", {200}, {"isDataExplorerEnabled": True}),
    ("nobody", "GET", V1, {401}),
    ("wrong key", "GET", V1, {401}),
    ("nobody", "GET", f"{OPSRAMP}/installed/search", {401}),
    ("client", "POST", f"{OPSRAMP}/install/CUSTOM", {200}, {"displayName": "Soak"}),
    ("client", "POST", f"{OPSRAMP}/installed/{{id}}", {200}, json.loads(UPDATE.read_text())),
    ("client", "GET", f"{OPSRAMP}/installed/search", {200}),
    ("client", "DELETE", f"{OPSRAMP}/installed/{{id}}", {200}, {"uninstallReason": "over"}),
    ("nobody", "POST", "/__admin/worlds", {201}, {"seed": "demo"}),
    ("nobody", "POST", "/__admin/faults?world={name}", {201}, {"status": 503, "times": 1}),
    ("world", "GET", V1, {503}),
    ("world", "GET", V1, {200}),
    ("nobody", "GET", "/__admin/requests?world={name}&limit=20", {200}),
    ("nobody", "POST", "/__admin/verify?world={name}", {200}, {"count": 2}),
    ("nobody", "POST", "/__admin/wait?world={name}&timeout=0.05", {200}, {"count": 3}),
    ("nobody", "POST", "/__admin/clock/advance?world={name}", {200}, {"seconds": 10}),
    ("nobody", "POST", "/__admin/reset?world={name}", {200, 204}),
    ("nobody", "DELETE", "/__admin/worlds/{name}", {204}),
)


@click.command()
@click.option("--minutes", default=10.0, show_default=True, type=click.FloatRange(min=0.05))
@click.option("--state", default="memory:", type=click.Choice(["memory:", "file:"]))
def main(minutes: float, state: str) -> None:
    """Load one emulator with everything it does; fail if memory grows or anything goes wrong."""
    with tempfile.TemporaryFile("w+") as log:
        with running(PEERS[f"opsemu, {state}"], log) as server:
            samples, calls, errors = load(server, minutes * 60)
        log.seek(0)
        errors += [line.strip() for line in log if line.startswith("Traceback")]
    ratio = growth(samples)
    figures = {RATIO: [ratio], "errors": [len(errors)]}
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps({f"opsemu, {state}, {minutes:g} minutes": figures}))
    counts = [f"{count:>9,}  {call}" for call, count in sorted(Counter(calls).items())]
    lines = [*counts, f"{RATIO}: {ratio:.3f}, at most {FLAT}", f"errors: {len(errors)}"]
    click.echo("\n".join([*lines, *errors[:10]]))
    sys.exit(ratio > FLAT or bool(errors))


def load(server: Server, seconds: float) -> tuple[list[float], list[str], list[str]]:
    """Run the clients; return the server's megabytes at times, the calls and the errors."""
    ended, samples, calls, errors = Event(), list[float](), list[str](), list[str]()
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(CLIENTS) as clients:
        for _ in range(CLIENTS):
            clients.submit(repeat, f"http://127.0.0.1:{server.port}", ended, calls, errors)
        try:
            while time.monotonic() < deadline and len(errors) < MOST_ERRORS:
                samples.append(memory(server))
                time.sleep(min(5.0, seconds / SAMPLES))
        finally:
            ended.set()
    return samples, calls, errors


def repeat(base: str, ended: Event, calls: list[str], errors: list[str]) -> None:
    """Make all calls in turn until it is over; note the statuses, and what goes wrong."""
    while not ended.is_set():
        try:
            with requests.Session() as session:
                make_calls(session, base, calls, errors)
        except (OSError, KeyError, ValueError) as error:
            errors.append(f"{type(error).__name__}: {error}")
            ended.wait(0.1)


def make_calls(session: requests.Session, base: str, calls: list[str], errors: list[str]) -> None:
    """Make each call once."""
    token, names = bearer(base), dict[str, Any]()
    callers: dict[str, Any] = {"owner": HTTPDigestAuth(*OWNER), "nobody": None}
    callers["wrong key"] = HTTPDigestAuth(OWNER[0], "wrong")
    callers["client"] = lambda request: request.headers.update(token) or request
    for caller, method, target, statuses, *body in CALLS:
        options = {"json": body[0] if body else None, "auth": callers[caller], "timeout": TIMEOUT}
        answer = session.request(method, base + target.format(**names), **options)
        calls.append(f"{method} {answer.status_code}")
        if answer.status_code not in statuses:
            errors.append(f"{method} {target} answered {answer.status_code}: {answer.text}")
        if target.endswith(("/install/CUSTOM", "/worlds")):
            names |= answer.json()
        if target.endswith("/worlds"):
            key = names["mongodb"]["keys"][0]
            callers["world"] = HTTPDigestAuth(key["publicKey"], key["privateKey"])


def growth(samples: list[float]) -> float:
    """Return the median of the last quarter of samples over that of the second."""
    size = len(samples) // 4
    return median(samples[3 * size : 4 * size]) / median(samples[size : 2 * size])


if __name__ == "__main__":
    main()
