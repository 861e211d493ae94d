"""Whatever a client sends, no answer is a failure of the emulator's own."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsemu import opsramp
from opsemu.opsramp.errors import ERRORS
from opsemu.schemas import opsramp as bodies

from .conftest import DEMO
from .samples import sample

BODIES = [
    "seed-update",
    "spec-post-install-vmware-vmware-credentialset",
    "spec-post-install-emailincidents-emailincidents",
    "spec-post-install-custom-category-collaboration-entities",
    "spec-post-install-aws-aws-type-iam",
    "spec-post-install-okta-okta",
    "spec-post-installed-id-event-create-with-filter",
    "spec-post-installed-id-notifier-jwt",
    "redoc-post-installed-id-events-actions-retry-failedevents-daterange",
]
VALUES: list[Any] = [None, 5, "", "x\u0000\U0001f600", [[{}]], {"a": {"b": []}}]

# Refusals that a client can bring about; any other 500 is our own.
OWN = "Unexpected error"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value; of a list the first, as the rest is alike."""
    yield path
    if isinstance(value, dict):
        for step, part in value.items():
            yield from places(part, (*path, step))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The body with another value in a place."""
    if not path:
        return value
    changed = copy.deepcopy(body)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


@pytest.mark.parametrize("name", BODIES)
def test_a_wrong_value_anywhere_is_refused_or_ignored(ramp, server, name):
    request = sample(name)["request"]
    for path in places(request["body"]):
        server.reset()
        ramp.headers["Authorization"] = f"Bearer {ramp.token()}"
        for value in VALUES:
            answer = ramp.post(request["path"], json=replaced(request["body"], path, value))
            assert OWN not in answer.text, (path, value)
            assert answer.status_code in (200, 400), (path, value, answer.text)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 200),
        (b" \n", 200),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"x"', 400),
        (b"\xff\xfe", 400),
        (b'{"displayName": NaN}', 400),
        (b'{"displayName": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400),
    ],
)
@pytest.mark.evidence("INFERRED", "the body of a 400 for malformed JSON is not known")
def test_what_is_no_json_is_400(ramp, content, status):
    headers = {"Content-Type": "application/json"}
    answer = ramp.post(f"installed/{DEMO}", data=content, headers=headers)
    assert answer.status_code == status
    assert status == 200 or answer.json()[0]["code"] == "0002"


@pytest.mark.evidence("INFERRED", "no source tells what a wrong content type gets")
def test_json_is_read_whatever_it_is_called_and_other_things_are_415(ramp):
    headers = {"Content-Type": "text/plain"}
    assert ramp.post(f"installed/{DEMO}", data=b"{}", headers=headers).status_code == 200
    answer = ramp.post(f"installed/{DEMO}", data=b"a=b", headers=headers)
    assert (answer.status_code, answer.content) == (415, b"")


@pytest.mark.parametrize("name", ["x" * 3000, "%00", "..%2F..%2Fsecret", "%F0%9F%98%80", "a%20b"])
def test_any_name_in_a_path_is_only_a_name(ramp, name):
    one = f"installed/{name}"
    for path in (one, f"installed/{DEMO}/event/{name}", f"{one}/configFile/{name}"):
        assert ramp.get(path).status_code in (404, 500)
    assert ramp.post(f"install/{name}").status_code in (404, 500)
    assert ramp.get(f"/api/v2/tenants/{name}").status_code in (401, 404)
    assert OWN not in ramp.get(one).text


@pytest.mark.parametrize(
    "query",
    ["queryString", "queryString=", "queryString=+", "queryString=%FF:%FF", "queryString=:", "&=&",
     "queryString=category", "queryString=startTime:x+endTime:%00+status:", "pageNo=1&pageNo=x"],
)  # fmt: skip
def test_any_query_is_read(ramp, query):
    for path in (
        "available/search",
        "installed/search",
        "activity",
        f"installed/{DEMO}/mappingAttr",
    ):
        assert ramp.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("content", [b"", b"%", b"grant_type", b"\xff=\xff", b"{}", b"a=b&" * 2000])
def test_any_token_request_is_refused_in_the_vendors_words(ramp, content):
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": ""}
    answer = ramp.post("/auth/oauth/token", data=content, headers=headers)
    assert answer.status_code in (400, 401, 413)
    assert OWN not in answer.text


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "bearer  x", "Basic YTpi", "Digest x", "Bearer \xff", "x" * 9000],
)
def test_any_authorization_header_is_refused_in_the_vendors_words(ramp, header):
    answer = ramp.get("installed/search", headers={"Authorization": header.encode("latin-1")})
    assert answer.status_code in (401, 407)
    assert answer.json().keys() == {"error", "error_description"}


def test_every_refusal_has_its_words():
    folders = (Path(opsramp.__path__[0]), Path(bodies.__path__[0]))
    source = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    raised = set(re.findall(r"(?:ApiError|Refused)\(\"([A-Z_]+)\"", source))
    assert {"INVALID_VALUE", "NO_EVENT", "ALREADY_INSTALLED"} <= raised <= ERRORS.keys()
