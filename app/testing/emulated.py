"""An emulator for the length of a block or of a function."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from .host import Host
from .mongodb import OpsManager
from .world import World

_NAMED = inspect.Parameter.POSITIONAL_OR_KEYWORD

Kind = TypeVar("Kind", bound=World)


class emulated(Generic[Kind]):
    """An emulator of its own, as a `with` block or a decorator.

    `kind` is what is handed out, OpsManager or another; `seed` what is in it; `strict`
    makes faults that never struck an error; `settings` are those of `Emulator`. A
    decorated function gets the handle as the last of its positional arguments.
    """

    def __init__(
        self,
        kind: type[Kind] = cast(Any, OpsManager),  # noqa: B008
        *,
        seed: str | dict[str, Any] = "empty",
        strict: bool = False,
        **settings: Any,
    ) -> None:
        self._kind = kind
        self._given = (seed, strict)
        self._settings = settings
        self._stack = ExitStack()

    def __enter__(self) -> Kind:
        from .emulator import Emulator

        seed, strict = self._given
        with ExitStack() as stack:
            host = stack.enter_context(Emulator(**{**ISOLATED, **self._settings}))
            handle = opened(host, self._kind, seed=seed, strict=strict)
            stack.push(handle)
            self._stack = stack.pop_all()
        return handle

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function)
        last = [row for row in signature.parameters.values() if row.kind == _NAMED][-1]

        @functools.wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            seed, strict = self._given
            fresh = emulated(self._kind, seed=seed, strict=strict, **self._settings)
            with fresh as handle:
                return function(*arguments, **{last.name: handle}, **named)

        # What is passed here nobody else has to pass: pytest would look for a fixture.
        del call.__wrapped__
        rest = [row for row in signature.parameters.values() if row is not last]
        call.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
        return call


# Whatever the environment says: what tests use is their own, and has to be reachable.
ISOLATED: dict[str, Any] = {
    "state": "memory:",
    "seed": "empty",
    "admin": "on",
    "admin_token": "",
}


def opened(host: Host, kind: type[Kind], **options: Any) -> Kind:
    """A handle of a kind on a fresh world of a server."""
    return cast(Kind, getattr(host, kind.NAME)(**options))
