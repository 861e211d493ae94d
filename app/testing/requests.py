"""The requests that a world has received, and assertions about them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from ..api.printable import printable
from .admin_client import WorldAdmin, is_for_the_test

__tracebackhide__ = is_for_the_test

MAX_SHOWN = 20  # calls
MAX_UNMATCHED = 5  # calls without a key of a world
MAX_BODY = 300  # characters of each body


@dataclass(frozen=True)
class Call:
    """One call of a client; a digest challenge and the signed request are one call.

    `operation` is the vendor's name, None if no operation matched. `sent` and `answered`
    are the bodies of the request and the response, with secrets masked. `reasons` say why
    the call was refused. `fault` is the fault that struck, `stub` the stub that answered.
    `exchanges` is the number of requests on the wire.
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
    stub: str | None
    exchanges: int
    sent: Any
    answered: Any

    def __str__(self) -> str:
        notes = "; ".join((*self.reasons, *self.warnings))
        text = f"{self.operation or '-'}  {self.method} {self.target}  {self.status}"
        return printable(f"{text}  ({notes})" if notes else text)

    def __repr__(self) -> str:
        return f"<Call {self.operation or self.method} {self.status}>"

    def _with_bodies(self) -> str:
        """The call and its bodies, with secrets masked, in several lines."""
        bodies = (("sent", self.sent), ("answered", self.answered))
        lines = [f"    {word} {_body(body)}" for word, body in bodies if body not in (None, "")]
        return "\n".join([f"  {self}", *lines])


class Requests:
    """The calls of a world, the oldest first.

    The methods take a pattern: `operation`, and by name `method`, `path` (may hold `*`),
    `status`, `type`, `project`, `key`, `dialect`, `fault`, `stub`, `body` (what the request's JSON
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

    def __repr__(self) -> str:
        return f"<Requests: {len(self)} calls>"

    def __str__(self) -> str:
        response = self._admin.call("POST", "/requests/find", {})
        calls, unmatched = map(_calls, (response["requests"], response["unmatched"]))
        head = "the calls were:" if calls else "there were no calls at all"
        lines = [call._with_bodies() for call in calls[-MAX_SHOWN:]]
        if len(calls) > MAX_SHOWN:
            lines.insert(0, f"  … and {len(calls) - MAX_SHOWN} before")
        if unmatched:
            head = head if calls else "there were no calls with a key of this world"
            lines.append("calls without a key of any world, since this one was made:")
            lines += [f"  {call}" for call in unmatched[-MAX_UNMATCHED:]]
        return "\n".join([head, *lines])

    def find(self, operation: str | None = None, **pattern: Any) -> list[Call]:
        """The calls that match."""
        response = self._admin.call("POST", "/requests/find", _pattern(operation, pattern))
        return _calls(response["requests"])

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
    from ..worlds.redaction import masked

    shown = {name: masked(value) for name, value in pattern.items() if name != "operation"}
    rest = ", ".join(f"{name}={value!r}" for name, value in shown.items())
    name = pattern.get("operation", "anything")
    return f"{name} with {rest}" if rest else str(name)


def _body(body: Any) -> str:
    text = printable(body if isinstance(body, str) else json.dumps(body, ensure_ascii=False))
    return text if len(text) <= MAX_BODY else f"{text[:MAX_BODY]}…"


def _calls(entries: list[dict[str, Any]]) -> list[Call]:
    names = ("id", "operation", "method", "target", "status", "key", "fault", "stub", "exchanges")
    return [
        Call(
            **{name: entry[name] for name in names},
            reasons=tuple(entry["reasons"]),
            warnings=tuple(entry["warnings"]),
            sent=entry["request"]["body"],
            answered=entry["response"]["body"],
        )
        for entry in entries
    ]
