"""Look up a project ("group" on the wire) for the caller's key."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, MissingOwner, Owner
from ..store.layout import PROJECT
from .dialect import dialect

OBJECT_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)


@dataclass(frozen=True)
class Project:
    """A project that the caller may see; `about` is its own document."""

    id: str
    owner: Owner
    about: Document

    def change(self, table: str, key: str, edit: Callable[[Document | None], Document]) -> Document:
        """Replace one of the project's documents by what `edit` makes of it."""
        try:
            return current().store.change(self.owner, table, key, edit)
        except MissingOwner:  # deleted since it was looked up
            not_visible(self.id)

    def delete(self, table: str, key: str, check: Callable[[], None] = lambda: None) -> bool:
        """Remove one of the project's documents unless `check` raises; False if there is none."""
        try:
            return current().store.delete(self.owner, table, key, check)
        except MissingOwner:
            not_visible(self.id)


def get_project(group_id: str, *, write: bool = False) -> Project:
    """The project, if the caller's key may see it, and with `write` if it may change it.

    Raises INVALID_GROUP_ID, the family's error for a project that is not visible, or
    USER_UNAUTHORIZED.
    """
    if not OBJECT_ID.fullmatch(group_id):
        raise ApiError("INVALID_GROUP_ID", group_id)
    ctx, owner = current(), owner_of(group_id)
    about = ctx.get(owner, PROJECT, group_id)
    if about is None or not ctx.key.may_read(about):
        problem = "is not in the key's world" if about is None else "is out of the key's reach"
        ctx.explain(f"project {group_id} {problem}: {ctx.key.describe()}")
        not_visible(group_id)
    if write and not ctx.key.may_write(about):
        ctx.explain(f"to change it takes an owner's role: {ctx.key.describe()}")
        raise ApiError("USER_UNAUTHORIZED")
    return Project(group_id, owner, about)


def not_visible(group_id: str) -> NoReturn:
    """Raise the same error for a project that does not exist and one out of the key's reach."""
    is_global = current().key.is_global()
    raise ApiError("GROUP_NOT_FOUND" if is_global else dialect().projects.not_visible, group_id)


def find_project(group_id: str) -> Document | None:
    """A project's own document, whoever may see it."""
    return current().store.get(owner_of(group_id), PROJECT, group_id)


def owner_of(group_id: str) -> Owner:
    """The owner of a project's database."""
    return Owner(current().key.world, PROJECT, group_id)


def project_url(group_id: str) -> str:
    """The URL of a project in the caller's API family."""
    return f"{current().base_url}{dialect().prefix}/groups/{group_id}"
