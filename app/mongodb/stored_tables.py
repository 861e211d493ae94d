"""The tables of projects and organizations: what their documents have to be."""

from typing import Any

from marshmallow import Schema, ValidationError, fields

from opsemu.schemas import REGISTRY
from opsemu.schemas.alert_configs import AlertConfig
from opsemu.schemas.fields import Flag
from opsemu.schemas.notifications import NOTIFICATIONS
from opsemu.schemas.projects import Project, ProjectSettings

from ..store.layout import (
    ALERT_CONFIGS,
    APPLICATION,
    DELETED_PROJECTS,
    INTEGRATIONS,
    MANAGED_SLOW_MS,
    ORGANIZATION,
    PROJECT,
    PROJECT_NAMES,
    PROJECT_SETTINGS,
    SETTINGS,
)
from ..worlds.stored_tables import Kinds, Table, stored_schema
from . import manager_rows
from .collections import Collection
from .notifications import FOLLOWS
from .roles import is_object_id
from .rows import SINGLES, Single
from .seeding import Organization


def _text() -> fields.String:
    return fields.String(required=True)


def _id() -> fields.String:
    return fields.String(required=True, validate=is_object_id)


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
CONFIG = stored_schema(AlertConfig, id=_id(), **_TIMES, **_NOTIFIED)()
_SETTINGS = {
    PROJECT_SETTINGS: stored_schema(ProjectSettings)().load,
    MANAGED_SLOW_MS: Schema.from_dict({"enabled": Flag(required=True)})().load,
}
_INTEGRATIONS = {
    name: stored_schema(cls, "type", id=_text())().load for name, cls in REGISTRY.items()
}
_DELETED = fields.Dict(keys=_id(), values=fields.Float(required=True))
_NAMES = fields.Dict(keys=fields.String(), values=_id())

_ROWS = (*manager_rows.ROWS,)


def _row_tables(path: str) -> dict[str, Table]:
    """The tables of the rows whose path begins so."""
    rows = [row for row in _ROWS if row.path.startswith(path)]
    return {
        SINGLES: Table(
            loads={
                row.table: stored_schema(row.schema, **_TIMES)().load
                for row in rows
                if isinstance(row, Single)
            }
        ),
        **{
            row.table: Table(
                stored_schema(row.schema, **{row.key: _text()}, **_TIMES)().load, key=row.key
            )
            for row in rows
            if isinstance(row, Collection)
        },
    }


TABLES: Kinds = {
    APPLICATION: {
        APPLICATION: Table(Schema().load, is_of_owner=True),
        **_row_tables("/admin/"),
    },
    PROJECT: {
        PROJECT: Table(_PROJECT().load, key="id", is_of_owner=True),
        INTEGRATIONS: Table(loads=_INTEGRATIONS),
        ALERT_CONFIGS: Table(CONFIG.load, key="id"),
        SETTINGS: Table(loads=_SETTINGS),
        **_row_tables("/groups/<"),
    },
    ORGANIZATION: {
        ORGANIZATION: Table(Organization().load, key="id", is_of_owner=True),
        PROJECT_NAMES: Table(_NAMES.deserialize, is_of_owner=True),
        DELETED_PROJECTS: Table(_DELETED.deserialize, is_of_owner=True),
        **_row_tables("/orgs/<"),
    },
}
