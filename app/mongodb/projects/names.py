"""The names of projects in their organizations.

A project's name is claimed in its organization's database, in one document that maps names
to projects: a change of it is atomic, so two requests cannot take one name. A project is
stored before its name is claimed and deleted before it is released, so a name whose project
is missing is free. A server that is killed in between leaves one: it is not listed, and the
next change of the organization's names releases it.
"""

from collections.abc import Sequence
from typing import TypeVar

from ...api.context import current
from ...api.errors import ApiError
from ...store import Document, MissingOwner
from ...store.base import Tables
from ...store.layout import DELETED_PROJECTS, PROJECT, PROJECT_NAMES
from ..dialect import dialect
from ..organization_access import organization_owner, visible_ids

Item = TypeVar("Item")


def filter_by_name(items: Sequence[tuple[str, Item]], code: str) -> list[tuple[str, Item]]:
    """The items whose name starts with the query's `name`, whatever the case.

    Where the family says so, a name that matches nothing is an error (CLIENT: the
    Kubernetes operator reads the code).
    """
    name = current().query.first("name") or ""
    matching = [item for item in items if item[0].lower().startswith(name.lower())]
    if name and not matching and code in dialect().projects.name_errors:
        raise ApiError(code, name)
    return matching


def project_ids(org_id: str) -> dict[str, str]:
    """The ids of an organization's projects by name."""
    return _existing(_names(org_id))


def project_name(about: Document) -> str:
    """A project's current name."""
    ids = _names(about["orgId"]).items()
    names = (name for name, group_id in ids if group_id == about["id"])
    return next(names, str(about["name"]))


def claim_name(org_id: str, name: str, group_id: str) -> None:
    """Give a project a name, and release the one it had.

    Raises GROUP_ALREADY_EXISTS, MAX_GROUPS_PER_ORG_EXCEEDED or ORG_NOT_FOUND.
    """
    limit = dialect().projects.max_projects

    def edit(names: Document | None) -> Document:
        names = names or {}
        others = _existing(names, but=group_id)
        if name in others:
            raise ApiError("GROUP_ALREADY_EXISTS", name)
        if limit is not None and len(others) >= limit and group_id not in names.values():
            raise ApiError("MAX_GROUPS_PER_ORG_EXCEEDED", str(limit), org_id)
        return {**others, name: group_id}

    try:
        current().store.change(organization_owner(org_id), PROJECT_NAMES, org_id, edit)
    except MissingOwner:
        raise ApiError("ORG_NOT_FOUND", org_id) from None


def release_name(org_id: str, group_id: str) -> None:
    """Release the name of a deleted project, and remember for a while when it was deleted."""
    now, grace = current().time.now(), dialect().projects.deletion_grace

    def edit(tables: Tables) -> Tables:
        names = tables.get(PROJECT_NAMES, {}).get(org_id, {})
        tables[PROJECT_NAMES] = {org_id: _existing(names, but=group_id)}
        if grace:
            times = tables.get(DELETED_PROJECTS, {}).get(org_id, {})
            recent = {name: at for name, at in times.items() if now - at < grace}
            tables[DELETED_PROJECTS] = {org_id: {**recent, group_id: now}}
        return tables

    try:
        current().store.change_all(organization_owner(org_id), edit)
    except MissingOwner:
        raise ApiError("ORG_NOT_FOUND", org_id) from None


def was_deleted(group_id: str, seconds: float) -> bool:
    """Whether a project that the key could delete was deleted in the last `seconds`."""
    store, now, may_write = current().store, current().time.now(), current().key.may_write
    for org_id in visible_ids() if seconds else ():
        times = store.get(organization_owner(org_id), DELETED_PROJECTS, org_id) or {}
        if group_id in times and may_write({"id": group_id, "orgId": org_id}):
            return bool(now - times[group_id] < seconds)
    return False


def _names(org_id: str) -> Document:
    return current().store.get(organization_owner(org_id), PROJECT_NAMES, org_id) or {}


def _existing(names: Document, but: str = "") -> dict[str, str]:
    """The names whose projects exist. Ask after the names were read: a project comes first."""
    existing = set(current().store.names(current().key.world, PROJECT)) - {but}
    return {name: group_id for name, group_id in names.items() if group_id in existing}
