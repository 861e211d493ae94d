"""An emulator for the length of a `with` block or of a function call."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, cast

from .emulator import Emulator
from .host import TEST_SETTINGS, create_world
from .mongodb import OpsManager
from .types import Seed
from .world import WorldT


class emulated(Generic[WorldT]):
    """An emulator of its own, as a context manager or a decorator.

    `kind` is the class of the handle (OpsManager, Atlas, OpsRamp), `seed` the content of
    its world; `strict` raises UnusedFaults for faults that did not strike; `settings` are
    those of `Emulator`. A decorated function gets the handle as its last positional
    argument.
    """

    def __init__(
        self,
        kind: type[WorldT] = cast(Any, OpsManager),  # noqa: B008
        *,
        seed: Seed = "empty",
        strict: bool = False,
        **settings: Any,
    ) -> None:
        self._open = functools.partial(_open, kind, seed, strict, settings)

    def __enter__(self) -> WorldT:
        self._block = self._open()
        return self._block.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._block.__exit__(*error)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function)
        parameters = list(signature.parameters.values())
        positional = [each for each in parameters if each.kind == each.POSITIONAL_OR_KEYWORD]
        handle = positional[-1]
        parameters.remove(handle)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self._open() as world:
                return function(*args, **{handle.name: world}, **kwargs)

        # Without the handle: pytest would look for a fixture of its name.
        del call.__wrapped__
        call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return call


@contextmanager
def _open(
    kind: type[WorldT], seed: Seed, strict: bool, settings: dict[str, Any]
) -> Iterator[WorldT]:
    with (
        Emulator(**{**TEST_SETTINGS, **settings}) as emulator,
        create_world(emulator, kind, seed, strict=strict) as world,
    ):
        yield world
