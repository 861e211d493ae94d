"""What faults do to a request: one class an effect; importing this package registers all of them.

A new effect is a subclass of FaultEffect in a module of this package, and nothing else. It may
have a name of its own in a rule's `fault`, further members of a rule, or both.
"""

from importlib import import_module
from pkgutil import iter_modules

from .base import FaultEffect, effects_of, rule_members

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["FaultEffect", "effects_of", "rule_members"]
