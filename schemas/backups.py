"""Backups of Ops Manager: configurations, schedules, snapshots, restore jobs (DOCS)."""

from typing import Any

from marshmallow import fields

from opsemu.schemas.base import Nested, ResourceSchema
from opsemu.schemas.errors import make_error
from opsemu.schemas.fields import Choice, Flag, Text, Whole
from opsemu.schemas.times import Time


class _Body(ResourceSchema):
    clusterId = fields.String(dump_only=True)
    groupId = fields.String(dump_only=True)
    links = fields.Raw(dump_only=True)


class BackupConfig(_Body):
    """How a cluster is backed up."""

    authMechanismName = Text(dump_default="NONE")
    encryptionEnabled = Flag(dump_default=False)
    excludedNamespaces = fields.List(Text(), dump_default=list)
    includedNamespaces = fields.List(Text())
    password = Text(load_only=True)
    provisioned = Flag()
    sslEnabled = Flag(dump_default=False)
    statusName = Choice("STARTED", "STOPPED", "TERMINATING")
    storageEngineName = Choice("WIRED_TIGER", "MEMORY_MAPPED")
    syncSource = Text()
    username = Text()


class _Interval(Whole):
    """Hours between two snapshots."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        hours = super()._deserialize(value, *args, **kwargs)
        if hours not in (6, 8, 12, 24):
            raise make_error("INVALID_SNAPSHOT_INTERVAL", str(hours))
        return hours


class SnapshotSchedule(_Body):
    """When snapshots are taken, and how long they are kept."""

    clusterCheckpointIntervalMin = Whole()  # of a sharded cluster
    dailySnapshotRetentionDays = Whole(dump_default=7)
    fullIncrementalDayOfWeek = Choice(
        "SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY",
        dump_default="SUNDAY",
    )  # fmt: skip
    monthlySnapshotRetentionMonths = Whole(dump_default=13)
    pointInTimeWindowHours = Whole(dump_default=24)
    referenceHourOfDay = Whole(dump_default=0)
    referenceMinuteOfHour = Whole(dump_default=0)
    referenceTimeZoneOffset = Text(dump_default="+0000")
    snapshotIntervalHours = _Interval(dump_default=6)
    snapshotRetentionDays = Whole(dump_default=2)
    weeklySnapshotRetentionWeeks = Whole(dump_default=4)


class SnapshotBody(_Body):
    """What can be changed of a snapshot."""

    complete = fields.Raw(dump_only=True)
    created = fields.Raw(dump_only=True)
    doNotDelete = Flag()
    expires = Time()
    id = fields.Raw(dump_only=True)
    lastOplogAppliedTimestamp = fields.Raw(dump_only=True)
    parts = fields.Raw(dump_only=True)


class _Delivery(ResourceSchema):
    expirationHours = Whole()
    maxDownloads = Whole()
    methodName = Choice("HTTP", "AUTOMATED_RESTORE", required=True)
    targetClusterId = Text()
    targetClusterName = Text()
    targetGroupId = Text()


class RestoreJobBody(_Body):
    """What is restored, and how it is delivered."""

    checkPointId = Text()  # as MongoDB's library for Go spells it
    checkpointId = Text()
    delivery = Nested(_Delivery, required=True)
    oplogInc = Whole()
    oplogTs = fields.Raw()
    pointInTimeUTCMillis = fields.Raw()
    snapshotId = Text()
