"""What automation adds to projects: when they are made, shown and deleted."""

from ...api.context import current
from ...api.errors import ApiError
from ...store import Document
from ...store.base import Tables
from ...store.layout import AGENT_KEYS, AUTOMATION
from ..backups.access import active_backups
from ..dialect import dialect
from ..project_access import owner_of
from .access import deployment_of, moment, read_deployment
from .agent_keys import new_key
from .publication import seeded
from .reports import counters


def initial_tables(group_id: str) -> tuple[str, Tables]:
    """The key of a new project's agents, and the tables that the project starts with."""
    text, key = new_key("Initial API Key", "USER")
    names = [*filter(None, map(str.strip, current().settings["servers"].split(",")))]
    document = seeded(group_id, None, names, moment(), current().time.object_id)
    automation: Tables = {AUTOMATION: {group_id: document}} if names else {}
    return text, {**automation, AGENT_KEYS: {key["id"]: key}}


def project_counters(group_id: str) -> Document:
    """What a project tells of its deployment; nothing without one, which spares reads."""
    if not dialect().projects.has_agents:
        return {}
    reading = current().read(owner_of(group_id))
    is_deployed = reading.tables.get(AUTOMATION)
    return counters(read_deployment(group_id, reading)) if is_deployed else {}


def check_deletion(group_id: str) -> None:
    """Refuse to delete a project that is in use, where the settings say so.

    Raises CANNOT_CLOSE_GROUP_ACTIVE_BACKUP or CANNOT_CLOSE_GROUP_MANAGED_DEPLOYMENTS.
    """
    if not dialect().projects.has_agents or current().settings["deletion_rules"] == "off":
        return
    deployment = deployment_of(group_id)
    if active_backups(deployment):
        raise ApiError("CANNOT_CLOSE_GROUP_ACTIVE_BACKUP")
    if deployment.config["processes"]:
        current().explain("the automation configuration of the project has processes")
        raise ApiError("CANNOT_CLOSE_GROUP_MANAGED_DEPLOYMENTS")
