"""Look up a project ("group" on the wire) for the caller's key."""

from dataclasses import dataclass
from typing import NoReturn

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, Owner
from ..store.layout import PROJECT
from .dialect import dialect
from .parents import Parent, check_id


@dataclass(frozen=True)
class Project(Parent):
    """A project that the caller may see; `about` is its own document."""

    def not_found(self) -> NoReturn:
        """Raise the family's error for a project that is not visible."""
        not_visible(self.id)


def get_project(group_id: str, *, write: bool = False, role: str = "") -> Project:
    """The project, if the caller's key may see it, and with `write` if it may change it.

    With a `role`, such as USER_ADMIN, that role may change it as an owner may.

    Raises INVALID_GROUP_ID, the family's error for a project that is not visible, or
    USER_UNAUTHORIZED.
    """
    check_id(group_id, "INVALID_GROUP_ID")
    ctx, owner = current(), owner_of(group_id)
    about = ctx.get(owner, PROJECT, group_id)
    if about is None or not ctx.key.may_read(about):
        problem = "is not in the key's world" if about is None else "is out of the key's reach"
        ctx.explain(f"project {group_id} {problem}: {ctx.key.describe()}")
        not_visible(group_id)
    if (write or role) and not ctx.key.may_write(about, role):
        roles = f"an owner's role or {role}" if role else "an owner's role"
        ctx.explain(f"to change it takes {roles}: {ctx.key.describe()}")
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
