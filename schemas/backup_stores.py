"""Where Ops Manager keeps snapshots and oplogs: a schema per kind of store (DOCS)."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from opsemu.schemas.base import ResourceSchema
from opsemu.schemas.errors import ValidationFailure
from opsemu.schemas.fields import Choice, Flag, Text, Whole

_USER = re.compile(r"(?<=://)[^/?@]+@")


class _Store(ResourceSchema):
    """What stores of all kinds have; the client chooses the id."""

    assignmentEnabled = Flag(dump_default=False)
    id = Text(required=True)
    labels = fields.List(Text(), dump_default=list)
    links = fields.Raw(dump_only=True)
    loadFactor = Whole()


class MongoStore(_Store):
    """A database that holds blocks, an oplog, or data of an initial sync."""

    encryptedCredentials = Flag(dump_default=False)
    maxCapacityGB = Whole()
    oidc = fields.Dict()
    ssl = Flag(dump_default=False)
    uri = Text(required=True)
    usedSize = Whole()
    writeConcern = Choice("ACKNOWLEDGED", "W2", "JOURNALED", "MAJORITY")


class S3Store(MongoStore):
    """A bucket; its metadata is in the database at `uri`."""

    acceptedTos = Flag(required=True)
    awsAccessKey = Text()
    awsSecretKey = Text()
    customCertificates = fields.List(fields.Dict())
    disableProxyS3 = Flag()
    keyVault = fields.Dict()  # of the API's v2.0
    objectLockEnabled = Flag()
    pathStyleAccessEnabled = Flag(required=True)
    s3AuthMethod = Choice("KEYS", "IAM_ROLE")
    s3BucketEndpoint = Text(required=True)
    s3BucketName = Text(required=True)
    s3MaxConnections = Whole(required=True)
    s3RegionOverride = Text()
    sseEnabled = Flag(required=True)

    def check(self, document: Mapping[str, Any]) -> None:
        """Raise an error if the terms of service are not accepted (DOCS; INFERRED: the code)."""
        if not document["acceptedTos"]:
            raise ValidationFailure("INVALID_ATTRIBUTE", "acceptedTos")


class FileSystemStore(_Store):
    """A folder."""

    mmapv1CompressionSetting = Text(required=True)
    storePath = Text(required=True)
    wtCompressionSetting = Text(required=True)


def mask_credential(value: str) -> str:
    """A credential as Ops Manager 8.0.26 and later show it (CLIENT), of a URL the user's."""
    if "://" in value:
        return _USER.sub("REDACTED:REDACTED@", value)
    return f"{value[:4]}********{value[-4:]}" if len(value) > 8 else "********"
