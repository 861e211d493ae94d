"""What automation adds to the creation and the deletion of projects."""

from ...api.context import current
from ...api.errors import ApiError
from ...store.base import Tables
from ...store.layout import AGENT_KEYS, AUTOMATION
from .access import deployment_of, moment
from .agent_keys import new_key
from .backup_access import active_backups
from .publication import seeded


def initial_tables(group_id: str) -> tuple[str, Tables]:
    """The key of a new project's agents, and the tables that the project starts with."""
    text, key = new_key("Initial API Key", "USER")
    names = [*filter(None, map(str.strip, current().settings["servers"].split(",")))]
    document = seeded(group_id, None, names, moment(), current().time.object_id)
    automation = {group_id: document} if names else {}
    return text, {AUTOMATION: automation, AGENT_KEYS: {key["id"]: key}}


def check_deletion(group_id: str) -> None:
    """Refuse to delete a project that is in use, where the settings say so.

    Raises CANNOT_CLOSE_GROUP_ACTIVE_BACKUP or CANNOT_CLOSE_GROUP_MANAGED_DEPLOYMENTS.
    """
    if current().settings["deletion_rules"] == "off":
        return
    deployment = deployment_of(group_id)
    if active_backups(deployment):
        raise ApiError("CANNOT_CLOSE_GROUP_ACTIVE_BACKUP")
    if deployment.config["processes"]:
        current().explain("the automation configuration of the project has processes")
        raise ApiError("CANNOT_CLOSE_GROUP_MANAGED_DEPLOYMENTS")
