"""No request, however wrong, makes the emulator itself fail."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsemu import opsramp
from opsemu.opsramp.vendor import ERRORS
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

# The message of the 500 for a failure of the emulator itself.
OWN_FAILURE = "Unexpected error"


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every part of a JSON value; of a list only the first element."""
    yield path
    if isinstance(value, dict):
        for step, part in value.items():
            yield from paths_in(part, (*path, step))
    elif isinstance(value, list) and value:
        yield from paths_in(value[0], (*path, 0))


def replace_at(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of the body with another value at a path."""
    if not path:
        return value
    changed = copy.deepcopy(body)
    holder = changed
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return changed


@pytest.mark.parametrize("name", BODIES)
def test_a_wrong_value_anywhere_is_refused_or_ignored(client, server, name):
    request = sample(name)["request"]
    for path in paths_in(request["body"]):
        server.reset()
        client.headers["Authorization"] = f"Bearer {client.token()}"
        for value in VALUES:
            response = client.post(request["path"], json=replace_at(request["body"], path, value))
            assert OWN_FAILURE not in response.text, (path, value)
            assert response.status_code in (200, 400), (path, value, response.text)


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
def test_what_is_no_json_is_400(client, content, status):
    headers = {"Content-Type": "application/json"}
    response = client.post(f"installed/{DEMO}", data=content, headers=headers)
    assert response.status_code == status
    assert status == 200 or response.json()[0]["code"] == "0002"


@pytest.mark.evidence("INFERRED", "no source tells what a wrong content type gets")
def test_json_is_read_whatever_it_is_called_and_other_things_are_415(client):
    headers = {"Content-Type": "text/plain"}
    assert client.post(f"installed/{DEMO}", data=b"{}", headers=headers).status_code == 200
    response = client.post(f"installed/{DEMO}", data=b"a=b", headers=headers)
    assert (response.status_code, response.content) == (415, b"")


@pytest.mark.parametrize("name", ["x" * 3000, "%00", "..%2F..%2Fsecret", "%F0%9F%98%80", "a%20b"])
def test_any_name_in_a_path_is_only_a_name(client, name):
    installed = f"installed/{name}"
    for path in (installed, f"installed/{DEMO}/event/{name}", f"{installed}/configFile/{name}"):
        assert client.get(path).status_code in (404, 500)
    assert client.post(f"install/{name}").status_code in (404, 500)
    assert client.get(f"/api/v2/tenants/{name}").status_code in (401, 404)
    assert OWN_FAILURE not in client.get(installed).text


@pytest.mark.parametrize(
    "query",
    ["queryString", "queryString=", "queryString=+", "queryString=%FF:%FF", "queryString=:", "&=&",
     "queryString=category", "queryString=startTime:x+endTime:%00+status:", "pageNo=1&pageNo=x"],
)  # fmt: skip
def test_any_query_is_read(client, query):
    for path in (
        "available/search",
        "installed/search",
        "activity",
        f"installed/{DEMO}/mappingAttr",
    ):
        assert client.get(f"{path}?{query}").status_code == 200


@pytest.mark.parametrize("content", [b"", b"%", b"grant_type", b"\xff=\xff", b"{}", b"a=b&" * 2000])
def test_any_token_request_is_refused_in_the_vendors_words(client, content):
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": ""}
    response = client.post("/auth/oauth/token", data=content, headers=headers)
    assert response.status_code in (400, 401, 413)
    assert OWN_FAILURE not in response.text


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "bearer  x", "Basic YTpi", "Digest x", "Bearer \xff", "x" * 9000],
)
def test_any_authorization_header_is_refused_in_the_vendors_words(client, header):
    response = client.get("installed/search", headers={"Authorization": header.encode("latin-1")})
    assert response.status_code in (401, 407)
    assert response.json().keys() == {"error", "error_description"}


def test_every_refusal_has_its_words():
    folders = (Path(opsramp.__path__[0]), Path(bodies.__path__[0]))
    source = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    raised = set(re.findall(r"(?:ApiError|ValidationFailure)\(\"([A-Z_]+)\"", source))
    assert {"INVALID_VALUE", "NO_EVENT", "ALREADY_INSTALLED"} <= raised <= ERRORS.keys()
