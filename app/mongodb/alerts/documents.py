"""Alert configurations that a project has without a request: a new one's, and a seed's."""

from collections.abc import Mapping
from typing import Any

from opsemu.schemas import Profile
from opsemu.schemas.alert_configs import AlertConfig
from opsemu.schemas.errors import ValidationFailure

from ...store import Document
from ...worlds.clock import WorldTime
from ...worlds.seed_errors import SeedError
from ..parents import OBJECT_ID
from . import notifications
from .enumerations import alert_data


def default_configs(name: str, time: WorldTime) -> dict[str, Document]:
    """The configurations of a new project, `atlas` or `manager`, by their ids."""
    configs = [_stored(body, {}, time) for body in alert_data()["defaults"][name]]
    return {config["id"]: config for config in configs}


def seeded_configs(project: Document, place: str, time: WorldTime) -> dict[str, Document]:
    """The configurations of a seed's project, by their ids; raises SeedError, naming `place`."""
    configs = {}
    for position, body in enumerate(project["alertConfigs"]):
        try:
            config = _stored(body, project["integrations"], time)
        except ValidationFailure as error:
            words = " ".join((error.code, *error.parameters))
            raise SeedError(f"{place}[{position}]: {words}") from None
        if not OBJECT_ID.fullmatch(config["id"]) or config["id"] in configs:
            raise SeedError(f"{place}[{position}].id: not an id of 24 hex digits of its own")
        configs[config["id"]] = config
    return configs


def _stored(
    body: dict[str, Any], integrations: Mapping[str, Document], time: WorldTime
) -> Document:
    config: Document = AlertConfig.of(Profile()).load(body)
    sent, now = config["notifications"], time.timestamp()
    stored = notifications.read(sent, (), integrations, Profile(), time.object_id)
    times = {"created": now, "updated": now}
    config_id = str(body.get("id") or time.object_id())
    return {**config, "notifications": stored, "id": config_id, **times}
