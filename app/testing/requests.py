"""The requests that a world has received, and assertions about them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from ..api.printable import printable
from ..worlds.redaction import masked
from .admin_client import WorldAdmin

MAX_SHOWN = 20


@dataclass(frozen=True)
class Call:
    """One call of a client; a digest challenge and the signed request are one call.

    `operation` is the vendor's name, None if no operation matched. `sent` and `answered`
    are the bodies of the request and the response, with secrets masked. `reasons` say why
    the call was refused. `fault` is the fault that struck. `exchanges` is the number of
    requests on the wire.
    """

    id: int
    operation: str | None
    method: str
    target: str
    status: int
    key: str | None
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    fault: str | None
    exchanges: int
    sent: Any
    answered: Any

    def __str__(self) -> str:
        notes = "; ".join((*self.reasons, *self.warnings))
        text = f"{self.operation or '-'}  {self.method} {self.target}  {self.status}"
        return printable(f"{text}  ({notes})" if notes else text)


class Requests:
    """The calls of a world, the oldest first.

    The methods take a pattern: `operation`, and by name `method`, `path` (may hold `*`),
    `status`, `type`, `project`, `key`, `dialect`, `fault`, `body` (what the request's JSON
    must at least contain; secrets are compared in full). They raise ControlError for an
    operation that the emulator does not have, so that a misspelt name does not count as a
    call that was not made, and for assertions after the journal has dropped calls.
    """

    def __init__(self, admin: WorldAdmin) -> None:
        self._admin = admin

    def __iter__(self) -> Iterator[Call]:
        return iter(self.find())

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, position: int) -> Call:
        return self.find()[position]

    def __str__(self) -> str:
        calls = self.find()
        if not calls:
            return "there were no calls at all"
        lines = [f"  {call}" for call in calls[-MAX_SHOWN:]]
        if len(calls) > MAX_SHOWN:
            lines.insert(0, f"  … and {len(calls) - MAX_SHOWN} before")
        return "\n".join(["the calls were:", *lines])

    def find(self, operation: str | None = None, **pattern: Any) -> list[Call]:
        """The calls that match."""
        response = self._admin.call("POST", "/requests/find", _pattern(operation, pattern))
        return [_call(entry) for entry in response["requests"]]

    def count(self, operation: str | None = None, **pattern: Any) -> int:
        """How many calls match."""
        response = self._admin.call("POST", "/requests/count", _pattern(operation, pattern))
        return int(response["count"])

    def assert_called(self, operation: str | None = None, **pattern: Any) -> None:
        """At least one call matches."""
        self._assert("at least 1 call", {"atLeast": 1}, _pattern(operation, pattern))

    def assert_called_once(self, operation: str | None = None, **pattern: Any) -> None:
        """Exactly one call matches."""
        self._assert("1 call", {"count": 1}, _pattern(operation, pattern))

    def assert_called_times(self, times: int, operation: str | None = None, **pattern: Any) -> None:
        """Exactly `times` calls match."""
        self._assert(f"{times} calls", {"count": times}, _pattern(operation, pattern))

    def assert_not_called(self, operation: str | None = None, **pattern: Any) -> None:
        """No call matches."""
        self._assert("no call", {"count": 0}, _pattern(operation, pattern))

    def assert_order(self, *operations: str) -> None:
        """The operations were called in this order; other calls may lie between."""
        order = [{"operation": operation} for operation in operations]
        if not self._admin.call("POST", "/verify", {"order": order})["verified"]:
            self._fail(f"expected {', then '.join(operations)}")

    def wait_for(
        self, operation: str | None = None, *, times: int = 1, timeout: float = 10.0, **pattern: Any
    ) -> list[Call]:
        """The calls that match, once there are `times`; AssertionError after `timeout` seconds."""
        body = _pattern(operation, pattern)
        verdict = self._admin.call(
            "POST", "/wait", {**body, "atLeast": times}, wait=timeout, timeout=timeout
        )
        if not verdict["verified"]:
            self._fail(f"waited {timeout:g} s for {times} of {_phrase(body)}")
        return self.find(operation, **pattern)

    def clear(self) -> None:
        """Remove all calls from the journal."""
        self._admin.call("DELETE", "/requests")

    def _assert(self, phrase: str, bounds: dict[str, int], pattern: dict[str, Any]) -> None:
        verdict = self._admin.call("POST", "/verify", {**pattern, **bounds})
        if not verdict["verified"]:
            self._fail(f"expected {phrase} of {_phrase(pattern)}, there were {verdict['count']}")

    def _fail(self, sentence: str) -> NoReturn:
        raise AssertionError(f"{sentence}\n{self}")


def _pattern(operation: str | None, pattern: dict[str, Any]) -> dict[str, Any]:
    return pattern if operation is None else {"operation": operation, **pattern}


def _phrase(pattern: dict[str, Any]) -> str:
    shown = {name: masked(value) for name, value in pattern.items() if name != "operation"}
    rest = ", ".join(f"{name}={value!r}" for name, value in shown.items())
    name = pattern.get("operation", "anything")
    return f"{name} with {rest}" if rest else str(name)


def _call(entry: dict[str, Any]) -> Call:
    names = ("id", "operation", "method", "target", "status", "key", "fault", "exchanges")
    return Call(
        **{name: entry[name] for name in names},
        reasons=tuple(entry["reasons"]),
        warnings=tuple(entry["warnings"]),
        sent=entry["request"]["body"],
        answered=entry["response"]["body"],
    )
