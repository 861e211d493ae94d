"""A real deployment, at which the same tests can be aimed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from .mongodb import OpsManager
from .world_admin import NoPlane

# What MongoDB's own command lines read.
VARIABLES = {
    "public_key": "MCLI_PUBLIC_API_KEY",
    "private_key": "MCLI_PRIVATE_API_KEY",
    "project": "MCLI_PROJECT_ID",
    "org": "MCLI_ORG_ID",
}


@dataclass(frozen=True)
class Deployment:
    """Where it is, and what lets a test in. `org` may be empty."""

    url: str
    public_key: str
    private_key: str
    project: str
    org: str = ""

    @classmethod
    def of(
        cls, url: str, given: Mapping[str, Any], environment: Mapping[str, str] = os.environ
    ) -> Deployment:
        """With what is given, else with what the variables of MongoDB's command lines say.

        Raises LookupError naming what is missing.
        """
        found = {
            name: given.get(name) or environment.get(variable, "")
            for name, variable in VARIABLES.items()
        }
        for name, variable in VARIABLES.items():
            if not found[name] and name != "org":
                raise LookupError(f"{name.replace('_', ' ')} (or {variable})")
        return cls(_base(url), **found)

    def ops_manager(self, refuse: Callable[[str], NoReturn] | None = None) -> OpsManager:
        """A handle on it; `refuse` is called with a sentence where it takes an emulator."""
        plane = NoPlane(self.url, refuse) if refuse else NoPlane(self.url)
        key = {"publicKey": self.public_key, "privateKey": self.private_key}
        project = {"id": self.project, "orgId": self.org}
        return OpsManager(plane, self.url, {"mongodb": {"keys": [key], "projects": [project]}})


def _base(url: str) -> str:
    """The address without the path that all Ops Managers have."""
    return url.rstrip("/").removesuffix(OpsManager.PATH).rstrip("/")
