"""The settings that a seed has for its world, in place of the server's."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from marshmallow import ValidationError, fields

from ..auth.api_keys import Readable
from ..config import SETTINGS as ALL_SETTINGS
from ..config import WORLD_SETTINGS, Config, ConfigError
from ..store import Document, Owner
from ..store.base import Tables
from ..store.layout import SETTINGS


class SettingsField(fields.Dict):
    """The section `settings` of a seed: values by the names of settings."""

    def __init__(self) -> None:
        super().__init__(keys=fields.String(), load_default=dict)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        values = super()._deserialize(value, *args, **kwargs)  # type: ignore[no-untyped-call]
        for name in values:
            if name not in WORLD_SETTINGS:
                (nearest,) = get_close_matches(name, WORLD_SETTINGS, 1, 0)
                sentence = f"{name!r} is no setting of a world; the nearest is {nearest!r}."
                raise ValidationError(sentence)
        try:
            return {name: ALL_SETTINGS[name].convert(value) for name, value in values.items()}
        except ConfigError as error:
            raise ValidationError(str(error)) from None


def owners(settings: Document, world: str) -> Iterator[tuple[Owner, Tables]]:
    """The owner of a seed's settings, if it has any, and its table."""
    if settings:
        yield _owner(world), {SETTINGS: {SETTINGS: settings}}


def of_server(config: Config) -> dict[str, Any]:
    """The settings that a world may have in place of the server's, by name."""
    return {name: getattr(config, name) for name in WORLD_SETTINGS}


def get(documents: Readable, world: str, of_server: Mapping[str, Any]) -> Mapping[str, Any]:
    """All settings of a world by name: those of its seed, else the server's."""
    seeded = documents.get(_owner(world), SETTINGS, SETTINGS)
    if not seeded:
        return of_server
    return {name: seeded.get(name, value) for name, value in of_server.items()}


def _owner(world: str) -> Owner:
    return Owner(world, SETTINGS, SETTINGS)
