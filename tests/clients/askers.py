"""Plain HTTP clients with digest authentication, all asked in the same way."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx
import requests
from requests.auth import HTTPDigestAuth

from .toolchain import tool

Answer = tuple[int, Any]
Ask = Callable[..., Answer]


class Caller(NamedTuple):
    """Who asks, and what the API family wants to be asked for."""

    key: tuple[str, str]
    accept: str


@contextmanager
def curl(caller: Caller) -> Iterator[Ask]:
    """curl as on a command line: each call is a process."""
    user = ("--digest", "--user", ":".join(caller.key))
    wanted = ("--silent", "--show-error", "--header", f"Accept: {caller.accept}")
    written = ("--write-out", "\n%{http_code}")
    program = tool("curl")

    def ask(method: str, url: str, body: Any = None) -> Answer:
        sent = ("--header", "Content-Type: application/json", "--data", json.dumps(body))
        command = [program, *user, *wanted, *written, "--request", method, url]
        command += sent if body is not None else ()
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        text, _, status = output.rpartition("\n")
        return int(status), json.loads(text or "null")

    yield ask


@contextmanager
def with_requests(caller: Caller) -> Iterator[Ask]:
    """One requests session."""
    with requests.Session() as session:
        session.auth = HTTPDigestAuth(*caller.key)
        session.headers["Accept"] = caller.accept

        def ask(method: str, url: str, body: Any = None) -> Answer:
            answer = session.request(method, url, json=body)
            return answer.status_code, json.loads(answer.text or "null")

        yield ask


@contextmanager
def with_httpx(caller: Caller) -> Iterator[Ask]:
    """One httpx client."""
    headers = {"Accept": caller.accept}
    with httpx.Client(auth=httpx.DigestAuth(*caller.key), headers=headers) as client:

        def ask(method: str, url: str, body: Any = None) -> Answer:
            answer = client.request(method, url, json=body)
            return answer.status_code, json.loads(answer.text or "null")

        yield ask
