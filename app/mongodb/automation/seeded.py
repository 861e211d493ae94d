"""A seed's part about automation: what a project's servers run from the start."""

from marshmallow import Schema, ValidationError, fields, validate

from ...store import Document
from ...store.base import Tables
from ...store.layout import AUTOMATION, BACKUPS
from ...worlds.clock import WorldTime
from ...worlds.seed_errors import Mistakes, SeedError
from ...worlds.seeds import Seed
from ...worlds.stored_tables import first_message
from ..backups.backup import STARTED, STOPPED

_STATUS = fields.String(validate=validate.OneOf([STARTED, STOPPED]))


class SeededAutomation(Schema):
    """The configuration of a project, servers whose agents run, and by the names of clusters
    the status of their backups."""

    automationConfig = fields.Dict(keys=fields.String())
    servers = fields.List(fields.String(validate=validate.Length(min=1)), load_default=list)
    backups = fields.Dict(keys=fields.String(), values=_STATUS, load_default=dict)


def check_automation(seed: Seed, mistakes: Mistakes) -> None:
    """Refuse configurations that cannot be read, and backups of clusters that are not there."""
    for number, project in enumerate(seed["projects"]):
        if project["backups"] or "automationConfig" in project:
            with mistakes:
                _check(project, f"projects[{number}]")


def automation_tables(project: Document, time: WorldTime) -> Tables:
    """The tables of a project that a seed says more of than its name."""
    config, servers, now = project.get("automationConfig"), project["servers"], time.now()
    if config is None and not servers:
        return {}
    from .deployment import Moment
    from .publication import seeded

    document = seeded(project["id"], config, servers, Moment(now), time.object_id)
    backups = {
        each: _backup(project["backups"][cluster["clusterName"]], time.object_id(), now)
        for each, cluster in document.get("clusters", {}).items()
        if "parent" not in cluster and cluster["clusterName"] in project["backups"]
    }
    return {AUTOMATION: {project["id"]: document}, BACKUPS: backups}


def _check(project: Document, place: str) -> None:
    from .deployment import read_config

    try:
        config = read_config(project.get("automationConfig", {}))
    except ValidationError as error:
        raise SeedError(first_message(error.messages, f"{place}.automationConfig")) from None
    sharded = {row["name"] for row in config["sharding"]}
    names = {row["id"] for row in config["replicaSets"]} | sharded
    for name in project["backups"]:
        if name not in names:
            raise SeedError(f"{place}.backups.{name}: the configuration has no such cluster")


def _backup(status: str, snapshot_id: str, now: float) -> Document:
    """A backup that has reached its status, and has taken a snapshot."""
    return {
        "before": status,
        "fields": {"syncSource": "SECONDARY"},
        "since": now,
        "snapshots": [{"at": now, "id": snapshot_id}],
        "statusName": status,
    }
