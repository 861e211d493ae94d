"""The settings that a seed has for its world, in place of the server's."""

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, fields

from ..auth.api_keys import Readable
from ..config import WORLD_SETTINGS, Config, ConfigError, world_settings
from ..store import Document, Owner
from ..store.base import Tables
from ..store.layout import SETTINGS


class SettingsField(fields.Dict):
    """The section `settings` of a seed: values by the names of settings."""

    def __init__(self) -> None:
        super().__init__(keys=fields.String(), load_default=dict)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            values = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
            return world_settings(values)
        except ConfigError as error:
            raise ValidationError(str(error)) from None


def owners(settings: Document, world: str) -> Iterator[tuple[Owner, Tables]]:
    """The owner of a seed's settings, if it has any, and its table."""
    if settings:
        yield _owner(world), {SETTINGS: {SETTINGS: settings}}


def get(documents: Readable, world: str, config: Config) -> Mapping[str, str]:
    """All settings of a world by name: those of its seed, else the server's."""
    seeded = documents.get(_owner(world), SETTINGS, SETTINGS) or {}
    return {name: seeded.get(name, getattr(config, name)) for name in WORLD_SETTINGS}


def _owner(world: str) -> Owner:
    return Owner(world, SETTINGS, SETTINGS)
