"""Organizations, and the names of the projects in them.

A project's name is claimed in its organization's database, in one document that maps
names to projects: whoever changes it holds the organization's lock, so two requests
cannot take one name. A project is stored before its name is claimed and forgotten
before it is released, so a name whose project is missing is free.
"""

from __future__ import annotations

from collections.abc import Callable

from ..api.context import current
from ..api.errors import ApiError
from ..store import Document, MissingOwner, Owner

KIND = "organization"
ABOUT = "organization"
NAMES = "names"
PROJECT = "project"  # the kind of a project's owner


def organization(org_id: str) -> Document:
    """An organization that the caller's key may see; raises ORG_NOT_FOUND."""
    visible = org_id in _visible()
    found = current().services.store.get(owner_of(org_id), ABOUT, org_id) if visible else None
    if found is None:
        raise ApiError("ORG_NOT_FOUND", org_id)
    return found


def organizations() -> list[Document]:
    """The organizations that the caller's key belongs to, by name."""
    found = (current().services.store.get(owner_of(org_id), ABOUT, org_id) for org_id in _visible())
    return sorted((about for about in found if about), key=lambda about: str(about["name"]))


def add_organization(name: str) -> str:
    """Make an organization; its id."""
    org_id = current().time.object_id()
    about = {"id": org_id, "name": name}
    current().services.store.create(owner_of(org_id), {ABOUT: {org_id: about}})
    return org_id


def names(org_id: str) -> dict[str, str]:
    """The ids of an organization's projects by name."""
    return current().services.store.get(owner_of(org_id), NAMES, org_id) or {}


def name_of(about: Document) -> str:
    """A project's present name."""
    held = (name for name, group_id in names(about["orgId"]).items() if group_id == about["id"])
    return next(held, str(about["name"]))


def claim(org_id: str, name: str, group_id: str) -> None:
    """Give a project a name, and free the one it had.

    Raises GROUP_ALREADY_EXISTS, MAX_GROUPS_PER_ORG_EXCEEDED or ORG_NOT_FOUND.
    """
    most = current().dialect.most_groups

    def edit(present: Document) -> Document:
        others = {held: holder for held, holder in present.items() if holder != group_id}
        if name in others and exists(others[name]):
            raise ApiError("GROUP_ALREADY_EXISTS", name)
        if most is not None and len(others) >= most and group_id not in present.values():
            raise ApiError("MAX_GROUPS_PER_ORG_EXCEEDED", str(most), org_id)
        return {**others, name: group_id}

    _change_names(org_id, edit)


def release(org_id: str, group_id: str) -> None:
    """Free the name of a project that is gone."""
    _change_names(
        org_id,
        lambda present: {name: held for name, held in present.items() if held != group_id},
    )


def exists(group_id: str) -> bool:
    """Whether there is a project of that id, whoever may see it."""
    owner = Owner(current().key.world, PROJECT, group_id)
    return current().services.store.get(owner, PROJECT, group_id) is not None


def owner_of(org_id: str) -> Owner:
    """Whose database holds an organization."""
    return Owner(current().key.world, KIND, org_id)


def _change_names(org_id: str, edit: Callable[[Document], Document]) -> None:
    try:
        current().services.store.change(
            owner_of(org_id), NAMES, org_id, lambda old: edit(old or {})
        )
    except MissingOwner:
        raise ApiError("ORG_NOT_FOUND", org_id) from None


def _visible() -> set[str]:
    """The ids of the organizations that the key belongs to, by a role in them or below."""
    store, world = current().services.store, current().key.world
    if current().key.is_global():
        return set(store.names(world, KIND))
    abouts = (
        store.get(Owner(world, PROJECT, each), PROJECT, each) for each in current().key.group_ids()
    )
    return {*current().key.org_ids(), *(about["orgId"] for about in abouts if about)}
