"""Times in which Ops Manager sends no alerts."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from opsemu.schemas.base import ResourceSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Choice, Text
from opsemu.schemas.times import Time


class MaintenanceWindow(ResourceSchema):
    """A window (DOCS); errors are those of the table of codes."""

    alertTypeNames = fields.List(
        Choice("HOST", "REPLICA_SET", "CLUSTER", "AGENT", "BACKUP"),
        required=True,
        metadata={"missing": "MISSING_MAINTENANCE_WINDOW_ALERT_TYPE_NAME"},
    )
    created = fields.String(dump_only=True)
    description = Text()
    endDate = Time(required=True, metadata={"missing": "MISSING_MAINTENANCE_WINDOW_END_DATE"})
    groupId = fields.String(dump_only=True)
    id = fields.String(dump_only=True)
    startDate = Time(required=True, metadata={"missing": "MISSING_MAINTENANCE_WINDOW_START_DATE"})
    updated = fields.String(dump_only=True)

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for no types, and for a window that ends before it starts."""
        if not document["alertTypeNames"]:
            raise ValidationFailure("MISSING_MAINTENANCE_WINDOW_ALERT_TYPE_NAME")
        if document["startDate"] > document["endDate"]:
            raise ValidationFailure("MAINTENANCE_WINDOW_START_DATE_AFTER_END_DATE")
