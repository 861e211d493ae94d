"""What alerts need to know of their projects: configurations and maintenance windows."""

from collections.abc import Mapping

from ..api.parsed_cache import Readings
from ..mongodb.alerts.global_configs import GLOBAL_ALERT_CONFIGS
from ..store import Document, Owner
from ..store.layout import ALERT_CONFIGS, APPLICATION, PROJECT
from .matching import end_of_maintenance

MAINTENANCE = "maintenanceWindows"  # the table of a project


class Projects:
    """The projects of all worlds, as they are now."""

    def __init__(self, readings: Readings) -> None:
        self._readings = readings

    def find(self, world: str, project: str) -> Document | None:
        """A project's own document, or None."""
        return self._tables(world, project).get(PROJECT, {}).get(project)

    def configs(self, world: str, project: str) -> Mapping[str, Document] | None:
        """The alert configurations that are for a project by id; None if there is no project."""
        tables = self._tables(world, project)
        if not tables:
            return None
        about, own = tables[PROJECT][project], tables.get(ALERT_CONFIGS, {})
        everywhere = self.global_configs(world)
        return {**{i: each for i, each in everywhere.items() if is_for(each, about)}, **own}

    def global_configs(self, world: str) -> Mapping[str, Document]:
        """The global alert configurations of Ops Manager by id."""
        application = self._readings.of(Owner(world, APPLICATION, APPLICATION))
        return application.tables.get(GLOBAL_ALERT_CONFIGS, {})

    def quiet_until(self, world: str, alert: Document, at: float) -> float:
        """The end of the maintenance window that an alert is in at a time, or 0."""
        windows = self._tables(world, alert["groupId"]).get(MAINTENANCE, {})
        return end_of_maintenance(windows.values(), alert, at)

    def _tables(self, world: str, project: str) -> Mapping[str, Mapping[str, Document]]:
        return self._readings.of(Owner(world, PROJECT, project)).tables


def is_for(config: Document, project: Document) -> bool:
    """Whether a global configuration is for a project (DOCS); one tag is enough (INFERRED)."""
    if not config["forAllGroups"]:
        return project["id"] in config.get("groupIds", ())
    tags = config.get("tags")
    return not tags or not set(tags).isdisjoint(project.get("words", ()))
