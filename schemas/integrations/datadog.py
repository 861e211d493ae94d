"""Datadog; Ops Manager has only the key."""

from typing import Any

from marshmallow import fields

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Choice, Flag, Secret
from opsemu.schemas.profiles import ATLAS, OPS_MANAGER

# ISSUE: the sentence of the first format; DOCS: the error of the second.
HEXADECIMAL = (r"[0-9A-Fa-f]+", "INVALID_INTEGRATION_SETTINGS", "must be a hexadecimal string")
DATADOG_KEY = (r"[0-9A-Fa-f]{32}", "INVALID_DATADOG_API_KEY", "")
_ATLAS = {"only": ATLAS}
_OCTOBER = "2026-10-01"  # INFERRED from a client of that month; absent from the SPEC of August


class DatadogRegion(Choice):
    """Where Datadog keeps an organization's data (SPEC)."""

    def __init__(self, **kwargs: Any) -> None:
        regions = ("US", "EU", "US3", "US5", "AP1", "US1_FED")
        super().__init__(*regions, since={"AP2": _OCTOBER}, dump_default="US", **kwargs)


class Datadog(IntegrationSchema):
    """`since` of a metrics switch is the first day on which recordings show it."""

    type_name = "DATADOG"
    list_order = 30
    families = ATLAS | OPS_MANAGER
    unsupported_error = "DATADOG_NOT_SUPPORTED_FOR_CLOUD_MANAGER"
    example = {"apiKey": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}

    apiKey = Secret(HEXADECIMAL, DATADOG_KEY, required=True)
    region = DatadogRegion(metadata=_ATLAS)
    # Always null in recordings; no client sends it, and it is not documented.
    customEndpoint = fields.String(dump_only=True, metadata=_ATLAS)
    sendCollectionLatencyMetrics = Flag(dump_default=False, metadata=_ATLAS)
    sendDatabaseMetrics = Flag(dump_default=False, metadata=_ATLAS)
    sendUserProvidedResourceTags = Flag(
        dump_default=False, metadata={**_ATLAS, "since": "2025-07-03"}
    )
    # RECORDED for a week of June 2025: the server showed the attribute under an internal name.
    sendUserProvidedResourceTags_of_june = Flag(
        data_key="_sendUserProvidedResourceTags",
        attribute="sendUserProvidedResourceTags",
        dump_default=False,
        metadata={**_ATLAS, "since": "2025-06-26", "until": "2025-07-03"},
    )
    sendQueryStatsMetrics = Flag(dump_default=False, metadata={**_ATLAS, "since": "2025-08-20"})
    sendShardingMetrics = Flag(dump_default=False, metadata={**_ATLAS, "since": _OCTOBER})
