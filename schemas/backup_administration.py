"""What Ops Manager's administrators say about backup daemons and about a project's backups."""

from collections.abc import Mapping
from hashlib import md5
from typing import Any

from marshmallow import fields

from opsemu.schemas.base import Nested, ResourceSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Flag, Text, Whole


class _Machine(ResourceSchema):
    headRootDirectory = Text()
    machine = Text()


class Daemon(ResourceSchema):
    """A backup daemon of a machine with its head directory."""

    assignmentEnabled = Flag(dump_default=False)
    backupJobsEnabled = Flag(dump_default=False)
    configured = Flag(dump_default=False)
    garbageCollectionEnabled = Flag(dump_default=False)
    headDiskType = Text(dump_default=None)
    id = fields.String(dump_only=True)
    labels = fields.List(Text(), dump_default=list)
    links = fields.Raw(dump_only=True)
    machine = Nested(_Machine, required=True)
    numWorkers = Whole(dump_default=4)
    resourceUsageEnabled = Flag(dump_default=False)
    restoreQueryableJobsEnabled = Flag(dump_default=False)

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error for a head directory without a slash at its end (DOCS)."""
        if not document["machine"]["headRootDirectory"].endswith(("/", "\\")):
            raise ValidationFailure("INVALID_ATTRIBUTE", "headRootDirectory")

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The daemon with its id, which its machine and head directory decide."""
        place = "{machine} {headRootDirectory}".format(**document["machine"]).encode()
        return super().show({**document, "id": md5(place, usedforsecurity=False).hexdigest()[:24]})


class ProjectBackup(ResourceSchema):
    """Which daemons and stores the backups of a project may use; empty: all (DOCS)."""

    daemonFilter = fields.List(fields.Dict(), dump_default=list)
    id = fields.String(dump_only=True)
    kmipClientCertPassword = Text(load_only=True)
    kmipClientCertPath = Text()
    labelFilter = fields.List(Text(), dump_default=list)
    links = fields.Raw(dump_only=True)
    oplogStoreFilter = fields.List(fields.Dict(), dump_default=list)
    snapshotStoreFilter = fields.List(fields.Dict(), dump_default=list)
    syncStoreFilter = fields.List(Text(), dump_default=list)
