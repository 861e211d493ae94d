"""The base class of what tests hold: one world of an emulator."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from .admin_client import WorldAdmin, is_for_the_test
from .faults import Fault, UnusedFaults, add_fault, unused_faults
from .requests import Requests
from .stubs import Stubs, unused_stubs

if TYPE_CHECKING:
    from requests import Session

Seed = str | dict[str, Any]  # a seed's name, or a document as in a seed file
__tracebackhide__ = is_for_the_test

WorldT = TypeVar("WorldT", bound="World")


class Project(TypedDict, total=False):
    id: str
    name: str  # missing at a real deployment
    orgId: str


class Tenant(TypedDict):
    id: str
    name: str
    keys: list[dict[str, str]]  # key, secret


class MongoDBAccess(TypedDict, total=False):
    keys: list[dict[str, str]]  # publicKey, privateKey, desc
    serviceAccounts: list[dict[str, str]]  # clientId, clientSecret, desc
    projects: list[Project]


class WorldAccess(TypedDict, total=False):
    """The response of `POST /worlds`; a real deployment has `mongodb` only."""

    name: str
    mongodb: MongoDBAccess
    opsramp: dict[str, list[Tenant]]


class World:
    """A world of an emulator, or a project of a real deployment.

    As a context manager it deletes the world at the end; if it is `strict`, it raises
    UnusedFaults there for faults that did not strike and stubs that did not answer.
    """

    NAME = ""  # of the fixture

    def __init__(
        self, admin: WorldAdmin, base_url: str, access: WorldAccess, *, strict: bool = False
    ) -> None:
        self.base_url = base_url
        self.strict = strict
        self._admin = admin
        self._sessions: list[Session] = []
        self._read_access(access)

    def _read_access(self, access: WorldAccess) -> None:
        """Set the attributes for ids and credentials."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}>"

    def __enter__(self: WorldT) -> WorldT:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.close(check=error is None)

    @property
    def is_emulated(self) -> bool:
        """False at a real deployment, which has no journal, faults, clock or `integrations`."""
        return self._admin.is_emulated

    @property
    def ca_file(self) -> str:
        """The path of the certificates to trust, for other clients than `session`; or ""."""
        return self._admin.ca_file

    @cached_property
    def requests(self) -> Requests:
        """The calls that this world has received."""
        return Requests(self._admin)

    @cached_property
    def stubs(self) -> Stubs:
        """Responses to requests that no operation serves."""
        return Stubs(self._admin)

    def fail_next(self, what: int | str | None = None, *, times: int = 1, **rule: Any) -> Fault:
        """Make the next call fail, or the next `times` calls.

        `what` is a status (503), an error code of the vendor ("GROUP_NOT_FOUND") or a named
        fault ("mongodb.rate_limited"). The rule selects calls by `operation`, `method`,
        `path`, `project`, `type`, `key`, and says how they fail: `retry_after`,
        `fixed_delay_milliseconds`, `fault="CONNECTION_RESET_BY_PEER"`, `truncate_after`,
        `body`, …: see docs/testing.md. Raises ControlError for a fault that could never
        strike, for example one for an unknown operation.
        """
        return add_fault(self._admin, what, {"times": times, **rule})

    def fail(self, what: int | str | None = None, **rule: Any) -> Fault:
        """Make all calls fail that the rule selects, until the fault is removed."""
        return add_fault(self._admin, what, rule)

    def advance(self, seconds: float) -> None:
        """Move this world's clock forward: nonces and tokens expire, rate limits reset."""
        self._admin.call("POST", "/clock/advance", {"seconds": seconds})

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stop this world's clock, at the present time or at the given one."""
        time = at.isoformat() if isinstance(at, datetime) else at
        self._admin.call("POST", "/clock/freeze", {} if time is None else {"at": time})

    def free(self) -> None:
        """Let this world's clock show the real time again."""
        self._admin.call("POST", "/clock/free")

    def reset(self) -> None:
        """Restore the seed, the real time, an empty journal; remove faults. Keys stay valid."""
        self._admin.call("POST", "/reset")

    def check_faults(self) -> None:
        """Raise UnusedFaults if a fault or a stub was not used as often as it should."""
        unused = [*unused_faults(self._admin), *unused_stubs(self._admin)]
        if unused:
            head = "faults or stubs were set that were not used:"
            raise UnusedFaults("\n  ".join([head, *unused]) + f"\n{self.requests}")

    def close(self, *, check: bool = True) -> None:
        """Close the sessions and delete the world; if it is strict, check its faults first."""
        try:
            if self.strict and check and self.is_emulated:
                self.check_faults()
        finally:
            for session in self._sessions:
                session.close()
            self._admin.close()

    def _session(self, digest: tuple[str, str] | None = None) -> Session:
        """A session that is closed with the world; it signs with `digest` (user, password).

        With an emulator of this process its first request has a nonce already; in other threads
        than this one, and elsewhere, it gets a challenge.
        """
        try:
            import requests  # optional, and half of a test's import time
        except ImportError:
            message = "sessions need the package requests: pip install requests"
            raise ImportError(f"{message} (opsemu's extra `testing` has it)") from None
        session = requests.Session()
        session.trust_env = not self.is_emulated  # a proxy could not reach a local emulator
        session.verify = self.ca_file or True
        if digest:
            session.auth = auth = requests.auth.HTTPDigestAuth(*digest)
            auth.init_per_thread_state()
            state = getattr(auth, "_thread_local", None)  # what it keeps of a challenge
            if state is not None and (challenge := self._admin.challenge()):
                state.chal, state.last_nonce = challenge, challenge["nonce"]
        self._sessions.append(session)
        return session
