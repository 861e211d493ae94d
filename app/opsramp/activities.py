"""The activity log of a tenant: which entries a request selects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from ..api.context import current
from .documents import ActivityEntry
from .paging import parse_conditions, select


def select_activity(entries: Sequence[ActivityEntry]) -> list[ActivityEntry]:
    """The entries that match the query: its own parameters or those in `queryString` (SPEC)."""
    query = current().query
    parameters = {name: [value] for name in _MATCHERS if (value := query.first(name))}
    conditions = {**parameters, **parse_conditions(current().query_string)}
    return select(entries, conditions, _MATCHERS)


def select_retried(
    entries: Iterable[ActivityEntry], intg_id: str, retries: Iterable[Mapping[str, Any]]
) -> list[dict[str, object]]:
    """The entries that a retry sends again; they omit the integration's id (SPEC)."""
    retries = list(retries)
    return [
        {name: value for name, value in entry.items() if name != "installedintgId"}
        for entry in entries
        if entry["installedintgId"] == intg_id and any(_is_retried(entry, each) for each in retries)
    ]


def milliseconds(text: str) -> int | None:
    """Milliseconds since the epoch, as a number or in ISO 8601; None for other text.

    The offset may follow a space in place of the `+`, or be missing for UTC.
    """
    if text.isascii() and text.isdigit() and len(text) < 18:
        return int(text)
    for form in ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S"):
        with suppress(ValueError):
            moment = datetime.strptime(text.strip().replace(" ", "+"), form)
            return int(moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp() * 1000)
    return None


def _is_retried(entry: ActivityEntry, retry: Mapping[str, Any]) -> bool:
    time_range = retry.get("timeRange", {})
    return (
        entry["intgMode"] == retry.get("intgMode", entry["intgMode"])
        and entry["resourceId"] in retry.get("eventList", [entry["resourceId"]])
        and _is_after(entry, str(time_range.get("startTime", "")))
        and _is_before(entry, str(time_range.get("endTime", "")))
    )


def _is_after(entry: ActivityEntry, text: str) -> bool:
    start = milliseconds(text)
    return start is None or entry["processedTime"] >= start


def _is_before(entry: ActivityEntry, text: str) -> bool:
    end = milliseconds(text)
    return end is None or entry["processedTime"] <= end


_MATCHERS: dict[str, Callable[[ActivityEntry, str], bool]] = {
    "startTime": _is_after,
    "endTime": _is_before,
    "intgMode": lambda entry, mode: entry["intgMode"] == mode,
    "IntgMode": lambda entry, mode: entry["intgMode"] == mode,
    "installedintgId": lambda entry, intg_id: entry["installedintgId"] == intg_id,
    "status": lambda entry, status: entry["status"] == status,
}
