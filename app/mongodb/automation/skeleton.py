"""The automation configuration of a fresh project."""

from ...store import Document

# A fresh project's configuration (INFERRED: an exported one, emptied). Lists that a later one
# leaves out are read as these (CLIENT: indexed without a default).
SKELETON: Document = {
    "auth": {
        "authoritativeSet": False,
        "autoAuthMechanism": "MONGODB-CR",
        "autoAuthMechanisms": [],
        "autoAuthRestrictions": [],
        "disabled": True,
        "usersDeleted": [],
        "usersWanted": [],
    },
    "backupVersions": [],
    "balancer": {},
    "cpsModules": [],
    "indexConfigs": [],
    "kerberos": {"serviceName": "mongodb"},
    "ldap": {},
    "mongoDbVersions": [],
    "mongosqlds": [],
    "mongots": [],
    "monitoringVersions": [],
    "onlineArchiveModules": [],
    "options": {
        "downloadBase": "/var/lib/mongodb-mms-automation",
        "downloadBaseWindows": "%SystemDrive%\\MMSAutomation\\versions",
    },
    "processes": [],
    "replicaSets": [],
    "roles": [],
    "sharding": [],
    "tls": {"CAFilePath": None, "clientCertificateMode": "OPTIONAL"},
    "version": 1,
}
