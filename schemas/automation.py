"""Automation: what is read of an automation configuration, and the bodies of hosts.

The rest of a configuration is kept as it was sent. Null is the same as absent (CLIENT: the
Kubernetes operator compares them so).
"""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, pre_load, validate

from opsemu.schemas.base import ResourceSchema
from opsemu.schemas.errors import make_error
from opsemu.schemas.fields import Choice, Flag, Text, Whole


class Part(Schema):
    """A part of a configuration; members that are not declared are not read."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _drop_nulls(self, value: Any, **_: Any) -> Any:
        is_object = isinstance(value, dict)
        return {k: v for k, v in value.items() if v is not None} if is_object else value


def _part(schema: type[Part]) -> fields.Nested:
    """An object; if it is absent, one with all defaults, which nobody may change."""
    default = schema().load({})
    return fields.Nested(schema, load_default=lambda: default)


def _list(schema: type[Part]) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), load_default=list)


def _text(default: str = "") -> fields.String:
    return fields.String(load_default=default)


def _identifier() -> fields.String:
    return fields.String(load_default="", data_key="_id")


class _Encryption(Part):
    mode = _text("disabled")


class _Net(Part):
    port = fields.Integer(load_default=27017, validate=validate.Range(1, 65535))
    tls = _part(_Encryption)
    ssl = _part(_Encryption)  # the older name


class _Replication(Part):
    replSetName = _text()


class _Arguments(Part):
    net = _part(_Net)
    replication = _part(_Replication)


class _Process(Part):
    name = _text()
    hostname = _text()
    processType = _text("mongod")
    cluster = _text()  # of a mongos
    version = _text()
    disabled = fields.Boolean(load_default=False)
    args2_6 = _part(_Arguments)


class _Member(Part):
    id = fields.Integer(load_default=0, data_key="_id")
    host = _text()  # the name of a process
    priority = fields.Float(load_default=1.0)
    votes = fields.Float(load_default=1.0)
    arbiterOnly = fields.Boolean(load_default=False)
    hidden = fields.Boolean(load_default=False)


class _ReplicaSet(Part):
    id = _identifier()
    members = _list(_Member)


class _Shard(Part):
    id = _identifier()
    rs = _text()


class _Sharding(Part):
    name = _text()
    configServerReplica = _text()
    shards = _list(_Shard)


class _Agent(Part):
    hostname = _text()


class _Auth(Part):
    disabled = fields.Boolean(load_default=True)


class ReadConfig(Part):
    """An automation configuration as far as something follows from it."""

    version = fields.Integer(load_default=None)
    auth = _part(_Auth)
    processes = _list(_Process)
    replicaSets = _list(_ReplicaSet)
    sharding = _list(_Sharding)
    monitoringVersions = _list(_Agent)
    backupVersions = _list(_Agent)


class _Hostname(Text):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        name = super()._deserialize(value, *args, **kwargs)
        if not name.isprintable() or not name.isascii() or set(name) & set(" /?#@"):
            raise make_error("INVALID_HOSTNAME", name)
        return name


class _Port(Whole):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        port = super()._deserialize(value, *args, **kwargs)
        if not 0 < port < 65536:
            raise make_error("INVALID_HOST_PORT", str(port))
        return port


# What a host reports; clients send it back.
_REPORTED = (
    "aliases", "clusterId", "created", "deactivated", "groupId", "hasStartupWarnings", "hidden",
    "hiddenSecondary", "hostEnabled", "ipAddress", "journalingEnabled", "lastDataSizeBytes",
    "lastIndexSizeBytes", "lastPing", "lastRestart", "links", "lowUlimit", "replicaSetName",
    "replicaStateName", "shardName", "slaveDelaySec", "typeName", "uptimeMsec", "version",
)  # fmt: skip
_Host: Any = ResourceSchema.from_dict({name: fields.Raw(dump_only=True) for name in _REPORTED})


class HostBody(_Host):  # type: ignore[misc]
    """A host that is added to monitoring, or what is changed of one (DOCS).

    CLIENT: the Kubernetes operator sends each attribute, empty ones too, and an `id`.
    """

    alertsEnabled = Flag()
    authMechanismName = Choice(
        "NONE", "MONGODB_CR", "SCRAM-SHA-1", "SCRAM-SHA-256", "GSSAPI", "PLAIN", "MONGODB_X509", ""
    )
    hostname = _Hostname(required=True)
    id = Text(load_only=True)
    logsEnabled = Flag()
    password = Text(load_only=True)
    port = _Port(required=True)
    profilerEnabled = Flag()
    sslEnabled = Flag()
    username = Text()


class ClusterBody(ResourceSchema):
    """The name of a sharded cluster, the one attribute of a cluster that can be changed."""

    clusterName = Text(required=True)
    groupId = fields.String(dump_only=True)
    id = fields.String(dump_only=True)
    lastHeartbeat = fields.String(dump_only=True)
    links = fields.Raw(dump_only=True)
    replicaSetName = fields.String(dump_only=True)
    shardName = fields.String(dump_only=True)
    typeName = fields.String(dump_only=True)


class AgentKeyBody(ResourceSchema):
    """What a new key of a project's agents is for."""

    desc = Text(required=True)
