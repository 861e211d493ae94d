"""Which rows of the activity a request asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from ..api.context import current
from .paging import select, terms

Row = dict[str, Any]

# Parameters of their own, beside those in `queryString` (SPEC).
_NAMES = ("startTime", "endTime", "intgMode", "IntgMode", "installedintgId", "status")


def asked_for(rows: Sequence[Row]) -> list[Row]:
    """The rows that the request's query selects."""
    own = {name: [value] for name in _NAMES if (value := current().query.first(name))}
    return select(rows, {**own, **terms(current().query_string)}, _KEYS)


def retried(rows: Iterable[Row], intg_id: str, wanted: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of an integration that are tried again; they leave its id out (SPEC)."""
    asked = list(wanted)
    return [
        {key: value for key, value in row.items() if key != "installedintgId"}
        for row in rows
        if row["installedintgId"] == intg_id and any(_is_wanted(row, one) for one in asked)
    ]


def milliseconds(text: str) -> int | None:
    """A moment since the epoch: a number, or ISO 8601 with `+` or a space before the offset."""
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    for form in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S"):
        try:
            moment = datetime.strptime(text.strip().replace(" ", "+"), form)
        except ValueError:
            continue
        return int(moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp() * 1000)
    return None


def _is_wanted(row: Row, one: Mapping[str, Any]) -> bool:
    times = one.get("timeRange", {})
    return (
        row["intgMode"] == one.get("intgMode", row["intgMode"])
        and row["resourceId"] in one.get("eventList", [row["resourceId"]])
        and _is_after(row, str(times.get("startTime", "")))
        and _is_before(row, str(times.get("endTime", "")))
    )


def _is_after(row: Row, text: str) -> bool:
    start = milliseconds(text)
    return start is None or row["processedTime"] >= start


def _is_before(row: Row, text: str) -> bool:
    end = milliseconds(text)
    return end is None or row["processedTime"] <= end


def _is_mode(row: Row, mode: str) -> bool:
    return bool(row["intgMode"] == mode)


_KEYS = {
    "startTime": _is_after,
    "endTime": _is_before,
    "intgMode": _is_mode,
    "IntgMode": _is_mode,
    "installedintgId": lambda row, intg_id: row["installedintgId"] == intg_id,
    "status": lambda row, status: row["status"] == status,
}
