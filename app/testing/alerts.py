"""Alerts that tests open, and what these send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from .admin_client import ControlError, WorldAdmin, is_for_the_test

__tracebackhide__ = is_for_the_test

_SHOWN = 20  # deliveries that a failed assertion shows


class Alert:
    """An alert; its attributes in the API are its items."""

    def __init__(self, admin: WorldAdmin, document: dict[str, Any]) -> None:
        self._admin = admin
        self._document = document

    def __getitem__(self, name: str) -> Any:
        return self.refresh()[name]

    def __repr__(self) -> str:
        return f"<Alert {self.id} {self._document['eventTypeName']}>"

    @property
    def id(self) -> str:
        """The alert's id."""
        return str(self._document["id"])

    @property
    def status(self) -> str:
        """TRACKING, OPEN, CLOSED, CANCELLED or INFORMATIONAL."""
        return str(self["status"])

    def refresh(self) -> dict[str, Any]:
        """The alert as it is now."""
        self._document = self._admin.call("GET", f"/alerts/{self.id}")
        return self._document

    def acknowledge(self, seconds: float = 3600, comment: str = "", username: str = "test") -> None:
        """Acknowledge the alert for some time of the world's clock."""
        body = {"seconds": seconds, "comment": comment, "username": username}
        self._document = self._admin.call("POST", f"/alerts/{self.id}/acknowledge", body)

    def close(self, value: float | None = None) -> None:
        """Close the alert, the metric having a value again that is within its threshold."""
        body = {} if value is None else {"value": value}
        self._document = self._admin.call("POST", f"/alerts/{self.id}/close", body)

    def cancel(self) -> None:
        """Cancel the alert."""
        self._document = self._admin.call("POST", f"/alerts/{self.id}/cancel")


class Alerts:
    """The alerts of a project."""

    def __init__(self, admin: WorldAdmin, group_id: str) -> None:
        self._admin = admin
        self._group_id = group_id

    def of(self, group_id: str) -> Alerts:
        """The alerts of another project."""
        return Alerts(self._admin, group_id)

    def open(self, event: str, **about: Any) -> Alert:
        """Open an alert for the configuration that waits for an event.

        `about` is what it is about, such as `cluster="C"`, `replica_set="rs0"`,
        `host="db1:27017"`, `metric` and `value`. Raises AssertionError, with the reasons, if no
        enabled configuration matches, and ControlError for an unknown event.
        """
        return self.open_all(event, **about)[0]

    def open_all(self, event: str, **about: Any) -> list[Alert]:
        """The same, for all configurations that match."""
        names = {"cluster": "clusterName", "replica_set": "replicaSetName"}
        names |= {"host": "hostnameAndPort", "shard": "shardName"}
        target = {names[name]: about.pop(name) for name in names if name in about}
        target |= about.pop("target", {})
        body = {"project": self._group_id, "event": event, "target": target, **about}
        opened = self._admin.call("POST", "/alerts", body)
        if not opened["alerts"]:
            reasons = "\n  ".join(opened["reasons"] or ["it has no alert configurations"])
            raise AssertionError(f"no configuration of the project is for {event}:\n  {reasons}")
        return [Alert(self._admin, document) for document in opened["alerts"]]

    def list(self, status: str | None = None) -> list[Alert]:
        """All alerts, or those with a status, the oldest first."""
        query: dict[str, Any] = {"project": self._group_id}
        query |= {"status": status} if status else {}
        documents = self._admin.call("GET", "/alerts", **query)["alerts"]
        return [Alert(self._admin, document) for document in documents]


class Inbox:
    """What the alerts of a world have sent.

    The methods take `service` ("PAGER_DUTY"), and by name `event` ("alert.open"),
    `eventTypeName`, `project`, `alert`, `state` ("delivered", "refused", "failed").
    """

    def __init__(self, admin: WorldAdmin) -> None:
        self._admin = admin

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.find())

    def __len__(self) -> int:
        return len(self.find())

    def __str__(self) -> str:
        rows = [
            f"  {each['at']} {each['service']} {each['event']}: {each['state']} {each['reason']}"
            for each in ({"reason": "", **each} for each in self.find()[-_SHOWN:])
        ]
        return "\n".join(["the deliveries were:", *rows] if rows else ["nothing was sent"])

    def find(self, service: str | None = None, **pattern: str) -> list[dict[str, Any]]:
        """The deliveries that match, the oldest first; secrets are masked."""
        deliveries: list[dict[str, Any]] = self._admin.call(
            "GET", "/inbox", **_pattern(service, pattern)
        )["deliveries"]
        return deliveries

    def wait_for(
        self, service: str | None = None, *, times: int = 1, timeout: float = 10.0, **pattern: str
    ) -> list[dict[str, Any]]:
        """The deliveries that match, once `times` were answered; else AssertionError."""
        body = {**_pattern(service, pattern), "count": times}
        try:
            answer = self._admin.call("POST", "/inbox/wait", body, wait=timeout, timeout=timeout)
        except ControlError as error:
            if error.word != "timed_out":
                raise
            self._fail(f"waited {timeout:g} s: {error}")
        deliveries: list[dict[str, Any]] = answer["deliveries"]
        return deliveries

    def assert_delivered(self, service: str | None = None, **pattern: str) -> None:
        """At least one delivery matches that the service took."""
        self._assert({"state": "delivered", **_pattern(service, pattern)}, {"atLeast": 1})

    def assert_not_delivered(self, service: str | None = None, **pattern: str) -> None:
        """No delivery matches."""
        self._assert(_pattern(service, pattern), {"count": 0})

    def clear(self) -> None:
        """Empty the inbox."""
        self._admin.call("DELETE", "/inbox")

    def _assert(self, pattern: dict[str, Any], bounds: dict[str, int]) -> None:
        verdict = self._admin.call("POST", "/inbox/verify", {**pattern, **bounds})
        if not verdict["verified"]:
            self._fail(f"{pattern}: {verdict['message']}")

    def _fail(self, sentence: str) -> NoReturn:
        raise AssertionError(f"{sentence}\n{self}")


def _pattern(service: str | None, pattern: dict[str, str]) -> dict[str, Any]:
    return pattern if service is None else {"service": service, **pattern}
