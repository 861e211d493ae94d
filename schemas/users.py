"""Users, and the roles that bodies give them."""

from typing import Any

from marshmallow import fields

from opsemu.schemas.base import Nested, ResourceSchema
from opsemu.schemas.errors import make_error
from opsemu.schemas.fields import Text
from opsemu.schemas.profiles import ATLAS

_ATLAS = {"only": ATLAS}


class Name(Text):
    """A user's name or address, which is unique in a world; any text (CLIENT: `admin`)."""


def texts(**kwargs: Any) -> fields.List[Any]:
    """An array of texts."""
    return fields.List(Text(), **kwargs)


class RoleAssignment(ResourceSchema):
    """A role in a project or an organization; without either, a global one."""

    groupId = Text()
    orgId = Text()
    roleName = Text(required=True)


class User(ResourceSchema):
    """A user in the form of Ops Manager (RECORDED 2021), and of Atlas until 2025 (RECORDED)."""

    country = Text()
    createdAt = fields.String(dump_only=True, metadata=_ATLAS)
    emailAddress = Text()
    firstName = Text(required=True)
    id = fields.String(dump_only=True)
    lastAuth = fields.String(dump_only=True, metadata=_ATLAS)
    lastName = Text(required=True)
    links = fields.Raw(dump_only=True)
    mobileNumber = Text()
    password = Text(load_only=True)
    roles = fields.List(Nested(RoleAssignment))
    teamIds = fields.Raw(dump_only=True)
    username = Name(required=True)


class ProjectMember(ResourceSchema):
    """An item of what Ops Manager takes to add users to a project (CLIENT)."""

    id = Text(required=True)
    roles = fields.List(Nested(RoleAssignment), required=True)


class GroupRoles(ResourceSchema):
    groupId = Text(required=True)
    groupRoles = texts(required=True)


class OrganizationRoles(ResourceSchema):
    """The roles of an organization's user in Atlas since 2025 (SPEC)."""

    groupRoleAssignments = fields.List(Nested(GroupRoles))
    orgRoles = texts()


class OrganizationMember(ResourceSchema):
    """What makes or changes a user of an organization in Atlas since 2025 (SPEC)."""

    roles = Nested(OrganizationRoles, required=True)
    teamIds = texts()
    username = Name(required=True)


class ProjectUser(ResourceSchema):
    """What makes a user of a project in Atlas since 2025 (SPEC)."""

    roles = texts(required=True)
    username = Name(required=True)


class OrganizationRole(ResourceSchema):
    """What adds or removes one role in an organization (SPEC)."""

    orgRole = Text(required=True)


class ProjectRole(ResourceSchema):
    """What adds or removes one role in a project (SPEC)."""

    groupRole = Text(required=True)


class UserId(ResourceSchema):
    """A user who goes into a team or out of it."""

    id = Text(required=True)


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 64:
        raise make_error("INVALID_TEAM_NAME", name)


class Team(ResourceSchema):
    """A team of an organization; its users have names here, and ids where they are stored."""

    id = fields.String(dump_only=True)
    links = fields.Raw(dump_only=True)
    name = fields.String(required=True, validate=_check_name)
    usernames = texts(required=True, metadata={"missing": "CANNOT_CREATE_EMPTY_TEAM"})


class ProjectTeam(ResourceSchema):
    """A team with roles in a project."""

    links = fields.Raw(dump_only=True)
    roleNames = texts(required=True)
    teamId = Text(required=True)


class _Invitation(ResourceSchema):
    """An invitation, which nobody is sent; it expires 30 days after it was made (RECORDED)."""

    createdAt = fields.String(dump_only=True, attribute="created")
    expiresAt = fields.String(dump_only=True)
    id = fields.String(dump_only=True)
    inviterUsername = fields.String(dump_only=True)
    roles = texts(required=True)
    username = Name(required=True)


class OrganizationInvitation(_Invitation):
    groupRoleAssignments = fields.List(Nested(GroupRoles), dump_default=list, metadata=_ATLAS)
    orgId = fields.String(dump_only=True)
    orgName = fields.String(dump_only=True)
    teamIds = texts(dump_default=list)


class ProjectInvitation(_Invitation):
    groupId = fields.String(dump_only=True)
    groupName = fields.String(dump_only=True)
