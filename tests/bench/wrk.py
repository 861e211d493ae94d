"""Load by wrk, with requests that are prepared and signed before, so that no signing is timed.

A server accepts each count of a nonce once, and opsemu, like the real API, up to 1,023.
"""

import itertools
import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from hashlib import md5
from pathlib import Path
from typing import NamedTuple

import requests
from requests.utils import parse_dict_header

USES = 1000  # of a nonce, each with the next count
PREPARED = 100_000  # requests for each second: more than a server that wants signed ones answers
TIMEOUT = 30  # seconds for one answer
OWNER = ("opsowner", "00000000-0000-4000-8000-00000000c0de")
CLIENT = {"client_id": "opsemu-demo-key", "client_secret": "opsemu-demo-secret"}
SLACK = b'{"type":"SLACK","apiToken":"1234567890","teamName":"My Team"}'


class Request(NamedTuple):
    """A request that may be repeated without harm, sent to its targets in turn.

    `auth`: `digest` with the owner's key, `token` for an OpsRamp access token, or empty. All
    but a GET send SLACK. `expects` is the status of a good answer.
    """

    targets: Sequence[str]
    method: str = "GET"
    auth: str = ""
    accept: str = "*/*"
    expects: int = 200


def load(
    request: Request, port: int, connections: int, seconds: int, folder: Path
) -> dict[str, float]:
    """Keep connections to a port of loopback busy for whole seconds; return figures by unit.

    The requests lie in `folder`, best in memory. Raises RuntimeError if wrk fails or the
    requests run out, an OSError if the server does not answer.
    """
    env = {**os.environ, **write(request, port, PREPARED * seconds, folder / "requests")}
    script = Path(__file__).with_name("replay.lua")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", script]
    command.append(f"http://127.0.0.1:{port}")
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, env=env)
    if done.returncode or not done.stderr:
        raise RuntimeError(f"wrk failed on port {port}: {done.stderr or done.stdout}")
    return figures(json.loads(done.stderr.splitlines()[-1]), request.expects >= 400)


def figures(summary: Mapping[str, float], expects_error: bool) -> dict[str, float]:
    """Return good answers per second, other answers, and latencies in microseconds, by unit."""
    if summary["ran_out"]:
        raise RuntimeError(f"more than {PREPARED:,} answers a second: prepare more requests")
    good = summary["refused" if expects_error else "accepted"]
    bad = summary["accepted" if expects_error else "refused"] + summary["broken"]
    rate = good / summary["seconds"]
    return {"good/s": rate, "p50 us": summary["p50"], "p99 us": summary["p99"], "errors": bad}


def write(request: Request, port: int, count: int, file: Path) -> dict[str, str]:
    """Write requests to a file, one if all are the same; return variables for `replay.lua`."""
    is_constant = request.auth != "digest" and len(request.targets) == 1
    with file.open("wb") as out:
        for content in itertools.islice(prepared(request, port), 1 if is_constant else count):
            out.write(b"%d\n%b" % (len(content), content))
    return {"REPLAY_FILE": str(file), "REPLAY_CONSTANT": str(int(is_constant))}


def prepared(request: Request, port: int) -> Iterator[bytes]:
    """Yield requests without end, as they go over the wire to a server on a port of loopback."""
    base, targets = f"http://127.0.0.1:{port}", itertools.cycle(request.targets)
    body = b"" if request.method == "GET" else SLACK
    fixed = {"Host": f"127.0.0.1:{port}", "Accept": request.accept}
    if body:
        fixed |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    if request.auth == "token":
        fixed |= bearer(base)
    while True:
        challenge = challenged(base, request) if request.auth == "digest" else {}
        for count, target in zip(range(1, USES + 1), targets, strict=False):
            signed = signature(challenge, request.method, target, count) if challenge else {}
            head = "".join(f"{name}: {value}\r\n" for name, value in {**fixed, **signed}.items())
            yield f"{request.method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body


def bearer(base: str) -> dict[str, str]:
    """Return the header with an OpsRamp access token; raises requests.HTTPError, an OSError."""
    form = {**CLIENT, "grant_type": "client_credentials"}
    answer = requests.post(f"{base}/tenancy/auth/oauth/token", form, timeout=TIMEOUT)
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def challenged(base: str, request: Request) -> dict[str, str]:
    """Return the fields of a new digest challenge, and as `Cookie` the cookies set with it."""
    answer = requests.request(request.method, base + request.targets[0], timeout=TIMEOUT)
    cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    fields = parse_dict_header(answer.headers["WWW-Authenticate"].partition(" ")[2])
    return {**fields, "Cookie": cookies}


def signature(fields: Mapping[str, str], method: str, target: str, count: int) -> dict[str, str]:
    """Return the headers of RFC 2617 (MD5, qop=auth) for one use of a challenge."""
    (user, password), realm, nonce = OWNER, fields["realm"], fields["nonce"]
    nc, cnonce = f"{count:08x}", secrets.token_hex(8)
    ha1, ha2 = md5_hex(f"{user}:{realm}:{password}"), md5_hex(f"{method}:{target}")
    response = md5_hex(f"{ha1}:{nonce}:{nc}:{cnonce}:auth:{ha2}")
    credentials = (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{target}", '
        f'algorithm=MD5, response="{response}", qop=auth, nc={nc}, cnonce="{cnonce}"'
    )
    credentials += f', opaque="{fields["opaque"]}"' if "opaque" in fields else ""
    cookie = {"Cookie": fields["Cookie"]} if fields["Cookie"] else {}
    return {"Authorization": credentials, **cookie}


def md5_hex(text: str) -> str:
    """Return the MD5 of a text in hexadecimal digits."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()
