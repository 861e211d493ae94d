"""`emulated`: an emulator for a `with` block, a function or a class of tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial, wraps
from inspect import (
    isasyncgenfunction,
    isclass,
    iscoroutinefunction,
    isfunction,
    isgeneratorfunction,
    signature,
)
from typing import Any, Generic, TypeVar, overload

from .host import create_world, new_emulator
from .mongodb import OpsManager
from .world import Seed, WorldT

ClassT = TypeVar("ClassT")


class emulated(Generic[WorldT]):
    """An emulator of its own, as a context manager or a decorator.

    `kind` is the class of the handle (OpsManager, Atlas, OpsRamp); `seed` and `strict` are
    as in `Host`; `settings` are those of `Emulator`. A decorated function gets the handle
    as its last positional argument.
    """

    @overload
    def __init__(
        self: emulated[OpsManager], *, seed: Seed = ..., strict: bool = ..., **settings: Any
    ) -> None: ...

    @overload
    def __init__(
        self, kind: type[WorldT], *, seed: Seed = ..., strict: bool = ..., **settings: Any
    ) -> None: ...

    def __init__(
        self, kind: Any = OpsManager, *, seed: Seed = "empty", strict: bool = False, **settings: Any
    ) -> None:
        self._open: Callable[[], AbstractContextManager[WorldT]]
        self._open = partial(_open, kind, seed, strict, settings)

    def __enter__(self) -> WorldT:
        self._block = self._open()
        return self._block.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._block.__exit__(*error)

    @overload
    def __call__(self, decorated: type[ClassT]) -> type[ClassT]: ...

    @overload
    def __call__(self, decorated: Callable[..., Any]) -> Callable[..., Any]: ...

    def __call__(self, decorated: Any) -> Any:
        """Decorate a function or coroutine function, or each `test…` method of a class.

        Raises TypeError for anything else, and for a function without an argument for the
        handle.
        """
        if isclass(decorated):
            for name, method in list(vars(decorated).items()):
                if name.startswith("test"):
                    setattr(decorated, name, self(method))
            return decorated
        if not isfunction(decorated) or _yields(decorated):
            raise TypeError(f"emulated decorates functions and classes, not {decorated!r}")
        return self._decorate(decorated)

    def _decorate(self, function: Callable[..., Any]) -> Any:
        parameters = list(signature(function).parameters.values())
        positional = [each for each in parameters if each.kind == each.POSITIONAL_OR_KEYWORD]
        handle = positional[-1] if positional else None
        if handle is None or (handle.name == "self" and len(positional) == 1):
            raise TypeError(f"{function.__qualname__} has no argument for the handle")
        parameters.remove(handle)

        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            with self._open() as world:
                return function(*args, **{handle.name: world}, **kwargs)

        @wraps(function)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            with self._open() as world:
                return await function(*args, **{handle.name: world}, **kwargs)

        wrapper: Any = call_async if iscoroutinefunction(function) else call
        # Without the handle: pytest would look for a fixture of its name.
        del wrapper.__wrapped__
        wrapper.__signature__ = signature(function).replace(parameters=parameters)
        return wrapper


@contextmanager
def _open(
    kind: type[WorldT], seed: Seed, strict: bool, settings: dict[str, Any]
) -> Iterator[WorldT]:
    with new_emulator(**settings) as host, create_world(host, kind, seed, strict=strict) as world:
        yield world


def _yields(function: Callable[..., Any]) -> bool:
    return isgeneratorfunction(function) or isasyncgenfunction(function)
