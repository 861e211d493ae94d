"""The deployment of a project, as the current request reads and changes it."""

from collections.abc import Callable, Mapping
from itertools import islice

from marshmallow import ValidationError

from ...api.context import current
from ...api.errors import ApiError
from ...api.parsed_cache import Reading
from ...store import Document
from ...store.layout import AUTOMATION
from ..parents import check_id
from ..project_access import Project, get_project, owner_of
from .deployment import Deployment, Moment, read_config
from .publication import publish

ROLE = "AUTOMATION_ADMIN"
_MAX_WARNINGS = 10


def get_deployment(group_id: str) -> Deployment:
    """The deployment of a project that the caller may see."""
    return deployment_of(get_project(group_id).id)


def deployment_of(group_id: str) -> Deployment:
    """The deployment of a project, whoever may see it."""
    return read_deployment(group_id, current().read(owner_of(group_id)))


def read_deployment(group_id: str, reading: Reading) -> Deployment:
    """The deployment in what was read of a project.

    What is read of its configuration is kept for the next time: 5 ms for 100 processes.
    """
    document = reading.tables.get(AUTOMATION, {}).get(group_id, {})
    config = reading.made.get(AUTOMATION) or read_config(document.get("config", {}))
    reading.made[AUTOMATION] = config
    return Deployment(group_id, document, moment(), config)


def change_deployment(project: Project, edit: Callable[[Deployment], Document]) -> Deployment:
    """Replace a project's stored deployment by what `edit` makes of it."""
    now = moment()

    def change(document: Document | None) -> Document:
        return edit(Deployment(project.id, document or {}, now))

    return Deployment(project.id, project.change(AUTOMATION, project.id, change), now)


def publish_config(
    project: Project, make: Callable[[Deployment], Document], **agent_configs: Document
) -> Deployment:
    """Publish the configuration that `make` makes, and configurations of agents by name.

    Raises INVALID_JSON_ATTRIBUTE. What cannot work is accepted with a warning.
    """
    make_id = current().time.object_id

    def edit(deployment: Deployment) -> Document:
        document = publish(deployment, make(deployment), make_id)
        return {**document, "agentConfigs": {**document.get("agentConfigs", {}), **agent_configs}}

    try:
        deployment = change_deployment(project, edit)
    except ValidationError as error:
        raise ApiError("INVALID_JSON_ATTRIBUTE", next(iter(error.messages_dict))) from None
    for sentence in islice(deployment.topology.mistakes(), _MAX_WARNINGS):
        current().warn(sentence)
    return deployment


def check_version(deployment: Deployment, config: Document) -> None:
    """Refuse a configuration that was read before the present one was published.

    Raises AUTOMATION_CONFIG_CONCURRENT_MODIFICATION. A version that is missing or newer is
    accepted (CLIENT).
    """
    version = read_config({"version": config.get("version")})["version"]
    is_stale = version is not None and version < deployment.version
    if is_stale and current().settings["automation_conflicts"] == "on":
        current().explain(f"version {version} was sent, {deployment.version} is published")
        raise ApiError("AUTOMATION_CONFIG_CONCURRENT_MODIFICATION")


def find_cluster(deployment: Deployment, cluster_id: str) -> Document:
    """A cluster by its id; raises INVALID_CLUSTER_ID or CLUSTER_NOT_FOUND."""
    check_id(cluster_id, "INVALID_CLUSTER_ID")
    return _find(deployment.clusters, cluster_id, "CLUSTER_NOT_FOUND", deployment.group_id)


def find_host(deployment: Deployment, host_id: str) -> Document:
    """A host by its id; raises HOST_NOT_FOUND."""
    return _find(deployment.hosts, host_id, "HOST_NOT_FOUND", deployment.group_id)


def _find(items: Mapping[str, Document], key: str, code: str, group_id: str) -> Document:
    if key not in items:
        raise ApiError(code, key, group_id)
    return items[key]


def moment() -> Moment:
    """The time of the world, and the delays that its settings ask for."""
    return Moment.of(current().time.now(), current().settings)
