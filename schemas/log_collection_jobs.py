"""Requests for the logs of a process, a replica set or a cluster."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from opsemu.schemas.base import ResourceSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Choice, Flag, Text, Whole
from opsemu.schemas.times import Time

_LOGS = {"AUTOMATION_AGENT", "BACKUP_AGENT", "MONITORING_AGENT", "MONGODB", "FTDC"}


class LogCollectionJob(ResourceSchema):
    """A job (DOCS), which here has succeeded as soon as it was made."""

    created = fields.String(dump_only=True, data_key="creationDate")
    downloadUrl = fields.String(dump_only=True)
    expirationDate = Time()
    groupId = fields.String(dump_only=True)
    id = fields.String(dump_only=True)
    logCollectionFromDate = fields.Raw(load_only=True)
    logCollectionToDate = fields.Raw(load_only=True)
    logTypes = fields.List(Text(), required=True)
    redacted = Flag(required=True)
    resourceName = Text(required=True)
    resourceType = Choice("CLUSTER", "PROCESS", "REPLICASET", required=True)
    rootResourceName = fields.String(dump_only=True, attribute="resourceName")
    rootResourceType = fields.String(dump_only=True, attribute="resourceType")
    sizeRequestedPerFileBytes = Whole(required=True)
    status = fields.String(dump_only=True, dump_default="SUCCESS")
    uncompressedSizeTotalBytes = fields.Integer(dump_only=True, dump_default=0)

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for no or unknown logs, and for a size below one byte."""
        if not document["logTypes"] or not _LOGS.issuperset(document["logTypes"]):
            raise ValidationFailure("INVALID_LOG_REQUEST_TYPES")
        if document["sizeRequestedPerFileBytes"] < 1:
            raise ValidationFailure("INVALID_LOG_REQUEST_SIZE")
