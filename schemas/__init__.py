"""Bodies as the vendors read and show them; this package registers all integration types."""

from importlib import import_module
from pkgutil import iter_modules

from opsemu.schemas import integrations
from opsemu.schemas.base import REGISTRY, IntegrationSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.profiles import Profile

# Importing a module registers its types, or those of notifications: a new type needs no line here.
for _module in iter_modules(integrations.__path__):
    import_module(f"{integrations.__name__}.{_module.name}")
import_module(f"{__name__}.service_notifications")

__all__ = ["REGISTRY", "IntegrationSchema", "Profile", "Refused"]

# The public name that ValidationFailure has had from the first release on.
Refused = ValidationFailure
