"""`/groups/<id>/integrations`: a project's integrations, served by every MongoDB family."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response

from opsemu.schemas import REGISTRY, IntegrationSchema, Profile
from opsemu.schemas.profiles import EVERY

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import no_content, reply
from ..api.routes import Resource
from ..store import Document
from ..store.layout import ALERT_CONFIGS, INTEGRATIONS
from .alerts.notifications import check_not_followed
from .dialect import dialect, profile
from .masked_secret_check import check_for_masks
from .project_access import Project, get_project

bp = Resource("integrations", __name__, EVERY, "ApiGroupIntegrationsResource")

ALL = "/groups/<group_id>/integrations"
ONE = "/groups/<group_id>/integrations/<type_name>"


@bp.get(ALL, operation="getIntegrations", cacheable=True)
def list_all(group_id: str) -> Response:
    """All integrations of a project."""
    project = get_project(group_id)
    return reply(current().page.of(_list(project)))


@bp.get(ONE, operation="getIntegration", cacheable=True)
def get_one(group_id: str, type_name: str) -> Response:
    """One integration of a project."""
    project, cls = get_project(group_id), _integration_type(type_name)
    integration = current().get(project.owner, INTEGRATIONS, type_name)
    if integration is None or not _is_served(type_name):
        raise ApiError("INTEGRATION_NOT_CONFIGURED", type_name)
    return reply(cls.of(profile()).show(integration))


@bp.post(ONE, operation="createIntegration")
def create(group_id: str, type_name: str) -> Response:
    """Add an integration; the answer is the whole list."""
    project, page = get_project(group_id, write=True), current().page
    _write(project, type_name, current().json_object(), is_new=True)
    return reply(page.of(_list(project)))


@bp.put(ONE, operation="updateIntegration")
def update(group_id: str, type_name: str) -> Response:
    """Change an integration, or add it; the answer is the whole list."""
    project, page = get_project(group_id, write=True), current().page
    _write(project, type_name, current().json_object())
    return reply(page.of(_list(project)))


@bp.delete(ONE, operation="deleteIntegration")
def delete(group_id: str, type_name: str) -> Response:
    """Remove an integration."""
    project, cls = get_project(group_id, write=True), _integration_type(type_name)
    check = partial(_check_deletion, project, cls)
    if not (_is_served(type_name) and project.delete(INTEGRATIONS, type_name, check)):
        raise ApiError("INTEGRATION_NOT_CONFIGURED", type_name)
    return no_content()


def _integration_type(type_name: str) -> type[IntegrationSchema]:
    """The schema of a type named in a path; raises INVALID_ENUM_VALUE (INFERRED)."""
    cls = REGISTRY.get(type_name)
    if cls is None or not (cls.unsupported_error or _is_served(type_name)):
        raise ApiError("INVALID_ENUM_VALUE", type_name)
    return cls


def _list(project: Project) -> list[dict[str, Any]]:
    """All integrations as the caller's family shows them, in the order of their types."""
    reading, shown_by = current().read(project.owner), profile()
    if shown_by not in reading.made:
        reading.made[shown_by] = show_all(reading.tables.get(INTEGRATIONS, {}), shown_by)
    integrations: list[dict[str, Any]] = reading.made[shown_by]
    return integrations


def show_all(stored: Mapping[str, Document], family: Profile) -> list[dict[str, Any]]:
    """The stored integrations that a family has, as it shows them, in the order of their types."""
    types = sorted(map(REGISTRY.__getitem__, REGISTRY.keys() & stored), key=lambda e: e.list_order)
    served = [cls for cls in types if cls.is_known_to(family)]
    return [cls.of(family).show(stored[cls.type_name]) for cls in served]


def _write(project: Project, type_name: str, body: dict[str, Any], *, is_new: bool = False) -> None:
    """Add an integration from a whole body, or change one by the attributes in the body (DOCS).

    A new one takes the place of another only where the family reconfigures the type. Raises
    INTEGRATION_ALREADY_CONFIGURED, or the type's own error in a family that does not serve it.
    """
    cls = _integration_type(type_name)
    if not _is_served(type_name):
        raise ApiError(cls.unsupported_error)
    schema, merges = cls.of(profile()), current().settings["put"] == "merge"

    def edit(stored: Document | None) -> Document:
        attributes = schema.read(body, partial=not is_new and stored is not None and merges)
        if is_new and stored is not None and not _is_reconfigured(type_name):
            raise ApiError("INTEGRATION_ALREADY_CONFIGURED", type_name)
        check_for_masks(schema.type_name, attributes)
        kept = stored if stored and (is_new or merges) else {}
        # A new id after each update (CLIENT).
        return schema.merged(kept, {**attributes, "id": current().time.object_id()})

    project.change(INTEGRATIONS, type_name, edit)


def _check_deletion(project: Project, cls: type[IntegrationSchema]) -> None:
    """Raise the type's deletion error while a notification follows the integration."""
    check_not_followed(cls, current().store.all(project.owner, ALERT_CONFIGS).values())


def _is_reconfigured(type_name: str) -> bool:
    """Whether POST changes an existing integration of the type."""
    is_possible = type_name in dialect().projects.reconfigured
    return is_possible and current().settings["slack_post"] == "reconfigure"


def _is_served(type_name: str) -> bool:
    """Whether the caller's family has the type."""
    return type_name in REGISTRY and REGISTRY[type_name].is_known_to(dialect().profile)
