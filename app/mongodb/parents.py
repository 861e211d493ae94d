"""What resources belong to: a project, an organization, or the whole of Ops Manager."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, MissingOwner, Owner
from ..store.layout import APPLICATION

OBJECT_ID = re.compile(r"[0-9a-f]{24}", re.ASCII)


def check_id(text: str, code: str) -> None:
    """Raise the error `code` for a text that is no object id."""
    if not OBJECT_ID.fullmatch(text):
        raise ApiError(code, text)


@dataclass(frozen=True)
class Parent:
    """A resource that others belong to, as the caller sees it; `about` is its own document."""

    id: str
    owner: Owner
    about: Document

    def get(self, table: str, key: str) -> Document | None:
        """One of its documents, or None."""
        return current().store.get(self.owner, table, key)

    def all(self, table: str) -> dict[str, Document]:
        """The documents of one of its tables by key."""
        return current().store.all(self.owner, table)

    def change(self, table: str, key: str, edit: Callable[[Document | None], Document]) -> Document:
        """Replace one of its documents by what `edit` makes of it."""
        try:
            return current().store.change(self.owner, table, key, edit)
        except MissingOwner:  # deleted since it was looked up
            self.not_found()

    def delete(self, table: str, key: str, check: Callable[[], None] = lambda: None) -> bool:
        """Remove one of its documents unless `check` raises; False if there is none."""
        try:
            return current().store.delete(self.owner, table, key, check)
        except MissingOwner:
            self.not_found()

    def not_found(self) -> NoReturn:
        """Raise the error for a parent that does not exist."""
        raise ApiError("RESOURCE_NOT_FOUND", current().path)


def get_application(*, write: bool = False, role: str = "") -> Parent:
    """Ops Manager as a whole, for a key with a global role, and to write with an owner's.

    Raises USER_UNAUTHORIZED.
    """
    ctx = current()
    about = {"id": "", "orgId": ""}
    may = ctx.key.is_global() and (not (write or role) or ctx.key.may_write(about, role))
    if not may:
        ctx.explain(f"it takes a global {'owner' if write else 'role'}: {ctx.key.describe()}")
        raise ApiError("USER_UNAUTHORIZED")
    owner = made_application() if write or role else application_owner()
    return Parent(APPLICATION, owner, about)


def made_application() -> Owner:
    """The same, to write: it has a database from now on."""
    owner = application_owner()
    current().store.create(owner, {APPLICATION: {APPLICATION: {}}})
    return owner


def application_owner() -> Owner:
    """The owner of the database of Ops Manager as a whole."""
    return Owner(current().time.world, APPLICATION, APPLICATION)
