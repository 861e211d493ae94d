"""`/groups/<id>/alertConfigs`, as far as integrations reach into them."""

from functools import partial
from typing import Any

from flask import Response

from opsemu.schemas.alert_configs import AlertConfig, Toggle
from opsemu.schemas.profiles import EVERY

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...store import Document
from ...store.layout import ALERT_CONFIGS, INTEGRATIONS
from ..dialect import dialect, profile
from ..masked_secret_check import check_for_masks
from ..parents import check_id
from ..project_access import Project, get_project, project_url
from ..request_helpers import load_body, page_of
from . import notifications, rules
from .enumerations import field_names

bp = Resource("alert_configs", __name__, EVERY, "ApiAlertConfigsResource")

ALL = "/groups/<group_id>/alertConfigs"
ONE = "/groups/<group_id>/alertConfigs/<config_id>"


@bp.get(
    "/alertConfigs/matchers/fieldNames",
    operation="getAlertConfigMatchersFieldNames",
    java="ApiAlertConfigsMatchersResource",
    limit=300,
)
def list_field_names() -> Response:
    """The names that matchers know: an array without a page around it (RECORDED)."""
    return reply(field_names())


@bp.get(ALL, operation="getAllAlertConfigs")
def list_all(group_id: str) -> Response:
    """A project's alert configurations, the oldest first."""
    project = get_project(group_id)
    configs = current().store.all(project.owner, ALERT_CONFIGS)
    show = partial(show_in_list, project, integrations=_integrations(project))
    return reply(page_of(list(configs.values()), show))


@bp.get(ONE, operation="getAlertConfig")
def get_one(group_id: str, config_id: str) -> Response:
    """One alert configuration."""
    project = get_project(group_id)
    return reply(_show(project, get_config(project, config_id)))


@bp.post(ALL, operation="addAlertConfig")
def create(group_id: str) -> Response:
    """Add an alert configuration."""
    project, config_id = get_project(group_id, write=True), current().time.object_id()
    config = _write(project, config_id, current().json_object(), is_new=True)
    return reply(_show(project, config), 201, Location=_url(project, config_id))


@bp.put(ONE, operation="putAlertConfig")
def update(group_id: str, config_id: str) -> Response:
    """Replace an alert configuration."""
    project = get_project(group_id, write=True)
    get_config(project, config_id)
    return reply(_show(project, _write(project, config_id, current().json_object())))


@bp.patch(ONE, operation="patchAlertConfig")
def toggle(group_id: str, config_id: str) -> Response:
    """Enable or disable an alert configuration."""
    project, now = get_project(group_id, write=True), current().time.timestamp()
    body = load_body(Toggle)
    get_config(project, config_id)

    def edit(stored: Document | None) -> Document:
        return {**_required(stored, project, config_id), **body, "updated": now}

    return reply(_show(project, project.change(ALERT_CONFIGS, config_id, edit)))


@bp.delete(ONE, operation="deleteAlertConfig")
def delete(group_id: str, config_id: str) -> Response:
    """Delete an alert configuration."""
    project = get_project(group_id, write=True)
    config = get_config(project, config_id)
    is_deleted = project.delete(ALERT_CONFIGS, config_id)
    _required(config if is_deleted else None, project, config_id)
    return no_content()


def _write(
    project: Project, config_id: str, body: dict[str, Any], *, is_new: bool = False
) -> Document:
    attributes: Document = AlertConfig.of(dialect().profile).load(body)
    now, make_id = current().time.timestamp(), current().time.object_id

    def edit(stored: Document | None) -> Document:
        empty: Document = {"created": now, "notifications": []}
        old = empty if is_new else _required(stored, project, config_id)
        sent, integrations = attributes["notifications"], _integrations(project)
        for notification in sent:
            check_for_masks(str(notification.get("typeName")), notification)
        new = notifications.read(sent, old["notifications"], integrations, profile(), make_id)
        config = {**attributes, "notifications": new}
        rules.check(config, project.about["orgId"])
        return {**config, "id": config_id, "created": old["created"], "updated": now}

    return project.change(ALERT_CONFIGS, config_id, edit)


def find_config(project: Project, config_id: str) -> Document | None:
    """One of a project's alert configurations, or None."""
    return project.get(ALERT_CONFIGS, config_id)


def get_config(project: Project, config_id: str) -> Document:
    """The same; raises INVALID_ALERT_CONFIG_ID or ALERT_CONFIG_NOT_FOUND."""
    check_id(config_id, "INVALID_ALERT_CONFIG_ID")
    return _required(find_config(project, config_id), project, config_id)


def _required(config: Document | None, project: Project, config_id: str) -> Document:
    if config is None:
        raise ApiError("ALERT_CONFIG_NOT_FOUND", config_id, project.id)
    return config


def _url(project: Project, config_id: str) -> str:
    return f"{project_url(project.id)}/alertConfigs/{config_id}"


def list_item(project: Project, config: Document) -> dict[str, Any]:
    """The same, with the project's integrations as they are."""
    return show_in_list(project, config, _integrations(project))


def _integrations(project: Project) -> dict[str, Document]:
    return current().store.all(project.owner, INTEGRATIONS)


def show_in_list(
    project: Project, config: Document, integrations: dict[str, Document]
) -> dict[str, Any]:
    """A configuration in a list, with the one link to itself (RECORDED)."""
    shown = notifications.show(config["notifications"], integrations, profile())
    fields = {"groupId": project.id, "links": [self_link(_url(project, config["id"]))]}
    return AlertConfig.of(dialect().profile).show({**config, **fields, "notifications": shown})


def _show(project: Project, config: Document) -> dict[str, Any]:
    body = list_item(project, config)
    rel = dialect().links.alert_rel
    rel = f"{current().base_url}{rel}" if rel.startswith("/") else rel
    alerts = {"href": f"{_url(project, config['id'])}/alerts", "rel": f"{rel}alerts"}
    return {**body, "links": [*body["links"], alerts]}
