"""Projects, organizations and project settings."""

from typing import Any

from marshmallow import fields

from opsemu.schemas.api_keys import ApiKey
from opsemu.schemas.base import Nested, ResourceSchema
from opsemu.schemas.errors import make_error
from opsemu.schemas.fields import Flag, Text
from opsemu.schemas.profiles import ATLAS, MANAGER

_ATLAS = {"only": ATLAS}
_MANAGER = {"only": MANAGER}
_KINDS = ("arbiter", "config", "master", "mongos", "primary", "secondary", "slave")
_NO_HOSTS = dict.fromkeys(_KINDS, 0)
MAX_TAGS = 10  # DOCS


def _check_tag(tag: str) -> None:
    """CLIENT: the Kubernetes operator makes its tags so."""
    if tag != tag.upper() or not 0 < len(tag) <= 32:
        raise make_error("INVALID_GROUP_TOKEN", tag)


def _check_tags(tags: list[str]) -> None:
    if len(tags) > MAX_TAGS:
        raise make_error("TOO_MANY_GROUP_TOKENS", str(MAX_TAGS))


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 64:
        raise make_error("INVALID_ORG_NAME", name)


def _ldap_mappings() -> fields.List[Any]:
    """The groups of an LDAP server whose members have a role; kept, without an effect."""
    return fields.List(fields.Dict(), metadata=_MANAGER)


class Project(ResourceSchema):
    """A project ("group" on the wire). Ops Manager's counters are from an ISSUE of 2021."""

    activeAgentCount = fields.Integer(dump_only=True, dump_default=0, metadata=_MANAGER)
    agentApiKey = fields.String(dump_only=True, metadata=_MANAGER)
    clusterCount = fields.Integer(dump_only=True, dump_default=0, metadata=_ATLAS)
    created = fields.String(dump_only=True, metadata=_ATLAS)
    hostCounts = fields.Raw(dump_only=True, dump_default=_NO_HOSTS.copy, metadata=_MANAGER)
    id = fields.String(dump_only=True)
    ldapGroupMappings = _ldap_mappings()
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
    words = fields.List(
        Text(validate=_check_tag),
        data_key="tags",
        dump_default=list,
        validate=_check_tags,
        metadata=_MANAGER,
    )
    withDefaultAlertsSettings = Flag(metadata=_ATLAS)


class ListedProject(Project):
    """A project in a list; the recording of April 2025 lacks one attribute."""

    withDefaultAlertsSettings = Flag(dump_default=True, metadata={**_ATLAS, "since": "2025-04-16"})


class Organization(ResourceSchema):
    id = fields.String(dump_only=True)
    isDeleted = fields.Raw(dump_only=True, dump_default=False)
    ldapGroupMappings = _ldap_mappings()
    links = fields.Raw(dump_only=True)
    name = fields.String(required=True, validate=_check_name)
    skipDefaultAlertsSettings = Flag(dump_only=True, dump_default=False, metadata=_ATLAS)


class NewOrganization(Organization):
    """What makes an organization of Atlas (SPEC); what it is to be federated with is ignored."""

    apiKey = Nested(ApiKey)
    federationSettingsId = Text(load_only=True)
    orgOwnerId = Text()
    securityContact = Text(load_only=True)
    skipDefaultAlertsSettings = Flag(load_only=True)


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
