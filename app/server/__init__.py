"""The HTTP server: bytes to WSGI and back. `Emulator`, which runs it, is found here as well."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..testing.emulator import Emulator

__all__ = ["Emulator"]


def __getattr__(name: str) -> Any:
    """`opsemu.server.Emulator`, the public name of a class that stands on top of this package."""
    if name == "Emulator":
        from ..testing.emulator import Emulator

        return Emulator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
