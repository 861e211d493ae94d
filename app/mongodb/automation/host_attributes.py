"""The attributes of a host, but for what depends on its project and on the time."""

from ...store import Document

# A host before its first ping (DOCS).
NEW_HOST = {
    "alertsEnabled": True, "authMechanismName": "NONE", "hasStartupWarnings": False,
    "hidden": False, "hostEnabled": True, "journalingEnabled": False, "logsEnabled": False,
    "lowUlimit": False, "profilerEnabled": False, "sslEnabled": False,
}  # fmt: skip
# What a ping adds. Of the machine nothing is known.
_PINGED = {
    "deactivated": False, "hiddenSecondary": False, "ipAddress": "127.0.0.1",
    "journalingEnabled": True, "lastDataSizeBytes": 0, "lastIndexSizeBytes": 0, "slaveDelaySec": 0,
}  # fmt: skip


def process_name(process: Document) -> str:
    """The name of a process in the lists of hosts, `hostname:port`."""
    return f"{process['hostname']}:{process['args2_6']['net']['port']}"


def running(process: Document, role: Document, *, is_open: bool) -> Document:
    """What a process that runs in a role adds to a host; with `is_open` it asks for no login."""
    net = process["args2_6"]["net"]
    modes = {net["tls"]["mode"], net["ssl"]["mode"]}
    return {
        **_PINGED,
        "aliases": [process_name(process)],
        "authMechanismName": "NONE" if is_open else "SCRAM-SHA-256",
        "hostname": process["hostname"],
        "port": net["port"],
        "sslEnabled": modes != {"disabled"},
        "version": process["version"],
        **role,
    }
