"""MongoDB's part of a seed, with the alerts that its projects have from the start."""

from collections.abc import Iterator

from ..mongodb import seeding
from ..mongodb.seeding import SECTIONS, access, fresh_keys, keys
from ..store import Document, Owner
from ..store.base import Tables
from ..store.layout import ALERT
from ..worlds.clock import WorldTime
from ..worlds.seed_errors import Mistakes, SeedError, check_unique
from ..worlds.seeds import Seed

__all__ = ["SECTIONS", "access", "fresh_keys", "keys", "load", "owners"]

_IGNORED = frozenset({"alertConfigId", "groupId", "id", "links", "orgId"})


def load(seed: Seed, time: WorldTime, mistakes: Mistakes) -> None:
    """The same as MongoDB's; alerts get the configuration that has opened them."""
    seeding.load(seed, time, mistakes)
    for number, project in enumerate(seed["projects"]):
        for position, alert in enumerate(project["alerts"]):
            with mistakes:
                alert["config"] = _config(project, alert, f"projects[{number}].alerts[{position}]")
    ids = [each["id"] for project in seed["projects"] for each in project["alerts"] if "id" in each]
    with mistakes:
        check_unique(ids, "the ids of all alerts")


def owners(seed: Seed, time: WorldTime) -> Iterator[tuple[Owner, Tables]]:
    """The same as MongoDB's, and the alerts."""
    yield from seeding.owners(seed, time)
    for project in seed["projects"]:
        for alert in project["alerts"]:
            document = _document(project, alert, time)
            yield Owner(time.world, ALERT, document["id"]), {ALERT: {document["id"]: document}}


def _config(project: Document, alert: Document, place: str) -> Document:
    """The configuration of an alert: the one it names, else the first one for its event.

    That of an alert that has ended may be gone. Raises SeedError.
    """
    configs, name = project["alertConfigs"], alert.get("alertConfigId")
    event = alert["eventTypeName"]
    for config in configs.values():
        is_it = config["id"] == name if name else config.get("enabled")
        if is_it and config["eventTypeName"] == event:
            return dict(config)
    from .life import LIVE

    if name and alert["status"] not in LIVE:
        times = dict.fromkeys(("created", "updated"), alert.get("created", ""))
        return {"id": name, "eventTypeName": event, "notifications": [], **times}
    wanted = f"with the id {name}" if name else "that is enabled"
    raise SeedError(f"{place}: there is no alert configuration for {event} {wanted}")


def _document(project: Document, alert: Document, time: WorldTime) -> Document:
    """What is stored of an alert: its next notification is an interval from now."""
    from . import life

    now, config, status = time.now(), alert["config"], alert["status"]
    about = {name: alert[name] for name in alert if name not in {*_IGNORED, "config"}}
    made = life.new_alert(alert.get("id") or time.object_id(), project, config["id"], about)
    step = life.begin(made, config, now, is_event=status not in life.LIVE)
    begun = {**step.alert, **about}
    if status == "OPEN":
        begun = life.notified_before(begun, config, now)
    return {**begun, "opened": life.seconds(begun["created"]), "config": config}
