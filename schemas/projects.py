"""Projects, organizations and project settings."""

from marshmallow import fields

from opsemu.schemas.base import ResourceSchema
from opsemu.schemas.fields import Flag, Text
from opsemu.schemas.profiles import ATLAS, MANAGER

_ATLAS = {"only": ATLAS}
_MANAGER = {"only": MANAGER}
_KINDS = ("arbiter", "config", "master", "mongos", "primary", "secondary", "slave")
_NO_HOSTS = dict.fromkeys(_KINDS, 0)


class Project(ResourceSchema):
    """A project ("group" on the wire). Ops Manager's counters are from an ISSUE of 2021."""

    activeAgentCount = fields.Integer(dump_only=True, dump_default=0, metadata=_MANAGER)
    agentApiKey = fields.String(dump_only=True, metadata=_MANAGER)
    clusterCount = fields.Integer(dump_only=True, dump_default=0, metadata=_ATLAS)
    created = fields.String(dump_only=True, metadata=_ATLAS)
    hostCounts = fields.Raw(dump_only=True, dump_default=_NO_HOSTS.copy, metadata=_MANAGER)
    id = fields.String(dump_only=True)
    # Absent until an agent has called.
    lastActiveAgent = fields.String(dump_only=True, metadata=_MANAGER)
    links = fields.Raw(dump_only=True)
    name = Text(required=True)
    # If it is missing, Ops Manager creates an organization with the project's name.
    orgId = Text(metadata={"required_in": ATLAS})
    publicApiEnabled = fields.Raw(dump_only=True, dump_default=True, metadata=_MANAGER)
    regionUsageRestrictions = Text(load_only=True, metadata=_ATLAS)
    replicaSetCount = fields.Integer(dump_only=True, dump_default=0, metadata=_MANAGER)
    shardCount = fields.Integer(dump_only=True, dump_default=0, metadata=_MANAGER)
    # Tags are strings in Ops Manager and key-value pairs in Atlas.
    tags = fields.List(fields.Dict(), metadata=_ATLAS)
    words = fields.List(Text(), data_key="tags", dump_default=list, metadata=_MANAGER)
    withDefaultAlertsSettings = Flag(metadata=_ATLAS)


class ListedProject(Project):
    """A project in a list; the recording of April 2025 lacks one attribute."""

    withDefaultAlertsSettings = Flag(dump_default=True, metadata={**_ATLAS, "since": "2025-04-16"})


class Organization(ResourceSchema):
    id = fields.String(dump_only=True)
    isDeleted = fields.Raw(dump_only=True, dump_default=False)
    links = fields.Raw(dump_only=True)
    name = fields.String(dump_only=True)
    skipDefaultAlertsSettings = fields.Raw(dump_only=True, dump_default=False, metadata=_ATLAS)


class ProjectSettings(ResourceSchema):
    """The settings of an Atlas project; the defaults are those of a new project (RECORDED)."""

    isAtlasHomePageAiAssistantEnabled = Flag(dump_default=True)
    isClusterAiAssistantEnabled = Flag(dump_default=True)
    isCollectDatabaseSpecificsStatisticsEnabled = Flag(dump_default=True)
    isDataExplorerEnabled = Flag(dump_default=True)
    isDataExplorerGenAIFeaturesEnabled = Flag(dump_default=True)
    isDataExplorerGenAISampleDocumentPassingEnabled = Flag(dump_default=False)
    isDataValidationEnabled = Flag(dump_default=True)
    isExtendedStorageSizesEnabled = Flag(dump_default=False)
    isNativeRerankingEnabled = Flag(dump_default=False)
    isPerformanceAdvisorEnabled = Flag(dump_default=True)
    isRealtimePerformancePanelEnabled = Flag(dump_default=True)
    isSchemaAdvisorEnabled = Flag(dump_default=True)
