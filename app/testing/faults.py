"""Faults that tests set, and whether they struck."""

import re
from typing import Any

from .admin_client import WorldAdmin, is_for_the_test

__tracebackhide__ = is_for_the_test


class UnusedFaults(AssertionError):
    """Faults that did not strike, or stubs that did not answer, as often as they should."""


class Fault:
    """A rule that makes calls fail; see `World.fail_next`."""

    def __init__(self, admin: WorldAdmin, number: int) -> None:
        self.id = number
        self._admin = admin

    def __repr__(self) -> str:
        return f"<Fault {self.id}>"

    @property
    def struck(self) -> int:
        """The number of calls that failed because of it."""
        return int(self._rule()["struck"])

    @property
    def seen(self) -> int:
        """The number of calls that it applies to, failed or not."""
        return int(self._rule()["seen"])

    def remove(self) -> None:
        """Let calls succeed again."""
        self._admin.call("DELETE", f"/faults/{self.id}")

    def _rule(self) -> Any:
        return self._admin.call("GET", f"/faults/{self.id}")


def add_fault(admin: WorldAdmin, what: int | str | None, options: dict[str, Any]) -> Fault:
    """Set a fault; raises ControlError if it could never strike."""
    # `retry_after` is `retryAfter` in the admin API.
    rule = {re.sub("_.", lambda m: m[0][1].upper(), name): options[name] for name in options}
    if isinstance(what, int):
        rule["status"] = what
    elif what is not None:
        rule["name" if "." in what else "error"] = what
    return Fault(admin, admin.call("POST", "/faults", rule)["id"])


def unused_faults(admin: WorldAdmin) -> list[str]:
    """The faults of a world that did not strike as often as they should, a sentence each."""
    rules = admin.call("GET", "/faults")["faults"]
    return [_describe(rule) for rule in rules if rule["struck"] < rule.get("times", 1)]


def _describe(rule: dict[str, Any]) -> str:
    counts = ("id", "seen", "struck", "times")
    what = ", ".join(f"{name} {value}" for name, value in rule.items() if name not in counts)
    times = f"{rule['struck']} of {rule['times']} times" if "times" in rule else "0 times"
    return f"{what}: struck {times}, and applied to {rule['seen']} calls"
