"""The roles of a seed's keys: names (DOCS: Ops Manager's and Atlas'), and what they are for."""

from collections.abc import Iterable, Iterator
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from ..api.errors import ApiError
from ..auth.api_keys import is_public_key
from ..worlds.known_names import OneName, unknown
from ..worlds.seed_errors import Mistakes, SeedError
from ..worlds.seeds import Seed

is_object_id = validate.Regexp(r"[0-9a-f]{24}\Z", error="not 24 lower-case hexadecimal digits")

_GLOBAL = (
    "AUTOMATION_ADMIN",
    "BACKUP_ADMIN",
    "MONITORING_ADMIN",
    "OWNER",
    "READ_ONLY",
    "USER_ADMIN",
)
_ORG = (
    "BILLING_ADMIN",
    "BILLING_READ_ONLY",
    "GROUP_CREATOR",
    "MEMBER",
    "OWNER",
    "READ_ONLY",
    "STREAM_PROCESSING_ADMIN",
)
_GROUP = (
    "AUTOMATION_ADMIN",
    "BACKUP_ADMIN",
    "BACKUP_MANAGER",
    "BILLING_ADMIN",
    "CLUSTER_MANAGER",
    "DATABASE_ACCESS_ADMIN",
    "DATA_ACCESS_ADMIN",
    "DATA_ACCESS_READ_ONLY",
    "DATA_ACCESS_READ_WRITE",
    "MONITORING_ADMIN",
    "OBSERVABILITY_VIEWER",
    "OWNER",
    "READ_ONLY",
    "SEARCH_INDEX_EDITOR",
    "STREAM_PROCESSING_OWNER",
    "USER_ADMIN",
)


def check_public_key(text: str) -> None:
    """Raise ValidationError for a text that does not have the form of a public key."""
    if not is_public_key(text):
        raise ValidationError("not 1 to 64 letters, digits, '-' and '_'")


# The member of a role that names what it is for.
_SCOPES = {"GROUP": "groupId", "ORG": "orgId", "GLOBAL": ""}
ROLES = [
    f"{kind}_{name}"
    for kind, names in (("GLOBAL", _GLOBAL), ("ORG", _ORG), ("GROUP", _GROUP))
    for name in names
]


def check_role_names(kind: str, names: Iterable[str], parent_id: str) -> None:
    """Raise the error of ORG, GROUP or GLOBAL_KEY for a name that is none of the kind's roles."""
    for name in names:
        if name not in ROLES or not name.startswith(f"{kind.partition('_')[0]}_"):
            raise ApiError(f"INVALID_ROLE_FOR_{kind}", name, parent_id)


class Role(Schema):
    """A role, and the project or organization that it is for."""

    roleName = fields.String(required=True, validate=OneName("role", ROLES))
    groupId = fields.String(validate=is_object_id)
    orgId = fields.String(validate=is_object_id)

    @validates_schema(skip_on_field_errors=True)
    def _has_its_scope(self, role: dict[str, str], **_: Any) -> None:
        scope = _SCOPES[role["roleName"].partition("_")[0]]
        if role.keys() - {"roleName"} != {scope} - {""}:
            raise ValidationError(f"{role['roleName']} goes with {scope or 'no scope'}")


def check_scopes(seed: Seed, mistakes: Mistakes) -> None:
    """Refuse roles for projects and organizations that are not in the seed."""
    organizations = dict.fromkeys(each["id"] for each in seed["organizations"])
    organizations |= dict.fromkeys(each["orgId"] for each in seed["projects"])
    projects = dict.fromkeys(each["id"] for each in seed["projects"])
    scopes = (("groupId", "project", projects), ("orgId", "organization", organizations))
    for place, role in _roles(seed):
        for scope, kind, ids in scopes:
            if scope in role and role[scope] not in ids:
                # Enough have been told: the nearest id takes time to find.
                near = () if mistakes.are_many else ids
                sentence = unknown(f"{kind} of the seed", role[scope], near)
                with mistakes:
                    raise SeedError(f"{place}.{scope}: {sentence}")


def _roles(seed: Seed) -> Iterator[tuple[str, dict[str, str]]]:
    """All roles of keys and users, with their places."""
    for number, about in enumerate(seed["organizations"]):
        for row, user in enumerate(about["users"]):
            for position, role in enumerate(user["roles"]):
                yield f"organizations[{number}].users[{row}].roles[{position}]", role
    for section in ("apiKeys", "serviceAccounts"):
        for number, key in enumerate(seed[section]):
            for position, role in enumerate(key["roles"]):
                yield f"{section}[{number}].roles[{position}]", role
