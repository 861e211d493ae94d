"""What others notice of fifty requests that are held for two seconds: it should be nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread

import requests

from .bench import Bench, Figures, note
from .peers.ours import KEY, MEMORY, V1
from .signing import Request, prepared

EACH = 25  # of either kind
HOLD = 2.0  # seconds
ANOTHER = "feedfacefeedfacefeedface"  # the demo's empty project
SECONDS = 4  # of load, so that every held request is answered and asked again
UNDER_WAY = 0.5  # seconds until all are held

DELAYED = Request("GET", (V1.replace("c0ffeec0ffeec0ffeec0ffee", ANOTHER),), key=KEY)
# A call that nobody makes.
NEVER = {"operation": "deleteIntegration", "count": 1, "allowDropped": True}
POLL = Request("POST", (f"/__admin/wait?timeout={HOLD:g}",), json.dumps(NEVER))

KINDS = (
    ("alone", ()),
    (f"{EACH} delayed", (DELAYED,)),
    (f"{EACH} polling", (POLL,)),
    (f"{EACH} delayed, {EACH} polling", (DELAYED, POLL)),
)


def measure(bench: Bench) -> Figures:
    """GETs at 8 connections alone, beside delayed requests, and beside long polls as well."""
    figures = bench.figures()
    with bench.servers([MEMORY]) as servers:
        for server in servers:
            MEMORY.prepare(server.place)
            _arm(server.port)
            bench.load(server, MEMORY.read, 8, 1)
            for number in range(bench.rounds):
                bench.tell(f"held requests, round {number + 1} of {bench.rounds}")
                for label, kinds in KINDS:
                    sheet = figures[label]
                    with holding(server.port, kinds) as held:
                        note(sheet, "GET", bench.load(server, MEMORY.read, 8, SECONDS))
                    sheet["held, answered"].append(len(held))
                    sheet["held, shortest s"].append(min(held, default=0.0))
    return figures


def _arm(port: int) -> None:
    rule = {"project": ANOTHER, "fixedDelayMilliseconds": HOLD * 1000}
    url = f"http://127.0.0.1:{port}/__admin/faults"
    requests.post(url, json=rule, timeout=10).raise_for_status()


@contextmanager
def holding(port: int, kinds: tuple[Request, ...]) -> Iterator[list[float]]:
    """Keep requests of each kind held; the list gets for how many seconds each was."""
    ended, held = Event(), list[float]()
    threads = [
        Thread(target=_hold, args=(port, kind, ended.is_set, held))
        for kind in kinds
        for _ in range(EACH)
    ]
    for thread in threads:
        thread.start()
    time.sleep(UNDER_WAY if threads else 0)
    try:
        yield held
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _hold(port: int, kind: Request, is_over: Callable[[], bool], held: list[float]) -> None:
    client = HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(client), suppress(OSError, HTTPException):  # then one is missing in the count
        for each in prepared(kind, port):
            begun = time.perf_counter()
            client.request(each.method, each.target, each.body, each.headers)
            answer = client.getresponse()
            answer.read()
            held.append(time.perf_counter() - begun)
            # One that is refused is not held: it shows as the shortest, and ends here.
            if is_over() or answer.status != kind.expects:
                break
