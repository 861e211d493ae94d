"""`/groups/<id>/clusters/<id>/snapshots`: the snapshots of clusters that are backed up."""

from functools import partial
from typing import Any

from flask import Response

from opsemu.schemas.backups import SnapshotBody
from opsemu.schemas.profiles import MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...store import Document
from ...worlds.clock import timestamp
from ..project_access import project_url
from ..request_helpers import find_by_id, load_body, page_of
from ..rows.rows import Empty
from .access import ROLE, Cluster, get_cluster
from .backup import Backup

bp = Resource("snapshots", __name__, MANAGER)

CLUSTER = "/groups/<group_id>/clusters/<cluster_id>"
ALL = f"{CLUSTER}/snapshots"
ONE = f"{ALL}/<snapshot_id>"

_DAY = 86_400
_DAYS_KEPT = 2  # by the schedule's default
_SHOWN = {"true": (True,), "false": (False,), "all": (True, False)}


@bp.get(ALL, operation="getAllSnapshots")
def list_all(group_id: str, cluster_id: str) -> Response:
    """The snapshots, the newest first; `completed` is true (the default), false or all."""
    cluster, wanted = get_cluster(group_id, cluster_id), current().query.first("completed")
    backup, shown = cluster.backup, _SHOWN.get(wanted or "true", (True,))
    rows = [row for row in backup.items("snapshots") if backup.is_complete(row) in shown]
    return reply(page_of(rows, partial(_show, cluster, backup)))


@bp.get(ONE, operation="getSnapshot")
def get_one(group_id: str, cluster_id: str, snapshot_id: str) -> Response:
    """One snapshot."""
    cluster = get_cluster(group_id, cluster_id)
    snapshot = find_snapshot(cluster, cluster.backup, snapshot_id)
    return reply(_show(cluster, cluster.backup, snapshot))


@bp.patch(ONE, operation="patchSnapshot")
def update(group_id: str, cluster_id: str, snapshot_id: str) -> Response:
    """Keep a snapshot longer, or for ever."""
    cluster = get_cluster(group_id, cluster_id, role=ROLE)
    body = load_body(SnapshotBody)
    backup = cluster.change(lambda backup: _edited(cluster, backup, snapshot_id, body))
    return reply(_show(cluster, backup, find_snapshot(cluster, backup, snapshot_id)))


@bp.delete(ONE, operation="deleteSnapshot")
def delete(group_id: str, cluster_id: str, snapshot_id: str) -> Response:
    """Delete a snapshot."""
    cluster = get_cluster(group_id, cluster_id, role=ROLE)
    cluster.change(lambda backup: _edited(cluster, backup, snapshot_id, None))
    return no_content()


@bp.post(f"{ALL}/onDemandSnapshot", operation="addOnDemandSnapshot", reads_body=False)
def create(group_id: str, cluster_id: str) -> Response:
    """Take a snapshot of a cluster that is backed up; there is no body (CLIENT)."""
    cluster = get_cluster(group_id, cluster_id, role=ROLE)
    days = current().query.number("retentionDays", _DAYS_KEPT, 100_000)
    snapshot = {"id": current().time.object_id(), "retentionDays": days}
    backup = cluster.change(lambda backup: _with_snapshot(cluster, backup, snapshot))
    return reply(_show_new(cluster, backup.items("snapshots")[0]))


Empty(path=f"{CLUSTER}/checkpoints", operations={"get": "getAllCheckpoints"}).register(bp)


@bp.get(f"{CLUSTER}/checkpoints/<checkpoint_id>", operation="getCheckpoint")
def get_checkpoint(group_id: str, cluster_id: str, checkpoint_id: str) -> Response:
    """There is none."""
    cluster = get_cluster(group_id, cluster_id)
    raise ApiError("CHECKPOINT_NOT_FOUND", checkpoint_id, cluster.id)


def find_snapshot(cluster: Cluster, backup: Backup, snapshot_id: str) -> Document:
    """A snapshot by its id; raises SNAPSHOT_NOT_FOUND."""
    return find_by_id(backup.items("snapshots"), snapshot_id, "SNAPSHOT_NOT_FOUND", cluster.id)


def _edited(
    cluster: Cluster, backup: Backup, snapshot_id: str, change: Document | None
) -> Document:
    find_snapshot(cluster, backup, snapshot_id)
    return backup.edited(snapshot_id, change)


def _with_snapshot(cluster: Cluster, backup: Backup, snapshot: Document) -> Document:
    backup.require("STARTED", cluster_id=cluster.id)
    return backup.added("snapshots", snapshot)


def _point(at: float) -> Document:
    """A point in the log of operations; `time` is a number of seconds (CLIENT)."""
    return {"date": timestamp(at), "increment": 1}


def _links(cluster: Cluster, snapshot: Document) -> list[dict[str, str]]:
    project = project_url(cluster.project.id)
    return [self_link(f"{project}/clusters/{cluster.id}/snapshots/{snapshot['id']}")]


def _show_new(cluster: Cluster, snapshot: Document) -> dict[str, Any]:
    """A snapshot that was just asked for (INFERRED but for `timestamp` and `description`)."""
    return {
        "clusterId": cluster.id,
        "description": "On-demand snapshot",
        "groupId": cluster.project.id,
        "id": snapshot["id"],
        "links": _links(cluster, snapshot),
        "timestamp": {**_point(snapshot["at"]), "time": int(snapshot["at"])},
    }


def _show(cluster: Cluster, backup: Backup, snapshot: Document) -> dict[str, Any]:
    """A snapshot (DOCS); nothing is known of sizes."""
    at = snapshot["at"]
    expires = timestamp(at + _DAY * snapshot.get("retentionDays", _DAYS_KEPT))
    return {
        "clusterId": cluster.id,
        "complete": backup.is_complete(snapshot),
        "created": {**_point(at), "time": int(at)},
        "doNotDelete": snapshot.get("doNotDelete", False),
        "expires": snapshot.get("expires", expires),
        "groupId": cluster.project.id,
        "id": snapshot["id"],
        "lastOplogAppliedTimestamp": _point(at),
        "links": _links(cluster, snapshot),
        "parts": [_part(cluster, each) for each in backed_up_sets(cluster)],
    }


def backed_up_sets(cluster: Cluster) -> list[str]:
    """The ids of the replica sets that a cluster consists of."""
    clusters = cluster.deployment.clusters
    below = [each for each, row in clusters.items() if row.get("parent") == cluster.id]
    return below or [cluster.id]


def _part(cluster: Cluster, part_id: str) -> dict[str, Any]:
    row, hosts = cluster.deployment.clusters[part_id], cluster.deployment.members(part_id)
    return {
        "clusterId": part_id,
        "compressionSetting": "GZIP",
        "dataSizeBytes": 0,
        "encryptionEnabled": False,
        "fileSizeBytes": 0,
        "mongodVersion": hosts[0].get("version", ""),
        "replicaSetName": row.get("replicaSetName", ""),
        "storageSizeBytes": 0,
        "typeName": row["typeName"],
    }
