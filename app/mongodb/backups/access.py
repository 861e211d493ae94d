"""The backup of a cluster, as the current request reads and changes it."""

from collections.abc import Callable
from typing import NamedTuple

from ...api.context import current
from ...api.errors import ApiError
from ...store import Document
from ...store.layout import BACKUPS
from ..automation.access import deployment_of, find_cluster
from ..automation.deployment import Deployment
from ..parents import OBJECT_ID
from ..project_access import Project, get_project, owner_of
from .backup import INACTIVE, Backup

ROLE = "BACKUP_ADMIN"


class Cluster(NamedTuple):
    """A cluster with its project; `root` is the id of the sharded cluster that it is in, or its
    own: the shards of a cluster are backed up together."""

    project: Project
    deployment: Deployment
    id: str
    root: str

    @property
    def backup(self) -> Backup:
        """Its backup."""
        return self.at(current().get(self.project.owner, BACKUPS, self.root))

    def at(self, document: Document | None) -> Backup:
        """The backup that a stored document tells of."""
        moment = self.deployment.moment
        return Backup(document or {}, moment.now, moment.backup_delay)

    def change(self, edit: Callable[[Backup], Document]) -> Backup:
        """Replace what is stored of the backup by what `edit` makes of it."""
        return self.at(
            self.project.change(BACKUPS, self.root, lambda stored: edit(self.at(stored)))
        )


def get_cluster(group_id: str, cluster_id: str, *, role: str = "") -> Cluster:
    """A cluster; raises INVALID_CLUSTER_ID or CLUSTER_NOT_FOUND."""
    project, deployment = get_project(group_id, role=role), deployment_of(group_id)
    cluster = find_cluster(deployment, cluster_id)
    return Cluster(project, deployment, cluster_id, cluster.get("parent", cluster_id))


def get_clusters(group_id: str) -> list[Cluster]:
    """All clusters of a project."""
    project, deployment = get_project(group_id), deployment_of(group_id)
    return [
        Cluster(project, deployment, each, cluster.get("parent", each))
        for each, cluster in deployment.clusters.items()
    ]


def get_backed_up(group_id: str, cluster_id: str, *, role: str = "") -> Cluster:
    """A cluster by its backup; of a cluster that has gone the error is another one.

    Raises INVALID_CLUSTER_ID, BACKUP_CONFIG_NOT_FOUND, CANNOT_GET_BACKUP_CONFIG_INVALID_STATE.
    """
    project = get_project(group_id, role=role)
    if OBJECT_ID.fullmatch(cluster_id) and cluster_id not in deployment_of(group_id).clusters:
        if project.get(BACKUPS, cluster_id) is not None:
            raise ApiError("CANNOT_GET_BACKUP_CONFIG_INVALID_STATE")
        raise ApiError("BACKUP_CONFIG_NOT_FOUND", cluster_id, group_id)
    return get_cluster(group_id, cluster_id, role=role)


def active_backups(deployment: Deployment) -> set[str]:
    """The ids of the clusters whose backup is not inactive; of sharded ones, that of the whole."""
    stored = current().read(owner_of(deployment.group_id)).tables.get(BACKUPS, {})
    moment = deployment.moment
    return {
        each
        for each in deployment.clusters.keys() & stored.keys()
        if Backup(stored[each], moment.now, moment.backup_delay).status != INACTIVE
    }
