"""The five operations of `/groups/<id>/integrations`, served by every MongoDB family."""

from __future__ import annotations

from flask import Blueprint, Response

from ..api.context import current
from ..api.responses import no_content, reply
from .projects import project

bp = Blueprint("integrations", __name__)

ALL = "/groups/<group_id>/integrations"
ONE = "/groups/<group_id>/integrations/<type_name>"


@bp.get(ALL)
def list_all(group_id: str) -> Response:
    """All integrations of a project."""
    return reply(current().page.of(project(group_id).integrations()))


@bp.get(ONE)
def get_one(group_id: str, type_name: str) -> Response:
    """One integration of a project."""
    return reply(project(group_id).integration(type_name))


@bp.post(ONE)
def create(group_id: str, type_name: str) -> Response:
    """Add an integration; the answer is the whole list."""
    group, asked = project(group_id, write=True), current().page
    group.create(type_name, current().json_object())
    return reply(asked.of(group.integrations()))


@bp.put(ONE)
def update(group_id: str, type_name: str) -> Response:
    """Change an integration, or add it; the answer is the whole list."""
    group, asked = project(group_id, write=True), current().page
    group.update(type_name, current().json_object())
    return reply(asked.of(group.integrations()))


@bp.delete(ONE)
def delete(group_id: str, type_name: str) -> Response:
    """Remove an integration."""
    project(group_id, write=True).delete(type_name)
    return no_content()
