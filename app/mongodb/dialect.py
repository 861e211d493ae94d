"""What differs between the MongoDB families, beside what differs between all API families."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, cast

from opsemu.schemas import Profile

from ..api.api_family import Dialect
from ..api.context import current

_MANAGER_REL = "http://cloud.mongodb.com/"  # as a real Ops Manager answered in 2021 (ISSUE)

# When deprecated operations are to go, as the recorded answers said since these days.
_SUNSETS = (
    ("2026-02-23", "Thu, 1 Jul 2027 00:00:00 GMT"),
    ("2025-09-29", "Tue, 15 Sep 2026 00:00:00 GMT"),
    ("", "Fri, 31 Jul 2026 00:00:00 GMT"),
)


def sunset(date: str) -> str:
    """The `Sunset` of deprecated operations on a day."""
    return next(day for since, day in _SUNSETS if date >= since)


class LinkRules(NamedTuple):
    """`rel` begins the relations of links, `alert_rel` those of alerts (a path: below the
    server's own URL). `project` are what a project links to; `location` is the URL that the
    answer to a new project names, as are those of teams and users (empty: none)."""

    rel: str = _MANAGER_REL
    alert_rel: str = _MANAGER_REL
    project: tuple[str, ...] = (
        "hosts", "users", "clusters", "alertConfigs", "alerts", "backupConfigs", "agents",
    )  # fmt: skip
    location: str = "{self}"
    team_location: str = ""
    user_location: str = ""


ATLAS_LINKS = LinkRules(
    project=("containers", "clusters", "databaseUsers", "peers", "processes", "whitelist"),
    location="{base}//api/atlas/v1.0",
    team_location="{base}/orgs/{org_id}/teams/{id}",
    user_location="{base}/api/atlas/v1.0/users/{id}",
)


class ProjectRules(NamedTuple):
    """`not_visible` is the error code for a project that the key cannot see, `no_such_name`
    for a name that no project has. A search by name that finds nothing raises the codes in
    `name_errors`. `max_projects` is how many an organization may have. For `deletion_grace`
    seconds a deleted project may be deleted again. If the setting `slack_post` says so, POST
    changes an existing integration of the types in `reconfigured`. If `roles_wait`, a new user
    gets no roles but invitations to them. `has_agents` is whether projects have agents, which
    come with a key and keep a project in use from being deleted."""

    not_visible: str = "NOT_IN_GROUP"
    no_such_name: str = "GROUP_NAME_NOT_FOUND"
    name_errors: frozenset[str] = frozenset({"GROUP_NAME_NOT_FOUND"})
    max_projects: int | None = None
    deletion_grace: float = 0.0
    reconfigured: frozenset[str] = frozenset()
    roles_wait: bool = False
    has_agents: bool = True


class KeyRules(NamedTuple):
    """The error codes for an address that is on a key's access list, and for one that is not."""

    address_taken: str = "ADDRESS_ALREADY_IN_ACCESS_LIST"
    address_not_found: str = "API_KEY_ACCESS_LIST_NOT_FOUND"


@dataclass(frozen=True, eq=False, kw_only=True)
class MongoDialect(Dialect):
    """A MongoDB family: `profile` reads and shows its integrations. `default_alerts` names the
    alert configurations of a new project in data/alerts.json."""

    app_name: str
    profile: Profile
    default_alerts: str = "manager"
    links: LinkRules = field(default_factory=LinkRules)
    projects: ProjectRules = field(default_factory=ProjectRules)
    keys: KeyRules = field(default_factory=KeyRules)


def dialect() -> MongoDialect:
    """The family of the current request, which is one of MongoDB's."""
    return cast(MongoDialect, current().dialect)


def profile() -> Profile:
    """The profile of the current request's family in its world."""
    return profile_in(dialect(), current().settings)


def profile_in(family: MongoDialect, settings: Mapping[str, Any]) -> Profile:
    """A family's profile, with what the settings of a world decide."""
    full_secret = settings["webhook_secret"] == "full"
    return _with_settings(family.profile, full_secret, settings["opsgenie_eu"] == "true")


@lru_cache(maxsize=64)
def _with_settings(profile: Profile, full_secret: bool, opsgenie_eu: bool) -> Profile:
    return profile._replace(full_secret=full_secret, opsgenie_eu=opsgenie_eu)
