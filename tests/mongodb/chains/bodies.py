"""What clients send about backups to an administrator's part of the API."""

from __future__ import annotations

MACHINE = "om.example.com"
DAEMON = {
    "assignmentEnabled": True,
    "backupJobsEnabled": True,
    "configured": True,
    "garbageCollectionEnabled": True,
    "headDiskType": "SSD",
    "machine": {"headRootDirectory": "/data/backup_head/", "machine": MACHINE},
    "numWorkers": 2,
    "resourceUsageEnabled": True,
    "restoreQueryableJobsEnabled": True,
}
DATABASE = {
    "id": "store",
    "uri": "mongodb://h:27017/",
    "ssl": False,
    "assignmentEnabled": True,
    "encryptedCredentials": False,
    "usedSize": 0,
    "labels": None,
    "loadFactor": 0,
}
BUCKET = {
    "acceptedTos": True,
    "assignmentEnabled": True,
    "awsAccessKey": "",
    "awsSecretKey": "",
    "disableProxyS3": False,
    "encryptedCredentials": False,
    "id": "store",
    "labels": None,
    "pathStyleAccessEnabled": True,
    "s3AuthMethod": "IAM_ROLE",
    "s3BucketEndpoint": "s3.us-east-1.amazonaws.com",
    "s3BucketName": "bucket",
    "s3MaxConnections": 50,
    "s3RegionOverride": "",
    "sseEnabled": False,
    "ssl": False,
    "uri": "mongodb://h:27017/",
}
