"""What a seed may hold: the forms that its parts are checked against."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from ..auth.api_keys import is_public_key
from ..opsramp import seeding as tenants


class _Strict(Schema):
    class Meta:
        unknown = RAISE


def _public_key(text: str) -> None:
    if not is_public_key(text):
        raise ValidationError("not 1 to 64 letters, digits, '-' and '_'")


_object_id = validate.Regexp(r"[0-9a-f]{24}\Z", error="not 24 lower-case hexadecimal digits")


class _Organization(_Strict):
    id = fields.String(required=True, validate=_object_id)
    name = fields.String(required=True)


class _Project(_Strict):
    id = fields.String(required=True, validate=_object_id)
    name = fields.String(required=True)
    orgId = fields.String(required=True, validate=_object_id)
    integrations = fields.List(fields.Dict(keys=fields.String()), load_default=list)


class _Role(_Strict):
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


class _ApiKey(_Strict):
    publicKey = fields.String(required=True, validate=_public_key)
    privateKey = fields.String(required=True)
    desc = fields.String()
    roles = fields.List(fields.Nested(_Role), required=True)
    accessList = fields.List(fields.IPInterface(), load_default=list)


class _ServiceAccount(_Strict):
    clientId = fields.String(required=True, validate=_public_key)
    clientSecret = fields.String(required=True)
    desc = fields.String()
    roles = fields.List(fields.Nested(_Role), required=True)
    accessList = fields.List(fields.IPInterface(), load_default=list)


class Seed(_Strict):
    """A whole seed."""

    organizations = fields.List(fields.Nested(_Organization), load_default=list)
    projects = fields.List(fields.Nested(_Project), load_default=list)
    apiKeys = fields.List(fields.Nested(_ApiKey), load_default=list)
    serviceAccounts = fields.List(fields.Nested(_ServiceAccount), load_default=list)
    tenants = fields.List(fields.Nested(tenants.SeededTenant), load_default=list)


def first_message(messages: Any, path: str = "") -> str:
    """The first of marshmallow's nested messages as `place: sentence`."""
    if isinstance(messages, dict):
        name, inner = next(iter(messages.items()))
        step = f"[{name}]" if isinstance(name, int) else f".{name}"
        return first_message(inner, path + ("" if name == "_schema" else step))
    sentence = messages[0] if isinstance(messages, list) else messages
    return f"{path.lstrip('.') or 'the whole'}: {sentence}"
