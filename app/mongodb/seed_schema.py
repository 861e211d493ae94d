"""The sections of a seed about organizations, projects and keys."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from ..auth.api_keys import is_public_key
from ..worlds.seeds import Sections

_object_id = validate.Regexp(r"[0-9a-f]{24}\Z", error="not 24 lower-case hexadecimal digits")


def _public_key(text: str) -> None:
    if not is_public_key(text):
        raise ValidationError("not 1 to 64 letters, digits, '-' and '_'")


class _Organization(Schema):
    id = fields.String(required=True, validate=_object_id)
    name = fields.String(required=True)


class _Project(Schema):
    id = fields.String(required=True, validate=_object_id)
    name = fields.String(required=True)
    orgId = fields.String(required=True, validate=_object_id)
    integrations = fields.List(fields.Dict(keys=fields.String()), load_default=list)


class _Role(Schema):
    roleName = fields.String(required=True)
    groupId = fields.String(validate=_object_id)
    orgId = fields.String(validate=_object_id)

    @validates_schema(skip_on_field_errors=True)
    def _has_its_scope(self, role: dict[str, str], **_: Any) -> None:
        kind = role["roleName"].partition("_")[0]
        scope = {"GROUP": {"groupId"}, "ORG": {"orgId"}, "GLOBAL": set()}.get(kind)
        if scope is None:
            raise ValidationError("not GROUP_…, ORG_… or GLOBAL_…", "roleName")
        if role.keys() - {"roleName"} != scope:
            raise ValidationError(f"{role['roleName']} goes with {' '.join(scope) or 'no scope'}")


def _key(public: str, secret: str) -> type[Schema]:
    return Schema.from_dict(
        {
            public: fields.String(required=True, validate=_public_key),
            secret: fields.String(required=True),
            "desc": fields.String(),
            "roles": fields.List(fields.Nested(_Role), required=True),
            "accessList": fields.List(fields.IPInterface(), load_default=list),
        }
    )


def _section(schema: type[Schema], unique: str) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), load_default=list, metadata={"unique": unique})


SECTIONS: Sections = {
    "organizations": _section(_Organization, "id"),
    "projects": _section(_Project, "id"),
    "apiKeys": _section(_key("publicKey", "privateKey"), "publicKey"),
    "serviceAccounts": _section(_key("clientId", "clientSecret"), "clientId"),
}
