"""Stubs that tests add, and whether they answered."""

from __future__ import annotations

from typing import Any

from .admin_client import WorldAdmin, is_for_the_test

__tracebackhide__ = is_for_the_test


class Stub:
    """A response to requests that no operation serves; see `Stubs.add`."""

    def __init__(self, admin: WorldAdmin, number: int) -> None:
        self.id = number
        self._admin = admin

    def __repr__(self) -> str:
        return f"<Stub {self.id}>"

    @property
    def answered(self) -> int:
        """The number of calls that it has answered."""
        return int(self._admin.call("GET", f"/stubs/{self.id}")["answered"])

    def remove(self) -> None:
        """Let it answer no more."""
        self._admin.call("DELETE", f"/stubs/{self.id}")


class Stubs:
    """The stubs of a world."""

    def __init__(self, admin: WorldAdmin) -> None:
        self._admin = admin

    def add(self, path: str, body: Any = None, status: int = 200, **stub: Any) -> Stub:
        """Answer calls of a path that the emulator does not serve.

        `path` may hold `*`. A `body` that is a text is sent as it is, any other value as JSON.
        Further members are `method` (by default any), `headers`, `name` (which calls have as
        `stub`), `times`, and `override=True` to answer in place of an operation. Raises
        ControlError for a stub that could never answer.
        """
        stub |= {"path": path, "status": status}
        if body is not None:
            stub["body"] = body
        return Stub(self._admin, self._admin.call("POST", "/stubs", stub)["id"])

    def clear(self) -> None:
        """Remove all stubs, also those of the seed."""
        self._admin.call("DELETE", "/stubs")


def unused_stubs(admin: WorldAdmin) -> list[str]:
    """The stubs of a world that did not answer as often as they should, a sentence each.

    Those of its seed are not counted.
    """
    return [
        f"stub {stub.get('method', '*')} {stub['path']}: {_answered(stub)}"
        for stub in admin.call("GET", "/stubs")["stubs"]
        if stub["answered"] < stub.get("times", 1) and not stub.get("seeded")
    ]


def _answered(stub: dict[str, Any]) -> str:
    of = f" of {stub['times']}" if "times" in stub else ""
    return f"answered {stub['answered']}{of} times"
