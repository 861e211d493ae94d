"""The group `opsemu` with all verbs."""

from . import (  # noqa: F401
    alerts,
    automation,
    clock,
    env,
    faults,
    journal,
    listings,
    serve,
    states,
    status,
    stubs,
    verify,
    worlds,
)
from .group import cli

__all__ = ["cli"]
