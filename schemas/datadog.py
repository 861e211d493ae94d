"""Datadog; Ops Manager has only the key."""

from marshmallow import fields

from opsemu.schemas.base import IntegrationSchema
from opsemu.schemas.fields import Choice, Flag, Secret
from opsemu.schemas.key_formats import datadog_key
from opsemu.schemas.profiles import ATLAS, OPS_MANAGER

_ATLAS = {"only": ATLAS}


class Datadog(IntegrationSchema):
    """`since` of a metrics switch is the first day on which recordings show it."""

    type_name = "DATADOG"
    list_order = 30
    families = ATLAS | OPS_MANAGER
    unsupported_error = ("DATADOG_NOT_SUPPORTED_FOR_CLOUD_MANAGER",)
    example = {"apiKey": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}

    apiKey = Secret(required=True, key_format=datadog_key)
    region = Choice("US", "EU", "US3", "US5", "AP1", "US1_FED", dump_default="US", metadata=_ATLAS)
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
