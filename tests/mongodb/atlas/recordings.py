"""Recorded exchanges, and what has to be there before each can be had again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parents[2] / "recorded"
EXCEPTIONS: dict[str, Any] = json.loads((Path(__file__).with_name("exceptions.json")).read_text())

ORG = "a0123456789abcdef012345a"
NEWEST = "application/vnd.atlas.2023-01-01+json"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class Recording(NamedTuple):
    """One exchange with the real server; `known` is false for transcripts, which lack headers."""

    name: str
    method: str
    path: str
    query: str
    accept: str
    request: Any
    status: int
    headers: dict[str, str]
    body: str
    known: bool

    @property
    def answer(self) -> Any:
        """The answer as JSON, or {}."""
        return json.loads(self.body) if self.body.startswith(("{", "[")) else {}

    @property
    def answer_items(self) -> list[Any]:
        """What the answer lists."""
        return self.answer.get("results", []) if isinstance(self.answer, dict) else []

    @property
    def date(self) -> str:
        """The day of the recording, or ``."""
        match = re.search(r"(\d\d) (\w{3}) (\d{4})", self.headers.get("date", ""))
        return f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}-{match[1]}" if match else ""

    @property
    def base(self) -> str:
        """Scheme and host of the recorded server, as far as it shows."""
        match = re.search(r"(https?://[^/\"]+)/+api/", self.body + str(self.headers))
        return match[1] if match else "http://localhost:8080"

    @property
    def group(self) -> str:
        """The project that it is about, or ``."""
        match = re.search(r"/groups/([^/]+)", self.path)
        made = self.answer.get("id", "") if self.path.endswith("/groups") else ""
        return match[1] if match else made

    @property
    def error(self) -> str:
        """The error's code, or ``."""
        return str(self.answer.get("errorCode") or "") if isinstance(self.answer, dict) else ""


def read(path: Path) -> list[Recording]:
    """The recording in a file, or those of a run."""
    data = json.loads(path.read_text())
    return [_recording(path.name, each) for each in data.get("exchanges", [data])]


def _recording(name: str, data: Any) -> Recording:
    request, response = data["request"], data["response"]
    known = request["headers_known"] or {}
    return Recording(
        name,
        request["method"],
        request["path"],
        request["query_known"] or _query(response["body"] or ""),
        known.get("Accept", NEWEST),
        request["body_known"],
        response["status"],
        {name.lower(): value for name, value in response["headers"]},
        response["body"] or "",
        "TRANSCRIBED" not in data["notes"],
    )


def _query(body: str) -> str:
    """What was asked for, by the link of a page to itself."""
    match = re.match(r'{"links":\[{"href":"[^"?]*\?([^"]*)","rel":"self"', body)
    return match[1] if match else ""


def every() -> list[Recording]:
    """All recordings, in the order of their dates and names."""
    found = [each for path in (FOLDER / "mongodb").glob("*.json") for each in read(path)]
    return sorted(found, key=lambda each: (each.date, each.name))


def sequences() -> Iterator[list[Recording]]:
    """Those that can be had again, together where they are about one project on one day."""
    usable = [each for each in map(instead, every()) if each]
    key = lambda each: (each.date, each.group or each.name, each.base)  # noqa: E731
    for _, together in groupby(sorted(usable, key=lambda each: (key(each), each.name)), key):
        yield sorted(together, key=lambda each: each.headers.get("date", ""))


def instead(recording: Recording) -> Recording | None:
    """The recording, at a path that is served where its own is not; None if there is none."""
    exception = EXCEPTIONS.get(recording.name, {"instead": {}})
    if "instead" not in exception:
        return recording if "headers" in exception else None
    other = exception["instead"]
    path = other.get("path", recording.path)
    return recording._replace(body=recording.body.replace(recording.path, path), **other)


def unmasked(value: Any) -> Any:
    """Something that is shown as `value`."""
    if isinstance(value, list):
        return [unmasked(item) for item in value]
    if isinstance(value, dict):
        return {name: unmasked(item) for name, item in value.items() if item is not None}
    if not isinstance(value, str) or "***" not in value:
        return value
    if "://" in value:
        return value.replace("****", "0" * 26)
    filler = "00000000-0000-0000-0000-000000000000" if len(value) == 36 else "0" * len(value)
    kept = value.lstrip("*")
    return filler[: len(value) - len(kept)] + kept


def written(body: dict[str, Any]) -> dict[str, Any]:
    """What a client wrote who is answered with `body`."""
    made = {"id", "links", "created", "updated", "groupId", "clusterCount", "notifierId", "orgId"}
    shown = {name: value for name, value in unmasked(body).items() if name not in made}
    if "notifications" in shown:
        shown["notifications"] = [written(each) for each in shown["notifications"]]
    return shown
