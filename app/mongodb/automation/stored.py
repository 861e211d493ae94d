"""What a stored deployment has to be: imported states are checked."""

from typing import Any

from marshmallow import INCLUDE, Schema, fields

from opsemu.schemas.automation import HostBody
from opsemu.schemas.backups import BackupConfig, SnapshotSchedule

from ...store import Document
from ...worlds.stored_tables import seconds, stored_schema
from .deployment import read_config


class _Host(Schema):
    """A host as it was, of which the API shows everything."""

    class Meta:
        unknown = INCLUDE

    hostname = fields.String(required=True)
    port = fields.Integer(required=True)
    clusterId = fields.String()
    groupId = fields.String()
    id = fields.String()
    lastPing = fields.String()
    typeName = fields.String()
    version = fields.String()


class _Cluster(Schema):
    clusterName = fields.String(required=True)
    name = fields.String()
    parent = fields.String()
    replicaSetName = fields.String(load_default="")
    shardName = fields.String()
    typeName = fields.String(required=True)


class _Achieved(Schema):
    name = fields.String(required=True)
    version = fields.Integer(required=True)


class _Stuck(Schema):
    errorCode = fields.Integer(required=True)
    errorString = fields.String(required=True)
    name = fields.String(required=True)


class _Server(Schema):
    hostname = fields.String(required=True)
    since = seconds(required=True)
    stopped = seconds()
    added = fields.Boolean()


class _PreferredHostname(Schema):
    endsWith = fields.Boolean(required=True)
    id = fields.String(required=True)
    regexp = fields.Boolean(required=True)
    value = fields.String(required=True)


class AgentKey(Schema):
    """A key of a project's agents; `hash` is that of the key, `tail` its last characters."""

    createdBy = fields.String(required=True)
    createdIpAddr = fields.String(required=True)
    createdTime = fields.Integer(required=True)
    createdUserId = fields.String(required=True)
    desc = fields.String(required=True)
    hash = fields.String(required=True)
    id = fields.String(required=True)
    tail = fields.String(required=True)


class _Snapshot(Schema):
    at = seconds(required=True)
    doNotDelete = fields.Boolean()
    expires = fields.String()
    id = fields.String(required=True)
    retentionDays = fields.Integer()


class _RestoreJob(Schema):
    at = seconds(required=True)
    batchId = fields.String(required=True)
    clusterId = fields.String(required=True)
    delivery = fields.Dict(required=True)
    id = fields.String(required=True)
    pointInTime = fields.Boolean(required=True)
    snapshotAt = seconds(required=True)
    snapshotId = fields.String(required=True)


# See `backup.py`.
BACKUP = Schema.from_dict(
    {
        "before": fields.String(load_default="INACTIVE"),
        "fields": fields.Nested(stored_schema(BackupConfig, "password", "statusName")),
        "restoreJobs": fields.List(fields.Nested(_RestoreJob)),
        "schedule": fields.Nested(stored_schema(SnapshotSchedule)),
        "since": seconds(load_default=0.0),
        "snapshots": fields.List(fields.Nested(_Snapshot)),
        "statusName": fields.String(),
    }
)()


class _Config(fields.Dict):
    """An automation configuration, kept as it was sent."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Document:
        config: Document = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        read_config(config)
        return config


_OPTIONAL: dict[str, fields.Field[Any]] = {"hostname": fields.String(), "port": fields.Integer()}
_ENTRY = Schema.from_dict(
    {
        "created": seconds(required=True),
        "fields": fields.Nested(stored_schema(HostBody, "id", "password", **_OPTIONAL)),
        "kept": fields.Nested(_Host),
        "deleted": fields.Boolean(),
        "discovered": fields.Boolean(),
    }
)


def _by_name(value: fields.Field[Any]) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=value)


_DEPLOYMENT = Schema.from_dict(
    {
        "config": _Config(),
        "published": seconds(),
        "achieved": fields.List(fields.Nested(_Achieved)),
        "stuck": fields.List(fields.Nested(_Stuck)),
        "hosts": _by_name(fields.Nested(_ENTRY)),
        "clusters": _by_name(fields.Nested(_Cluster)),
        "servers": fields.List(fields.Nested(_Server)),
        "agentConfigs": _by_name(fields.Dict()),
        "preferredHostnames": fields.List(fields.Nested(_PreferredHostname)),
    }
)()


def load_deployment(document: Document) -> Document:
    """A stored deployment, checked; raises ValidationError."""
    return _DEPLOYMENT.load(document)  # type: ignore[no-any-return]
