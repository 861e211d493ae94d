"""One schema per integration type; importing this package registers all of them."""

from importlib import import_module
from pkgutil import iter_modules

from opsemu.schemas.base import REGISTRY, IntegrationSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.profiles import Profile

# Importing a module registers its types: a new type needs no line here.
for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["REGISTRY", "IntegrationSchema", "Profile", "Refused"]

# The public name that ValidationFailure has had from the first release on.
Refused = ValidationFailure
