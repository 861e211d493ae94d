"""Where Atlas exports logs (SPEC) and metrics to (CLIENT: models of its SDK for Go).

Keys and the values of headers are stored as masks: nothing is ever sent with them.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from opsemu.schemas.base import Nested, ResourceSchema, VendorSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Choice, Flag, Text, mask_key

# The types of log integrations, and what each requires.
_NEEDED = {
    "AZURE_LOG_EXPORT": ("prefixPath", "roleId", "storageAccountName", "storageContainerName"),
    "DATADOG_LOG_EXPORT": ("apiKey", "region"),
    "GCS_LOG_EXPORT": ("bucketName", "prefixPath", "roleId"),
    "OTEL_LOG_EXPORT": ("otelEndpoint", "otelSuppliedHeaders"),
    "S3_LOG_EXPORT": ("bucketName", "iamRoleId", "prefixPath"),
    "SPLUNK_LOG_EXPORT": ("hecToken", "hecUrl"),
}


class Redacted(Text):
    """A secret of which only the mask is kept; it is shown like that (INFERRED)."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        return mask_key(super()._deserialize(value, *args, **kwargs))


class _Header(VendorSchema):
    name = Text(required=True)
    value = Redacted(required=True)


class LogIntegration(ResourceSchema):
    """An export of logs; which attributes it needs depends on its type."""

    apiKey = Redacted()
    bucketName = Text()
    hecToken = Redacted()
    hecUrl = Text()
    iamRoleId = Text()
    id = fields.String(dump_only=True)
    kmsKey = Text()
    logTypes = fields.List(
        Choice("MONGOD", "MONGOD_AUDIT", "MONGOS", "MONGOS_AUDIT"), required=True
    )
    otelEndpoint = Text()
    otelSuppliedHeaders = fields.List(Nested(_Header))
    prefixPath = Text()
    region = Text()
    roleId = Text()
    storageAccountName = Text()
    storageContainerName = Text()
    type = Choice(*_NEEDED, required=True)
    useLegacyPathStructure = Flag()

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for an attribute that the type needs."""
        for name in _NEEDED[document["type"]]:
            if name not in document:
                raise ValidationFailure("MISSING_ATTRIBUTE", name)


class MetricIntegration(ResourceSchema):
    """An export of metrics; newer clients send `authType`, of which one value is known."""

    aggregationTemporality = Text(required=True)
    authType = Text(dump_default="HEADER")
    endpoint = Text(required=True)
    headers = fields.List(Nested(_Header), load_only=True)
    headersRedacted = fields.Raw(dump_only=True)
    integrationType = Text(required=True)
    metricIntegrationId = fields.String(dump_only=True)
    metricSelection = fields.List(Text(), required=True)
    providerType = Text(required=True)

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The integration with the names of its headers."""
        return super().show({**document, "headersRedacted": document.get("headers", [])})
