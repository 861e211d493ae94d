"""What was called: the journal of a world, with assertions that say what they saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .world_admin import Plane

MOST_SHOWN = 20


@dataclass(frozen=True)
class Call:
    """One call as a client made it: a digest challenge and its answer are one.

    `operation` is the vendor's name, None where no operation was there; `sent` and
    `answered` are the bodies, secrets masked; `reasons` say why a call was refused;
    `fault` is the rule that struck; `exchanges` counts the requests that went over the wire.
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
        said = "; ".join((*self.reasons, *self.warnings))
        text = f"{self.operation or '-'}  {self.method} {self.target}  {self.status}"
        return f"{text}  ({said})" if said else text


class Requests:
    """The calls of a world, the oldest first.

    The methods take a pattern: `operation`, and by name `method`, `path` (may hold `*`),
    `status`, `type`, `project`, `key`, `dialect`, `fault`, `body` (what the request's JSON
    must hold at least, compared with what was really sent). An operation that the
    emulator does not have raises ControlError, so that a slip does not pass for a call
    that was not made; so does asking after more calls than the journal remembers.
    """

    def __init__(self, plane: Plane) -> None:
        self._plane = plane

    def __iter__(self) -> Iterator[Call]:
        return iter(self.find())

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, position: int) -> Call:
        return self.find()[position]

    def __str__(self) -> str:
        return listing(self.find())

    def find(self, operation: str | None = None, **pattern: Any) -> list[Call]:
        """The calls that match."""
        rows = self._plane.call("POST", "/requests/find", _pattern(operation, pattern))["requests"]
        return [_call(row) for row in rows]

    def count(self, operation: str | None = None, **pattern: Any) -> int:
        """How many calls match."""
        found = self._plane.call("POST", "/requests/count", _pattern(operation, pattern))
        return int(found["count"])

    def assert_called(self, operation: str | None = None, **pattern: Any) -> None:
        """There was such a call, or more of them."""
        self._assert("at least 1 call", {"atLeast": 1}, _pattern(operation, pattern))

    def assert_called_once(self, operation: str | None = None, **pattern: Any) -> None:
        """There was one such call."""
        self._assert("1 call", {"count": 1}, _pattern(operation, pattern))

    def assert_called_times(self, times: int, operation: str | None = None, **pattern: Any) -> None:
        """There were that many such calls."""
        self._assert(f"{times} calls", {"count": times}, _pattern(operation, pattern))

    def assert_not_called(self, operation: str | None = None, **pattern: Any) -> None:
        """There was no such call."""
        self._assert("no call", {"count": 0}, _pattern(operation, pattern))

    def assert_order(self, *operations: str) -> None:
        """The operations were called one after the other, whatever there was in between."""
        order = [{"operation": operation} for operation in operations]
        if not self._plane.call("POST", "/verify", {"order": order})["verified"]:
            self._fail(f"expected {', then '.join(operations)}")

    def wait_for(
        self, operation: str | None = None, *, times: int = 1, timeout: float = 10.0, **pattern: Any
    ) -> list[Call]:
        """The calls that match, once there are so many; AssertionError after `timeout` seconds."""
        wanted = _pattern(operation, pattern)
        verdict = self._plane.wait(timeout, {**wanted, "atLeast": times})
        if not verdict["verified"]:
            self._fail(f"waited {timeout:g} s for {times} of {_phrase(wanted)}")
        return self.find(operation, **pattern)

    def clear(self) -> None:
        """Forget all calls up to now."""
        self._plane.call("DELETE", "/requests")

    def _assert(self, phrase: str, bounds: dict[str, int], pattern: dict[str, Any]) -> None:
        verdict = self._plane.call("POST", "/verify", {**pattern, **bounds})
        if not verdict["verified"]:
            self._fail(f"expected {phrase} of {_phrase(pattern)}, there were {verdict['count']}")

    def _fail(self, sentence: str) -> None:
        raise AssertionError(f"{sentence}\n{self}")


def listing(calls: list[Call]) -> str:
    """The latest calls, one a line."""
    if not calls:
        return "there were no calls at all"
    rows = [f"  {call}" for call in calls[-MOST_SHOWN:]]
    earlier = [f"  … and {len(calls) - MOST_SHOWN} before"] if len(calls) > MOST_SHOWN else []
    return "\n".join(["the calls were:", *earlier, *rows])


def _pattern(operation: str | None, pattern: dict[str, Any]) -> dict[str, Any]:
    return pattern if operation is None else {"operation": operation, **pattern}


def _phrase(pattern: dict[str, Any]) -> str:
    rest = ", ".join(f"{name}={value!r}" for name, value in pattern.items() if name != "operation")
    name = pattern.get("operation", "anything")
    return f"{name} with {rest}" if rest else str(name)


def _call(row: dict[str, Any]) -> Call:
    return Call(
        id=row["id"],
        operation=row["operation"],
        method=row["method"],
        target=row["target"],
        status=row["status"],
        key=row["key"],
        reasons=tuple(row["reasons"]),
        warnings=tuple(row["warnings"]),
        fault=row["fault"],
        exchanges=row["exchanges"],
        sent=row["request"]["body"],
        answered=row["response"]["body"],
    )
