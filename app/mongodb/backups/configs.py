"""`/groups/<id>/backupConfigs` and their schedules of snapshots."""

from typing import Any

from flask import Response

from opsemu.schemas.backups import BackupConfig, SnapshotSchedule
from opsemu.schemas.profiles import MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...store import Document
from ..automation.topology import SHARDED
from ..dialect import profile
from ..project_access import project_url
from ..request_helpers import link, load_body, page_of
from .access import ROLE, Cluster, get_backed_up, get_clusters
from .backup import Backup

bp = Resource("backup_configs", __name__, MANAGER)

ALL = "/groups/<group_id>/backupConfigs"
ONE = f"{ALL}/<cluster_id>"
SCHEDULE = f"{ONE}/snapshotSchedule"


@bp.get(ALL, operation="getAllBackupConfigs")
def list_all(group_id: str) -> Response:
    """A configuration for each cluster and each of its shards."""
    return reply(page_of(get_clusters(group_id), _show))


@bp.get(ONE, operation="getBackupConfig")
def get_one(group_id: str, cluster_id: str) -> Response:
    """The configuration of one cluster."""
    return reply(_show(get_backed_up(group_id, cluster_id)))


@bp.patch(ONE, operation="patchBackupConfig")
def update(group_id: str, cluster_id: str) -> Response:
    """Start, stop or terminate a backup, or change something else of it."""
    cluster = get_backed_up(group_id, cluster_id, role=ROLE)
    if cluster.id != cluster.root:
        raise ApiError("CANNOT_MODIFY_SHARD_BACKUP_CONFIG", cluster.root)
    body, snapshot_id = _load(), current().time.object_id()
    cluster.change(lambda backup: backup.changed(body, snapshot_id))
    return reply(_show(cluster))


@bp.get(SCHEDULE, operation="getSnapshotSchedule")
def get_schedule(group_id: str, cluster_id: str) -> Response:
    """When snapshots are taken."""
    return reply(_show_schedule(get_backed_up(group_id, cluster_id)))


@bp.patch(SCHEDULE, operation="patchSnapshotSchedule")
def update_schedule(group_id: str, cluster_id: str) -> Response:
    """Change when snapshots are taken; not of a backup that is inactive (CLIENT)."""
    cluster = get_backed_up(group_id, cluster_id, role=ROLE)
    body = load_body(SnapshotSchedule)

    def edit(backup: Backup) -> Document:
        backup.require("STARTED", "STOPPED", cluster_id=cluster_id)
        return {**backup.document, "schedule": {**backup.document.get("schedule", {}), **body}}

    cluster.change(edit)
    return reply(_show_schedule(cluster))


def _load() -> Document:
    """What a body sets; the password is not kept."""
    body = load_body(BackupConfig)
    body.pop("password", None)
    return body


def _show(cluster: Cluster) -> dict[str, Any]:
    """A configuration (ISSUE: a real one), with links to what belongs to it (DOCS)."""
    project, backup = project_url(cluster.project.id), cluster.backup
    url = f"{project}/backupConfigs/{cluster.id}"
    links = [
        self_link(url),
        link(f"{project}/clusters/{cluster.id}", "cluster"),
        link(project, "group"),
        link(f"{url}/snapshotSchedule", "snapshotSchedule"),
    ]
    fields = {**backup.document.get("fields", {}), "statusName": backup.status, "links": links}
    return BackupConfig.of(profile()).show({**fields, **_ids(cluster)})


def _show_schedule(cluster: Cluster) -> dict[str, Any]:
    fields = dict(cluster.backup.document.get("schedule", {}))
    if cluster.deployment.clusters.get(cluster.root, {}).get("typeName") == SHARDED:
        fields = {"clusterCheckpointIntervalMin": 60, **fields}
    links = [self_link(current().url.rstrip("/"))]
    return SnapshotSchedule.of(profile()).show({**fields, **_ids(cluster), "links": links})


def _ids(cluster: Cluster) -> dict[str, str]:
    return {"clusterId": cluster.id, "groupId": cluster.project.id}
