"""The alerts that a seed needs so that recordings of alerts can be had again."""

from __future__ import annotations

from typing import Any

from .recordings import Recording


def is_about_alerts(recording: Recording) -> bool:
    """Whether a recording shows alerts of a project, which has to be in the seed then."""
    return "/alerts" in recording.path and recording.status < 300


def alerts_of(recordings: list[Recording]) -> dict[str, Any]:
    """A project's alerts that answers show, as many more as they count, and configurations."""
    about = [each for each in recordings if is_about_alerts(each)]
    shown: dict[str, Any] = {}
    for recording in about:
        for each in recording.answer_items or [recording.answer]:
            if "alertConfigId" in each:
                shown.setdefault(each["id"], each)
    more = max([r.answer.get("totalCount", 0) for r in about], default=0) - len(shown)
    closed = {"alertConfigId": "f" * 24, "eventTypeName": "HOST_DOWN", "status": "CLOSED"}
    others = [{**closed, "id": f"{2**96 - 1 - number:024x}"} for number in range(more)]
    return {"alerts": [*shown.values(), *others], "alertConfigs": _configs(shown)}


def _configs(alerts: dict[str, Any]) -> list[dict[str, Any]]:
    """Configurations of the alerts that are open, with whom they notify left out."""
    notified = [{"typeName": "EMAIL", "emailAddress": "someone@example.com"}]
    events = {
        each["alertConfigId"]: each["eventTypeName"]
        for each in alerts.values()
        if each["status"] == "OPEN"
    }
    return [
        {"id": name, "enabled": True, "eventTypeName": event, "notifications": notified}
        for name, event in events.items()
    ]
