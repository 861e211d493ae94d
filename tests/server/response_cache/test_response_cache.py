"""With the response cache and without it everything is the same, but for the time it takes."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from opsemu.server import Emulator
from opsemu.store import Owner
from opsemu.store.layout import DEFAULT_WORLD, PROJECT

from ... import serving
from ...conftest import DEMO, OWNER, VIEWER
from ...storm.sizes import small_or
from .generated import PREFIXES, Mind
from .twins import SAME, Twin

REQUESTS = 700  # for each seed
LIST = f"{PREFIXES[0]}/groups/{DEMO}/integrations"
START = 1_790_000_000.25  # seconds since 1970
TOKEN = b"grant_type=client_credentials&client_id=opsemu-demo-key&client_secret=opsemu-demo-secret"
HEADERS = (
    b"Host: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n"
)


class Pair:
    """Both twins, asked the same at the same time by a clock that stands until it is moved."""

    def __init__(self, cached: Twin, uncached: Twin) -> None:
        self.cached, self.uncached = cached, uncached
        self.moment = START
        self.kept = ""  # a nonce that is used on

    def ask(self, *pieces: bytes, answers: int = 1) -> list[bytes]:
        """The answers of both, which are the same, as are the latest rows of their journals."""
        found = self.cached.ask(*pieces, answers=answers)
        assert found == self.uncached.ask(*pieces, answers=answers), pieces
        assert self.cached.latest() == self.uncached.latest(), pieces
        return found

    def both(self, action: Callable[[Twin], None]) -> None:
        """Do the same to both."""
        action(self.cached)
        action(self.uncached)

    def admin(self, method: str, path: str, value: object = None) -> None:
        """Ask both control planes for the same."""
        body = b"" if value is None else json.dumps(value).encode()
        head = f"{method} /__admin{path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}"
        for twin in (self.cached, self.uncached):
            answer = twin.ask(head.encode() + b"\r\n\r\n" + body)[0]
            assert answer[9:10] == b"2", (path, answer)

    def nonce(self) -> str:
        """A fresh nonce, the same of both."""
        answer = self.ask(f"GET {LIST} HTTP/1.1\r\nHost: a\r\n\r\n".encode())[0]
        return answer.decode().partition('nonce="')[2].partition('"')[0]

    def token(self) -> str:
        """The demo tenant's token, the same of both."""
        sent = b"POST /auth/oauth/token HTTP/1.1\r\n" + HEADERS % len(TOKEN) + TOKEN
        return str(json.loads(self.ask(sent)[0].partition(b"\r\n\r\n")[2])["access_token"])


SETTINGS = {"as-vendor": {}, "strict": {"digest_uri": "strict"}, "files": {"state": "file:"}}


@pytest.fixture(params=SETTINGS)
def pair(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Pair]:
    """The twins, whose clock and dice are the same."""
    first, second = ({**SETTINGS[request.param], "folder": tmp_path / n} for n in "12")
    with _pair(monkeypatch, first, second) as found:
        yield found


@contextmanager
def _pair(
    monkeypatch: pytest.MonkeyPatch, cached: dict[str, Any], uncached: dict[str, Any]
) -> Iterator[Pair]:
    monkeypatch.setattr(time, "perf_counter", lambda: 1.0)
    monkeypatch.setattr("opsemu.server.response_cache.perf_counter", lambda: 1.0)
    # Before the seed is loaded, since its identifiers contain the time.
    monkeypatch.setattr(time, "time", lambda: START)
    with _made(**cached) as first, _made(**uncached, cached=False) as second:
        found = Pair(Twin(first), Twin(second))
        monkeypatch.setattr(time, "time", lambda: found.moment)
        yield found
        found.both(lambda twin: twin.hang_up())


def _made(cached: bool = True, folder: Path | None = None, **settings: Any) -> Emulator:
    state = {"state": f"file:{folder}"} if settings.get("state") == "file:" else {}
    emulator = Emulator(**{**SAME, **settings, **state})
    if not cached:
        emulator.response_cache = None
    return emulator


EVENTS: tuple[tuple[str, Callable[[Pair, Mind], None]], ...] = (
    ("time passes", lambda pair, mind: _pass(pair, mind.one_of(0.1, 3.0, 61.0))),
    ("a fault", lambda pair, mind: pair.admin("POST", "/faults", mind.one_of(*FAULTS))),
    ("a stub", lambda pair, mind: pair.admin("POST", "/stubs", mind.one_of(*STUBS))),
    ("no stubs", lambda pair, mind: pair.admin("DELETE", "/stubs")),
    ("no faults", lambda pair, mind: pair.admin("DELETE", "/faults")),
    ("a frozen clock", lambda pair, mind: pair.admin("POST", "/clock/freeze", {})),
    ("a later clock", lambda pair, mind: pair.admin("POST", "/clock/advance", {"seconds": 50})),
    ("a clock of tomorrow", lambda pair, mind: pair.admin("POST", "/clock/advance", _DAY)),
    ("the real time", lambda pair, mind: pair.admin("POST", "/clock/free")),
    ("a reset", lambda pair, mind: pair.admin("POST", "/reset")),
    ("fewer rights", lambda pair, mind: pair.both(lambda twin: _demote(twin, OWNER[0]))),
    ("more rights", lambda pair, mind: pair.both(lambda twin: _promote(twin, VIEWER[0]))),
    ("no project", lambda pair, mind: pair.both(_drop)),
)
FAULTS = (
    {"status": 503, "times": 2},
    {"name": "mongodb.unexpected_error", "every": 2},
    {"status": 429, "path": "*/nowhere"},
)
STUBS = (
    {"path": "*/integrations", "override": True, "times": 2, "body": [1]},
    {"path": "*/integrations/SLACK", "method": "GET", "override": True, "status": 503},
    {"path": "*/nowhere*"},
)
_DAY = {"seconds": 86_400}
ROLE = {"orgId": "decafbaddecafbaddecafbad"}


def _pass(pair: Pair, seconds: float) -> None:
    pair.moment += seconds


def _demote(twin: Twin, key: str) -> None:
    twin.change_key(key, roles=[{"roleName": "ORG_MEMBER", **ROLE}])


def _promote(twin: Twin, key: str) -> None:
    twin.change_key(key, roles=[{"roleName": "ORG_OWNER", **ROLE}], accessList=[])


def _drop(twin: Twin) -> None:
    twin.emulator.store.drop(Owner(DEFAULT_WORLD, PROJECT, DEMO))


@pytest.mark.parametrize("seed", [0, 1, 103, 115])
def test_thousands_of_requests_are_answered_and_journaled_alike(pair: Pair, seed: int) -> None:
    _compare(pair, seed, REQUESTS)


@pytest.mark.parametrize("seed", small_or(storm=1, small=0))
def test_a_server_on_redis_answers_and_journals_as_one_in_memory(
    redis_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _pair(monkeypatch, {"state": redis_url}, {}) as pair:
        _compare(pair, seed, REQUESTS if seed else 200)


@pytest.mark.storm
@pytest.mark.parametrize("seed", [0, 1, 103, 115])
def test_so_does_a_server_on_a_cluster(
    cluster_url: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _pair(monkeypatch, {"state": cluster_url}, {}) as pair:
        _compare(pair, seed, REQUESTS)


def _compare(pair: Pair, seed: int, requests: int) -> None:
    mind, statuses = Mind(seed), Counter[bytes]()
    for number in range(requests):
        if number % 60 == 0:
            pair.both(lambda twin: _promote(twin, OWNER[0]))
            pair.admin("POST", "/reset")
            mind.token = pair.token()
        if number % 20 == 0:
            mind.nonce, mind.count = pair.nonce(), 0
        if number % 60 > 30 and mind.chance.random() < 0.1:
            mind.one_of(*EVENTS)[1](pair, mind)
        statuses[_exchange(pair, mind)] += 1
    assert pair.cached.rows() == pair.uncached.rows()
    assert pair.cached.cache.hits > requests * 0.2
    assert {b"200", b"401", b"404"} <= set(statuses)


def _exchange(pair: Pair, mind: Mind) -> bytes:
    """Send the next request whole, in two pieces, or twice at once; the status."""
    sent = mind.request()
    way = mind.often("whole", "pieces", "twice", share=0.94)
    cut = mind.chance.randrange(1, len(sent))
    if b"Transfer-Encoding" in sent:  # the body that it announces
        sent += b"0\r\n\r\n" if b"Content-Length" not in sent else b""
    if way == "pieces":
        found = pair.ask(sent[:cut], sent[cut:])
    elif way == "twice" and sent.startswith(b"GET "):
        found = pair.ask(sent + sent, answers=2)
    else:
        found = pair.ask(sent)
    return found[0][9:12] if found else b""


def _signed(pair: Pair, count: int, *headers: str) -> bytes:
    """A GET of the list, signed by the owner with the nonce of this second."""
    nonce = pair.nonce() if count == 1 else pair.kept
    pair.kept = nonce
    signature = serving.authorization(OWNER, "GET", LIST, nonce, f"{count:08x}")
    return serving.request("GET", LIST, signature, b"", *headers)


def test_a_second_request_is_answered_from_the_cache(pair: Pair) -> None:
    for count in (1, 2, 3):
        pair.ask(_signed(pair, count))
    assert pair.cached.cache.hits == 2


def test_100_continue_is_sent_each_time(pair: Pair) -> None:
    for count in (1, 2, 3):
        found = pair.ask(_signed(pair, count, "Expect: 100-continue"))
        assert found[0].startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_the_access_list_is_checked_for_each_request(pair: Pair) -> None:
    pair.both(lambda twin: twin.change_key(OWNER[0], accessList=["127.0.0.1/32"]))
    assert pair.ask(_signed(pair, 1))[0].startswith(b"HTTP/1.1 200")
    assert pair.ask(_signed(pair, 2))[0].startswith(b"HTTP/1.1 200")
    pair.both(lambda twin: twin.hang_up("127.0.0.2"))
    assert pair.ask(_signed(pair, 3))[0].startswith(b"HTTP/1.1 403")


def test_a_repeated_request_is_refused_however_its_scheme_is_written(pair: Pair) -> None:
    request = _signed(pair, 1).replace(b"Authorization: Digest", b"Authorization: digest")
    assert pair.ask(request)[0].startswith(b"HTTP/1.1 200")
    assert pair.ask(request)[0].startswith(b"HTTP/1.1 401")


def test_a_link_to_the_address_that_was_called_is_made_for_each_request() -> None:
    with Emulator(host="0.0.0.0") as emulator:
        nonce = serving.challenge(emulator.port)
        for count, address in enumerate(("127.0.0.1", "127.0.0.1", "127.0.0.2"), 1):
            signature = serving.authorization(OWNER, "GET", LIST, nonce, f"{count:08x}")
            request = serving.request("GET", LIST, signature, host="no host")
            with socket.create_connection((address, emulator.port), serving.PATIENCE) as client:
                client.sendall(request)
                assert f"http://{address}:{emulator.port}/".encode() in client.recv(65536)


def test_the_cache_is_bounded_and_the_oldest_entry_goes_first(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, nonce = pair.cached.cache, pair.nonce()

    def send(count: int, number: int) -> int:
        signature = serving.authorization(OWNER, "GET", LIST, nonce, f"{count:08x}")
        pair.cached.ask(serving.request("GET", LIST, signature, b"", f"X-Number: {number}"))
        return cache.hits

    send(1, 1)
    monkeypatch.setattr("opsemu.server.response_cache.MAX_SIZE", cache.size * 10.5)
    assert [send(count, count) for count in range(2, 40)] == [0] * 38
    assert send(40, 39) == 1  # among the latest ten
    assert send(41, 29) == 1


def test_a_stub_over_a_cached_response_answers_at_once_and_as_often_as_it_says(pair: Pair) -> None:
    stub = {"path": LIST, "override": True, "times": 1, "status": 503}
    statuses = []

    def ask() -> None:
        statuses.append(pair.ask(_signed(pair, len(statuses) + 1))[0][9:12])

    ask(), ask()
    pair.admin("POST", "/stubs", stub)
    pair.admin("POST", "/snapshots", {"name": "with-a-stub"})
    ask(), ask(), ask()
    pair.admin("POST", "/snapshots/with-a-stub/restore")
    ask(), ask()
    pair.admin("DELETE", "/stubs")
    ask(), ask()
    assert statuses == [b"200"] * 2 + [b"503"] + [b"200"] * 2 + [b"503"] + [b"200"] * 3
    assert pair.cached.cache.hits == 2
