"""A world as a test holds it, with the verbs that a test needs whatever API it is about."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from . import faults
from .faults import Fault, UnusedFaults
from .requests import Requests
from .world_admin import Plane

if TYPE_CHECKING:
    from requests import Session

Self = TypeVar("Self", bound="World")


class World:
    """A world of an emulator, or what stands for one at a real deployment.

    A context manager: at the end the world is given up, with all that is in it. In
    `strict` mode it raises UnusedFaults there, if a fault was set that did not strike.
    """

    NAME = ""  # of the fixture, and of the method of a server that makes one

    def __init__(self, plane: Plane, base_url: str, *, strict: bool = False) -> None:
        self.base_url = base_url
        self.strict = strict
        self._plane = plane
        self._sessions: list[Session] = []

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(check=error is None)

    @property
    def is_emulated(self) -> bool:
        """False at a real deployment, where there are no journal, faults, clock or store."""
        return self._plane.is_emulated

    @cached_property
    def requests(self) -> Requests:
        """What was called in this world."""
        return Requests(self._plane)

    def fail_next(self, what: int | str | None = None, *, times: int = 1, **rule: Any) -> Fault:
        """Let the next call go wrong, or the next `times` calls.

        `what` is a status (503), an error code of the vendor ("GROUP_NOT_FOUND"), a named
        fault ("mongodb.rate_limited") or nothing, if the rule says it otherwise. The rule
        says which calls: `operation`, `method`, `path`, `project`, `type`, `key`; and how:
        `retry_after`, `fixed_delay_milliseconds`, `fault="CONNECTION_RESET_BY_PEER"`,
        `truncate_after`, `body`, …: see docs/testing.md. Raises ControlError if it could
        never strike, as for an operation that there is not.
        """
        return faults.add(self._plane, what, {"times": times, **rule})

    def fail(self, what: int | str | None = None, **rule: Any) -> Fault:
        """Let all calls go wrong that the rule is about, until the fault is removed."""
        return faults.add(self._plane, what, rule)

    def advance(self, seconds: float) -> None:
        """Put this world's clock on: nonces and tokens age, rate windows pass."""
        self._plane.call("POST", "/clock/advance", {"seconds": seconds})

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stop this world's clock, now or at a moment."""
        moment = at.isoformat() if isinstance(at, datetime) else at
        self._plane.call("POST", "/clock/freeze", {} if moment is None else {"at": moment})

    def free(self) -> None:
        """Give this world the real time again."""
        self._plane.call("POST", "/clock/free")

    def reset(self) -> None:
        """Back to the beginning: seed, empty journal, no faults, real time. Keys stay."""
        self._plane.call("POST", "/reset")

    def check_faults(self) -> None:
        """Raise UnusedFaults if a fault was set that did not strike as often as it was to."""
        unused = faults.unused(self._plane)
        if unused:
            head = "faults were set that did not strike:"
            raise UnusedFaults("\n  ".join([head, *unused]) + f"\n{self.requests}")

    def close(self, *, check: bool = True) -> None:
        """Give the world up; before, if it is strict, see that its faults were used."""
        try:
            if self.strict and check and self.is_emulated:
                self.check_faults()
        finally:
            for session in self._sessions:
                session.close()
            self._plane.end()

    def _session(self) -> Session:
        from requests import Session

        session = Session()
        # A proxy of the environment could not reach this machine's own address.
        session.trust_env = not self.is_emulated
        self._sessions.append(session)
        return session
