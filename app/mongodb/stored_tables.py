"""The tables of projects and organizations: what their documents have to be."""

import re
from ipaddress import ip_network
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from opsemu.schemas import REGISTRY
from opsemu.schemas.alert_configs import AlertConfig, GlobalAlertConfig
from opsemu.schemas.fields import Flag
from opsemu.schemas.notifications import NOTIFICATIONS
from opsemu.schemas.projects import Organization, Project, ProjectSettings
from opsemu.schemas.users import Team, User

from ..auth.api_keys import DELETED
from ..store import Document
from ..store.layout import (
    AGENT_KEYS,
    ALERT_CONFIGS,
    API_KEY,
    APPLICATION,
    AUTOMATION,
    BACKUPS,
    DELETED_PROJECTS,
    INTEGRATIONS,
    MANAGED_SLOW_MS,
    ORGANIZATION,
    PROJECT,
    PROJECT_NAMES,
    PROJECT_SETTINGS,
    SETTINGS,
    TEAMS,
    USERS,
    VERSION_MANIFEST,
)
from ..worlds.stored_tables import Kinds, Table, stored_schema
from .alerts.global_configs import GLOBAL_ALERT_CONFIGS
from .alerts.notifications import FOLLOWS
from .automation.stored import BACKUP, AgentKey, load_deployment
from .roles import Role, check_public_key, is_object_id
from .rows.tables import row_tables

_HASH = re.compile(r"[0-9a-f]{32}", re.ASCII)


def _text() -> fields.String:
    return fields.String(required=True)


def _id() -> fields.String:
    return fields.String(required=True, validate=is_object_id)


def _is_network(text: str) -> None:
    try:
        ip_network(text)
    except ValueError as error:
        raise ValidationError(str(error)) from None


class _Entry(Schema):
    cidrBlock = fields.String(required=True, validate=_is_network)
    created = _text()


class _DeletedKey(Schema):
    publicKey = fields.String(required=True, validate=check_public_key)
    deleted = fields.Boolean(required=True, validate=validate.Equal(True))


class _Key(Schema):
    publicKey = fields.String(required=True, validate=check_public_key)
    id = _id()
    desc = fields.String()
    ha1 = fields.String()
    lastBlock = fields.String()
    roles = fields.List(fields.Nested(Role), required=True)
    accessEntries = fields.List(fields.Nested(_Entry), required=True)

    @post_load
    def _drop_mask(self, key: Document, **_: Any) -> Document:
        """Drop the mask of an exported key's hash: anyone could sign with it."""
        is_hash = _HASH.fullmatch(key.get("ha1", ""))
        return key if is_hash else {name: key[name] for name in key if name != "ha1"}


def _load_key(document: Document) -> Any:
    return (_DeletedKey if DELETED in document else _Key)().load(document)


class _Notification(fields.Field[Any]):
    """A notification, by the schema of its type."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        type_name = value.get("typeName") if isinstance(value, dict) else None
        if not isinstance(type_name, str) or type_name not in _NOTIFICATIONS:
            raise ValidationError({"typeName": ["not a type of notification"]})
        return _NOTIFICATIONS[type_name].load(value)


_NOTIFICATIONS = {
    name: stored_schema(cls, notifierId=_text(), **{FOLLOWS: Flag()})()
    for name, cls in NOTIFICATIONS.items()
}
_TIMES = {"created": _text(), "updated": _text()}
_NOTIFIED = {"notifications": fields.List(_Notification(), required=True)}
_PROJECT = stored_schema(Project, id=_id(), orgId=_id(), created=_text())
CONFIG, GLOBAL_CONFIG = (
    stored_schema(schema, id=_id(), **_TIMES, **_NOTIFIED)()
    for schema in (AlertConfig, GlobalAlertConfig)
)
_SETTINGS = {
    PROJECT_SETTINGS: stored_schema(ProjectSettings)().load,
    MANAGED_SLOW_MS: Schema.from_dict({"enabled": Flag(required=True)})().load,
}
_INTEGRATIONS = {
    name: stored_schema(cls, "type", id=_text())().load for name, cls in REGISTRY.items()
}
_DELETED = fields.Dict(keys=_id(), values=fields.Float(required=True))
_NAMES = fields.Dict(keys=fields.String(), values=_id())

_ORGANIZATION = stored_schema(Organization, id=_id())
_USER = stored_schema(
    User,
    "firstName",
    "lastName",
    "password",
    id=_id(),
    createdAt=_text(),
    firstName=fields.String(),
    lastName=fields.String(),
    lastAuth=fields.String(),
    roles=fields.List(fields.Nested(Role), required=True),
)
_USER_IDS = fields.List(_id(), required=True)
_TEAM = stored_schema(Team, "usernames", id=_id(), userIds=_USER_IDS, **_TIMES)

TABLES: Kinds = {
    APPLICATION: {
        APPLICATION: Table(Schema().load, is_of_owner=True),
        USERS: Table(_USER().load, key="username"),
        VERSION_MANIFEST: Table(fields.Dict().deserialize, is_of_owner=True),
        GLOBAL_ALERT_CONFIGS: Table(GLOBAL_CONFIG.load, key="id"),
        **row_tables(APPLICATION),
    },
    PROJECT: {
        PROJECT: Table(_PROJECT().load, key="id", is_of_owner=True),
        INTEGRATIONS: Table(loads=_INTEGRATIONS),
        ALERT_CONFIGS: Table(CONFIG.load, key="id"),
        SETTINGS: Table(loads=_SETTINGS),
        AGENT_KEYS: Table(AgentKey().load, key="id"),
        BACKUPS: Table(BACKUP.load),
        AUTOMATION: Table(load_deployment, is_of_owner=True),
        **row_tables(PROJECT),
    },
    API_KEY: {API_KEY: Table(_load_key, key="publicKey", is_of_owner=True)},
    ORGANIZATION: {
        ORGANIZATION: Table(_ORGANIZATION().load, key="id", is_of_owner=True),
        PROJECT_NAMES: Table(_NAMES.deserialize, is_of_owner=True),
        DELETED_PROJECTS: Table(_DELETED.deserialize, is_of_owner=True),
        TEAMS: Table(_TEAM().load, key="id"),
        **row_tables(ORGANIZATION),
    },
}
