"""A project ("group" on the wire) and the integrations in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

from opsemu.schemas import REGISTRY, IntegrationSchema, Profile

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, MissingOwner, Owner
from . import masked_secret_check
from .notifications import INTEGRATIONS, refuse_while_followed

KIND = "project"
ABOUT = "project"

_GROUP_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)


@dataclass(frozen=True)
class Project:
    """A project that the caller may see."""

    id: str
    owner: Owner
    about: Document

    def integrations(self) -> list[dict[str, Any]]:
        """All integrations as the caller's API family shows them, in the order of their types."""
        reading, profile = current().read(self.owner), _profile()
        if profile not in reading.made:
            reading.made[profile] = _shown(reading.tables.get(INTEGRATIONS, {}), profile)
        found: list[dict[str, Any]] = reading.made[profile]
        return found

    def integration(self, type_name: str) -> dict[str, Any]:
        """One integration as it is shown; raises INTEGRATION_NOT_CONFIGURED."""
        cls = integration_type(type_name)
        found = current().get(self.owner, INTEGRATIONS, type_name)
        if found is None or not _is_known(type_name):
            raise ApiError("INTEGRATION_NOT_CONFIGURED", type_name)
        return _schema(cls).show(found)

    def create(self, type_name: str, body: dict[str, Any]) -> None:
        """Add an integration from a whole body; raises INTEGRATION_ALREADY_CONFIGURED.

        Where the API family says so, an integration that is there is changed instead.
        """
        schema = _schema(written_type(type_name))
        given = schema.read(body)

        def edit(present: Document | None) -> Document:
            if present is not None and type_name not in current().dialect.reconfigured:
                raise ApiError("INTEGRATION_ALREADY_CONFIGURED", type_name)
            return _merged(schema, present, given)

        self.change(INTEGRATIONS, type_name, edit)

    def update(self, type_name: str, body: dict[str, Any]) -> None:
        """Change the attributes given of an integration, or add it from a whole body (DOCS)."""
        schema = _schema(written_type(type_name))

        def edit(present: Document | None) -> Document:
            return _merged(schema, present, schema.read(body, partial=present is not None))

        self.change(INTEGRATIONS, type_name, edit)

    def delete(self, type_name: str) -> None:
        """Forget an integration; raises INTEGRATION_NOT_CONFIGURED."""
        cls = integration_type(type_name)

        def check() -> None:
            if cls.in_use:
                refuse_while_followed(self.owner, type_name, cls.in_use)

        try:
            found = _is_known(type_name) and current().services.store.delete(
                self.owner, INTEGRATIONS, type_name, check
            )
        except MissingOwner:
            not_visible(self.id)
        if not found:
            raise ApiError("INTEGRATION_NOT_CONFIGURED", type_name)

    def change(self, table: str, key: str, edit: Callable[[Document | None], Document]) -> Document:
        """Put what `edit` makes of one of the project's documents in its place."""
        try:
            return current().services.store.change(self.owner, table, key, edit)
        except MissingOwner:  # deleted since it was looked up
            not_visible(self.id)


def project(group_id: str, *, write: bool = False) -> Project:
    """The project of that id, if the caller's key may see it, and may change it where `write`.

    Raises INVALID_GROUP_ID, the family's error for a project out of sight, or
    USER_UNAUTHORIZED.
    """
    if not _GROUP_ID.fullmatch(group_id):
        raise ApiError("INVALID_GROUP_ID", group_id)
    owner = Owner(current().key.world, KIND, group_id)
    about = current().get(owner, ABOUT, group_id)
    if about is None or not current().key.may_read(about):
        there = "is not in the key's world" if about is None else "is out of the key's reach"
        current().explain(f"project {group_id} {there}: {current().key.describe()}")
        not_visible(group_id)
    if write and not current().key.may_write(about):
        current().explain(f"to change it takes an owner's role: {current().key.describe()}")
        raise ApiError("USER_UNAUTHORIZED")
    return Project(group_id, owner, about)


def integration_type(type_name: str) -> type[IntegrationSchema]:
    """The schema of a type named in a path; raises INVALID_ENUM_VALUE (INFERRED)."""
    if type_name not in REGISTRY:
        raise ApiError("INVALID_ENUM_VALUE", type_name)
    return REGISTRY[type_name]


def written_type(type_name: str) -> type[IntegrationSchema]:
    """The schema of a type that the family has; raises the type's own refusal where it has not."""
    cls = integration_type(type_name)
    if not _is_known(type_name):
        raise ApiError(*cls.unsupported)
    return cls


def not_visible(group_id: str) -> NoReturn:
    """Refuse a project that is not there, or not for this key: the answer is the same."""
    if current().key.is_global() or current().dialect.not_visible == "GROUP_NOT_FOUND":
        raise ApiError("GROUP_NOT_FOUND", group_id)
    raise ApiError(current().dialect.not_visible)


def _shown(stored: Mapping[str, Document], profile: Profile) -> list[dict[str, Any]]:
    known = sorted(filter(_is_known, stored), key=lambda name: REGISTRY[name].rank)
    return [_built(REGISTRY[name], profile).show(stored[name]) for name in known]


def _schema(cls: type[IntegrationSchema]) -> IntegrationSchema:
    return _built(cls, _profile())


def _profile() -> Profile:
    """The caller's family's, with the one thing in it that a setting decides."""
    full = current().services.config.webhook_secret == "full"
    return (
        current().dialect.profile._replace(full_secret=True) if full else current().dialect.profile
    )


@lru_cache(maxsize=256)
def _built(cls: type[IntegrationSchema], profile: Profile) -> IntegrationSchema:
    # Kept, as marshmallow copies every field to make a schema: a quarter of a request's time.
    return cls(profile)


def _is_known(type_name: str) -> bool:
    """Whether the caller's family has the type."""
    return (
        type_name in REGISTRY and current().dialect.profile.family in REGISTRY[type_name].known_to
    )


def _merged(schema: IntegrationSchema, present: Document | None, given: dict[str, Any]) -> Document:
    """The attributes given over those present, with a new id as after each update (CLIENT)."""
    document = {**(present or {}), **given, "id": current().time.object_id()}
    masked_secret_check.check(schema, given)
    schema.check(document)
    return document
