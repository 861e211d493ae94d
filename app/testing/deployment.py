"""A real deployment, against which the same tests can run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .admin_client import NoAdmin
from .mongodb import OpsManager

# The variables of MongoDB's own command lines.
VARIABLES = {
    "public_key": "MCLI_PUBLIC_API_KEY",
    "private_key": "MCLI_PRIVATE_API_KEY",
    "project": "MCLI_PROJECT_ID",
    "org": "MCLI_ORG_ID",
}


@dataclass(frozen=True)
class Deployment:
    """The URL of a deployment, a key, a project that tests may change; `org` may be empty."""

    url: str
    public_key: str
    private_key: str
    project: str
    org: str = ""

    @classmethod
    def from_options(cls, url: str, options: Mapping[str, str | None]) -> Deployment:
        """Read what the options leave out from VARIABLES; LookupError names what is missing."""
        settings = {
            name: options.get(name) or os.environ.get(variable, "")
            for name, variable in VARIABLES.items()
        }
        for name, variable in VARIABLES.items():
            if not settings[name] and name != "org":
                raise LookupError(f"{name.replace('_', ' ')} (or {variable})")
        base_url = url.rstrip("/").removesuffix(OpsManager.PATH).rstrip("/")
        return cls(base_url, **settings)

    def ops_manager(self, skip: Callable[[str], object] | None = None) -> OpsManager:
        """A handle on it; `skip` is called with a sentence where the test needs an emulator."""
        return OpsManager(
            NoAdmin(self.url, skip),
            self.url,
            {
                "mongodb": {
                    "keys": [{"publicKey": self.public_key, "privateKey": self.private_key}],
                    "projects": [{"id": self.project, "orgId": self.org}],
                }
            },
        )
