"""The tables of rows: what their documents have to be."""

from typing import Any

from marshmallow import fields

from ...worlds.stored_tables import Table, stored_schema
from ..people import invitations, project_teams
from . import admin, atlas, exports, manager
from .collections import Collection
from .rows import SINGLES, Single

_TIMES = {name: fields.String(required=True) for name in ("created", "updated")}

_ROWS = (
    *admin.ROWS,
    *atlas.ROWS,
    *exports.ROWS,
    *invitations.ROWS,
    *manager.ROWS,
    *project_teams.ROWS,
)


def row_tables(kind: str) -> dict[str, Table]:
    """The tables of the rows that are stored with a kind of owner."""
    rows = [row for row in _ROWS if row.owner_kind == kind]
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
                stored_schema(row.schema, **_members(row), **_TIMES)().load, key=row.key
            )
            for row in rows
            if isinstance(row, Collection)
        },
    }


def _members(row: Collection) -> dict[str, fields.Field[Any]]:
    """What a stored document has beside the attributes of its schema."""
    made = (row.key, *row.made)
    return {
        "id": fields.String(required=row.order == "id"),
        **{name: fields.String(required=True) for name in made},
    }
