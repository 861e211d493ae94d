"""`/orgs`: organizations and the projects in them, to be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import Blueprint, Response

from opsemu.schemas.projects import Organization

from ..api.context import current
from ..api.errors import ApiError
from ..api.links import Link, links, self_link
from ..api.responses import reply
from ..store import Document
from . import directory
from .groups import listing

bp = Blueprint("organizations", __name__)

Found = TypeVar("Found")

BELOW = ("groups", "teams", "users")


@bp.get("/orgs")
def list_all() -> Response:
    """The organizations that the caller belongs to."""
    found = [(str(about["name"]), about) for about in directory.organizations()]
    body = current().page.of(_named(found, "ORG_NAME_NOT_FOUND"))
    body["results"] = [_shown(about, [self_link(_address(about))]) for _, about in body["results"]]
    return reply(body)


@bp.get("/orgs/<org_id>")
def get_one(org_id: str) -> Response:
    """One organization."""
    about = directory.organization(org_id)
    return reply(_shown(about, links(_address(about), BELOW)))


@bp.get("/orgs/<org_id>/groups")
def list_projects(org_id: str) -> Response:
    """The projects of an organization that the caller may see."""
    directory.organization(org_id)
    found = [
        (name, group_id)
        for name, group_id in directory.names(org_id).items()
        if current().key.may_read({"id": group_id, "orgId": org_id})
    ]
    return reply(listing(_named(found, "GROUP_NAME_NOT_FOUND")))


def _named(found: Sequence[tuple[str, Found]], code: str) -> list[tuple[str, Found]]:
    """Those whose name begins like the `name` asked for, in either case.

    Where the family says so, a name that nothing has is an error (CLIENT: the
    Kubernetes operator reads the code).
    """
    asked = current().query.first("name") or ""
    fitting = [item for item in found if item[0].lower().startswith(asked.lower())]
    if asked and not fitting and code in current().dialect.unmatched:
        raise ApiError(code, asked)
    return fitting


def _address(about: Document) -> str:
    return f"{current().base_url}{current().dialect.prefix}/orgs/{about['id']}"


def _shown(about: Document, shown_links: list[Link]) -> dict[str, Any]:
    return Organization(current().dialect.profile).show({**about, "links": shown_links})
