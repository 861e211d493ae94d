"""`opsemu stub`."""

from __future__ import annotations

import json

import pytest

from tests.conftest import DEMO

ADVISOR = "/api/public/v1.0/groups/*/performanceAdvisor"


def test_a_stub_is_added_listed_and_removed(opsemu, session, server, tmp_path):
    file = tmp_path / "body.json"
    file.write_text('{"a": [1]}')
    arguments = ("--method", "GET", "--path", ADVISOR, "--name", "advisor", "--times", "2")
    headers = ("--header", "X-A: b:c", "--header", "Retry-After:7")
    added = opsemu("stub", "add", *arguments, *headers, "--status", "202", "--body", file)
    assert added == f"stub 1 answers GET {ADVISOR}\n"
    answer = session.get(f"{server.base_url}{ADVISOR.replace('*', DEMO)}")
    assert (answer.status_code, answer.json()) == (202, {"a": [1]})
    assert (answer.headers["X-A"], answer.headers["Retry-After"]) == ("b:c", "7")
    assert opsemu("stub", "list").splitlines()[1].split() == [
        *("1", "1", "202", "advisor", "GET", ADVISOR)
    ]
    assert opsemu("journal", "explain", "last").splitlines() == [
        *("202 -", "a stub answered: advisor")
    ]
    assert opsemu("count", "--stub", "advisor") == "1\n"
    assert opsemu("stub", "remove", 1) == "stub 1 is gone\n"
    assert "there is no stub '1'" in opsemu("stub", "remove", 1, code=1)
    assert opsemu("stub", "clear") == "there are no stubs\n"
    assert opsemu("stub", "list") == ""


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        (("--data", '{"a": 1}'), {"a": 1}),
        (("--data", "plain text"), "plain text"),
        (("--body", "page.html"), "<p>\n"),
        (("--body", "body.yaml"), {"a": [1]}),
        (("--body", "-"), {"of": "stdin"}),
        ((), None),
    ],
)
def test_the_body_of_a_stub_is_json_or_text(opsemu, tmp_path, monkeypatch, arguments, body):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_text("<p>\n")
    (tmp_path / "body.yaml").write_text("a: [1]\n")
    printed = opsemu(
        "stub", "add", "--path", ADVISOR, *arguments, "--json", stdin='{"of": "stdin"}'
    )
    assert json.loads(printed).get("body") == body


@pytest.mark.parametrize(
    ("arguments", "sentence", "code"),
    [
        ((), "Missing option '--path'", 64),
        (("--path", ADVISOR, "--header", "none"), "'none' is not a header such as", 64),
        (("--path", ADVISOR, "--data", "1", "--body", "-"), "give one of --body and --data", 64),
        (("--path", ADVISOR, "--body", "broken.json"), "broken.json is not JSON: Expecting", 1),
        (("--path", ADVISOR, "--body", "bytes"), "bytes is not text in UTF-8", 1),
        (("--path", "/api/public/v1.0/groups"), "is served by getAllGroups; to answer in its", 1),
    ],
)
def test_a_stub_that_is_written_wrongly_is_one_sentence(
    opsemu, tmp_path, monkeypatch, arguments, sentence, code
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    printed = opsemu("stub", "add", *arguments, code=code)
    assert sentence in printed
    assert printed.count("\n") == 1
