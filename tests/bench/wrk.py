"""Load by wrk, with requests that are prepared and signed before, so that no signing is timed.

A server accepts each count of a nonce once, and opsemu, like the real API, up to 1,023.
"""

import itertools
import json
import os
import secrets
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import md5
from pathlib import Path
from typing import NamedTuple

import requests
from requests.utils import parse_dict_header

USES = 1000  # of a nonce, each with the next count
PREPARED = (15_000, 60_000, 240_000)  # for each second: more if these were too few
TIMEOUT = 30  # seconds for one answer
OWNER = ("opsowner", "00000000-0000-4000-8000-00000000c0de")
PASSWORDS = {"digest": OWNER[1], "wrong key": "wrong"}
CLIENT = {"client_id": "opsemu-demo-key", "client_secret": "opsemu-demo-secret"}
SLACK = b'{"type":"SLACK","apiToken":"1234567890","teamName":"My Team"}'


_enough: dict[tuple[object, ...], int] = {}  # of PREPARED, by kind of request


class Request(NamedTuple):
    """A request that may be repeated without harm, sent to its targets in turn.

    `auth`: `digest` with the owner's key, `wrong key` with another private key, `token` for an
    OpsRamp access token, or empty. All but a GET send SLACK. `expects` is the status of a good
    answer. A `unique` one has a header of its own each time, as tracing adds it: no cache of
    whole requests has an answer to it. `rounds` is how often it is measured in a full run. `fresh`
    asks for a new server each time, as one that stores more with each request gets slower.
    """

    targets: Sequence[str]
    method: str = "GET"
    auth: str = ""
    accept: str = "*/*"
    expects: int = 200
    unique: bool = False
    rounds: int = 3
    fresh: bool = False

    @property
    def is_constant(self) -> bool:
        """Whether all requests are the same bytes."""
        return self.auth in ("", "token") and len(self.targets) == 1 and not self.unique


def load(
    request: Request,
    port: int,
    connections: int,
    seconds: int,
    folder: Path,
    cpu: Callable[[], float] = lambda: 0,
) -> dict[str, float]:
    """Keep connections to a port of loopback busy for whole seconds; return figures by unit.

    `cpu` tells how many seconds of processor time the server has used. The requests lie in
    `folder`, best in memory. Raises RuntimeError if wrk fails or the requests run out, an
    OSError if the server does not answer.
    """
    kind = (request.method, request.targets[0], request.auth, request.unique)
    for count in PREPARED:
        if count >= _enough.get(kind, 0):
            _enough[kind] = count
            env = write(request, port, count * seconds, folder / "requests")
            used = cpu()
            summary = replay(port, connections, seconds, env)
            summary["cpu"] = cpu() - used
            if not summary["ran_out"]:
                return figures(summary, request.expects >= 400)
    raise RuntimeError(f"more than {PREPARED[-1]:,} answers a second")


def replay(port: int, connections: int, seconds: int, env: dict[str, str]) -> dict[str, float]:
    """Let wrk send prepared requests; return what `replay.lua` prints."""
    script = Path(__file__).with_name("replay.lua")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", script]
    command.append(f"http://127.0.0.1:{port}")
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=seconds + 60, env={**os.environ, **env}
    )
    if done.returncode or not done.stderr:
        raise RuntimeError(f"wrk failed on port {port}: {done.stderr or done.stdout}")
    summary: dict[str, float] = json.loads(done.stderr.splitlines()[-1])
    return summary


def figures(summary: Mapping[str, float], expects_error: bool) -> dict[str, float]:
    """Return good answers per second, other answers, and microseconds, by unit.

    These are latencies, and the server's processor time for each answer.
    """
    good = summary["refused" if expects_error else "accepted"]
    bad = summary["accepted" if expects_error else "refused"] + summary["broken"]
    rate = good / summary["seconds"]
    times = {"p50 us": summary["p50"], "p99 us": summary["p99"]}
    times["CPU us"] = summary["cpu"] * 1e6 / max(good + bad, 1)
    return {"good/s": rate, "errors": bad, **times}


def write(request: Request, port: int, count: int, file: Path) -> dict[str, str]:
    """Write requests to a file, one if all are the same; return variables for `replay.lua`."""
    count = 1 if request.is_constant else count
    with file.open("wb") as out:
        for content in itertools.islice(prepared(request, port), count):
            out.write(b"%d\n%b" % (len(content), content))
    return {"REPLAY_FILE": str(file), "REPLAY_CONSTANT": str(int(request.is_constant))}


def prepared(request: Request, port: int) -> Iterator[bytes]:
    """Yield requests without end, as they go over the wire to a server on a port of loopback."""
    base, targets = f"http://127.0.0.1:{port}", itertools.cycle(request.targets)
    body = b"" if request.method == "GET" else SLACK
    fixed = {"Host": f"127.0.0.1:{port}", "Accept": request.accept}
    if body:
        fixed |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
    if request.auth == "token":
        fixed |= bearer(base)
    head = "".join(f"{name}: {value}\r\n" for name, value in fixed.items())
    numbers = itertools.count()
    while True:
        sign = signer(base, request) if request.auth in PASSWORDS else lambda _target, _count: ""
        for count, target in zip(range(1, USES + 1), targets, strict=False):
            trace = f"X-Request-Id: {next(numbers)}\r\n" if request.unique else ""
            signed = sign(target, count)
            yield f"{request.method} {target} HTTP/1.1\r\n{head}{trace}{signed}\r\n".encode() + body


def bearer(base: str) -> dict[str, str]:
    """Return the header with an OpsRamp access token; raises requests.HTTPError, an OSError."""
    form = {**CLIENT, "grant_type": "client_credentials"}
    answer = requests.post(f"{base}/tenancy/auth/oauth/token", form, timeout=TIMEOUT)
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def signer(base: str, request: Request) -> Callable[[str, int], str]:
    """Get a new digest challenge; return what signs a target with a use of it.

    It returns header lines by RFC 2617 (MD5, qop=auth), with the cookies set with the challenge.
    """
    answer = requests.request(request.method, base + request.targets[0], timeout=TIMEOUT)
    fields = parse_dict_header(answer.headers["WWW-Authenticate"].partition(" ")[2])
    cookies = "; ".join(f"{name}={value}" for name, value in answer.cookies.items())
    end = f"\r\nCookie: {cookies}\r\n" if cookies else "\r\n"
    end = f', opaque="{fields["opaque"]}"{end}' if "opaque" in fields else end
    user, realm, nonce, cnonce = OWNER[0], fields["realm"], fields["nonce"], secrets.token_hex(8)
    ha1 = md5_hex(f"{user}:{realm}:{PASSWORDS[request.auth]}")
    begin = f'Authorization: Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="'
    ha2 = {target: md5_hex(f"{request.method}:{target}") for target in request.targets}

    def sign(target: str, count: int) -> str:
        response = md5_hex(f"{ha1}:{nonce}:{count:08x}:{cnonce}:auth:{ha2[target]}")
        uses = f'response="{response}", qop=auth, nc={count:08x}, cnonce="{cnonce}"'
        return f'{begin}{target}", algorithm=MD5, {uses}{end}'

    return sign


def md5_hex(text: str) -> str:
    """Return the MD5 of a text in hexadecimal digits."""
    return md5(text.encode(), usedforsecurity=False).hexdigest()
