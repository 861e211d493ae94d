"""`/groups/<id>/clusters/<id>/restoreJobs`: what was restored from snapshots."""

from functools import partial
from typing import Any

from flask import Response

from opsemu.schemas.backups import RestoreJobBody
from opsemu.schemas.profiles import MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...store import Document
from ...worlds.clock import timestamp
from ..project_access import project_url
from ..request_helpers import find_by_id, load_body, page_of
from .access import ROLE, Cluster, get_cluster
from .backup import Backup
from .snapshots import backed_up_sets, find_snapshot

bp = Resource("restore_jobs", __name__, MANAGER)

ALL = "/groups/<group_id>/clusters/<cluster_id>/restoreJobs"

_POINTS = ("pointInTimeUTCMillis", "oplogTs")


@bp.get(ALL, operation="getAllRestoreJobs")
def list_all(group_id: str, cluster_id: str) -> Response:
    """The jobs, the newest first, all or those of a batch."""
    cluster, batch_id = get_cluster(group_id, cluster_id), current().query.first("batchId")
    jobs = cluster.backup.items("restoreJobs")
    return reply(_page(cluster, [job for job in jobs if batch_id in (None, job["batchId"])]))


@bp.get(f"{ALL}/<job_id>", operation="getRestoreJob")
def get_one(group_id: str, cluster_id: str, job_id: str) -> Response:
    """One job."""
    cluster = get_cluster(group_id, cluster_id)
    jobs = cluster.backup.items("restoreJobs")
    job = find_by_id(jobs, job_id, "RESTORE_JOB_NOT_FOUND", cluster_id)
    return reply(_show(cluster, cluster.backup, job))


@bp.post(ALL, operation="addRestoreJob")
def create(group_id: str, cluster_id: str) -> Response:
    """Restore a cluster: a list of a job for each of its shards, which are a batch."""
    cluster = get_cluster(group_id, cluster_id, role=ROLE)
    body = load_body(RestoreJobBody)
    new = _new_jobs(cluster, body)
    backup = cluster.change(lambda backup: _with_jobs(cluster, backup, body, new))
    ids = {job["id"] for job in new}
    return reply(_page(cluster, [job for job in backup.items("restoreJobs") if job["id"] in ids]))


def _new_jobs(cluster: Cluster, body: Document) -> list[Document]:
    make, clusters = current().time.object_id, cluster.deployment.clusters
    sets = backed_up_sets(cluster)
    parts = [each for each in sets if "shardName" in clusters[each]] or sets
    job = {
        "batchId": make(),
        "delivery": body["delivery"],
        "pointInTime": any(name in body for name in _POINTS),
    }
    return [{**job, "id": make(), "clusterId": each} for each in parts]


def _with_jobs(cluster: Cluster, backup: Backup, body: Document, jobs: list[Document]) -> Document:
    """The document with jobs that begin now; raises the error of what cannot be restored."""
    for name in ("checkPointId", "checkpointId"):
        if name in body:
            raise ApiError("CHECKPOINT_NOT_FOUND", body[name], cluster.id)
    if "snapshotId" in body:
        snapshot = find_snapshot(cluster, backup, body["snapshotId"])
    elif any(name in body for name in _POINTS):
        snapshot = next(iter(backup.snapshots()), {})
    else:
        raise ApiError("MISSING_ATTRIBUTE", "snapshotId")
    if not snapshot or not backup.is_complete(snapshot):
        raise ApiError("INVALID_RESTORE_POINT", "there is no complete snapshot")
    point = {"snapshotId": snapshot["id"], "snapshotAt": snapshot["at"]}
    return backup.added("restoreJobs", *({**job, **point} for job in jobs))


def _page(cluster: Cluster, jobs: list[Document]) -> dict[str, Any]:
    return page_of(jobs, partial(_show, cluster, cluster.backup))


def _show(cluster: Cluster, backup: Backup, job: Document) -> dict[str, Any]:
    url = f"{project_url(cluster.project.id)}/clusters/{cluster.id}/restoreJobs/{job['id']}"
    is_finished = backup.is_complete(job)
    return {
        "batchId": job["batchId"],
        "clusterId": job["clusterId"],
        "clusterName": cluster.deployment.cluster_name(cluster.id),
        "created": timestamp(job["at"]),
        "delivery": _show_delivery(job, is_finished=is_finished),
        "encryptionEnabled": False,
        "groupId": cluster.project.id,
        "id": job["id"],
        "links": [self_link(url)],
        "pointInTime": job["pointInTime"],
        "snapshotId": job["snapshotId"],
        "statusName": "FINISHED" if is_finished else "IN_PROGRESS",
        "timestamp": {"date": timestamp(job["snapshotAt"]), "increment": 1},
    }


def _show_delivery(job: Document, *, is_finished: bool) -> dict[str, Any]:
    """How a job is delivered; nothing is at the address of a download."""
    delivery = {**job["delivery"], "statusName": "READY" if is_finished else "NOT_STARTED"}
    if is_finished and delivery.get("methodName") == "HTTP":
        path = f"backup/restore/v2/pull/{job['id']}/{job['snapshotId']}.tar.gz"
        delivery["url"] = f"{current().base_url}/{path}"
    return dict(sorted(delivery.items()))
