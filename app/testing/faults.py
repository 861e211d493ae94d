"""Faults as tests set them, and whether they struck."""

from __future__ import annotations

from typing import Any

from .world_admin import Plane


class UnusedFaults(AssertionError):
    """Faults were set that did not strike as often as they should."""


class Fault:
    """A rule that makes calls go wrong; see `World.fail_next`."""

    def __init__(self, plane: Plane, number: int) -> None:
        self.id = number
        self._plane = plane

    @property
    def struck(self) -> int:
        """How many calls have gone wrong by it."""
        return int(self._plane.call("GET", f"/faults/{self.id}")["struck"])

    @property
    def seen(self) -> int:
        """How many calls it was about, gone wrong or not."""
        return int(self._plane.call("GET", f"/faults/{self.id}")["seen"])

    def remove(self) -> None:
        """Let calls go right again."""
        self._plane.call("DELETE", f"/faults/{self.id}")


def add(plane: Plane, what: int | str | None, options: dict[str, Any]) -> Fault:
    """Set a fault; raises ControlError if it could never strike."""
    rule = {**_meant(what), **{_wire(name): value for name, value in options.items()}}
    return Fault(plane, plane.call("POST", "/faults", rule)["id"])


def unused(plane: Plane) -> list[str]:
    """The faults of a world that did not strike as often as they were to, a sentence each."""
    rules = plane.call("GET", "/faults")["faults"]
    return [_sentence(rule) for rule in rules if rule["struck"] < rule.get("times", 1)]


def _meant(what: int | str | None) -> dict[str, Any]:
    if what is None:
        return {}
    if isinstance(what, int):
        return {"status": what}
    return {"name" if "." in what else "error": what}


def _wire(name: str) -> str:
    """A Python name as the control plane spells it: `retry_after` is `retryAfter`."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def _sentence(rule: dict[str, Any]) -> str:
    told = ("id", "seen", "struck", "times")
    what = ", ".join(f"{name} {value}" for name, value in rule.items() if name not in told)
    times = rule.get("times", 1)
    often = f"struck {rule['struck']} of {times} times" if "times" in rule else "never struck"
    return f"{what}: {often}, and saw {rule['seen']} calls that it is about"
