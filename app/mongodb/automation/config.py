"""`/groups/<id>/automationConfig` and below, `/groups/<id>/automationStatus`."""

from functools import partial

from flask import Response

from opsemu.schemas.profiles import MANAGER

from ...api.context import current
from ...api.responses import reply
from ...api.routes import Resource
from ...store import Document
from ..project_access import get_project
from .access import ROLE, check_version, get_deployment, publish_config
from .deployment import Deployment
from .secrets import keep_secrets, without_secrets

bp = Resource("automation_config", __name__, MANAGER)

CONFIG = "/groups/<group_id>/automationConfig"
STATUS = "/groups/<group_id>/automationStatus"
# What agents are told to download (CLIENT: a local Ops Manager of 2020).
AUTOMATION_VERSION, BI_CONNECTOR_VERSION = "10.14.0.6304", "2.3.4"
_VERSIONS = {
    "automationAgentVersion": AUTOMATION_VERSION,
    "backupAgentVersion": None,
    "biConnectorVersion": BI_CONNECTOR_VERSION,
    "mongoDbToolsVersion": None,
    "monitoringAgentVersion": None,
}

_LOGS = "mongodb-mms-automation"


def _agent_config(name: str) -> Document:
    """An agent's configuration before another one was set (CLIENT)."""
    return {
        "logPath": f"/var/log/{_LOGS}/{name}.log",
        "logPathWindows": f"%SystemDrive%\\MMSAutomation\\log\\{_LOGS}\\{name}.log",
        "logRotate": {"sizeThresholdMB": 1000, "timeThresholdHrs": 24},
    }


# Documents of their own, with what they are before they are set.
_AGENT_CONFIGS: dict[str, Document] = {
    "monitoringAgentConfig": _agent_config("monitoring-agent"),
    "backupAgentConfig": _agent_config("backup-agent"),
    "systemLogRotateConfig": {},
    "auditLogRotateConfig": {},
}


@bp.get(CONFIG, operation="getAutomationConfig")
def get_config(group_id: str) -> Response:
    """The whole configuration, secrets in clear (CLIENT: scripts send back what they read)."""
    return reply(get_deployment(group_id).shown)


@bp.put(CONFIG, operation="putAutomationConfig")
def put_config(group_id: str) -> Response:
    """Publish a configuration in place of the present one; the body is two bytes (RECORDED)."""
    project, body = get_project(group_id, role=ROLE), current().json_object()
    publish_config(project, lambda deployment: _checked(deployment, body))
    return reply({})


@bp.get(f"{CONFIG}/noSecrets", operation="getAutomationConfigNoSecrets")
def get_without_secrets(group_id: str) -> Response:
    """The configuration with a word in place of each secret (DOCS)."""
    return reply(without_secrets(get_deployment(group_id).shown))


@bp.put(f"{CONFIG}/noSecrets", operation="putAutomationConfigNoSecrets")
def put_without_secrets(group_id: str) -> Response:
    """Publish a configuration; its secrets stay as they are, whatever was sent (DOCS)."""
    project, body = get_project(group_id, role=ROLE), current().json_object()

    def make(deployment: Deployment) -> Document:
        config: Document = keep_secrets(_checked(deployment, body), deployment.shown)
        return config

    publish_config(project, make)
    return reply({})


@bp.post(f"{CONFIG}/updateAgentVersions", operation="updateAgentVersions", reads_body=False)
def update_agent_versions(group_id: str) -> Response:
    """Publish the newest version of the agents, or those in the body, which may be absent."""
    project, versions = get_project(group_id, role=ROLE), {**_VERSIONS, **_optional_body()}
    agent = {"directoryUrl": None, "name": versions["automationAgentVersion"]}
    publish_config(project, lambda deployment: {**deployment.sent, "agentVersion": agent})
    return reply({name: versions[name] for name in _VERSIONS})


@bp.get(STATUS, operation="getAutomationStatus")
@bp.get(f"{STATUS}/full", operation="getAutomationStatusFull")
def get_status(group_id: str) -> Response:
    """How far the processes have got; `full` is the same, as no plan is kept (INFERRED)."""
    return reply(get_deployment(group_id).status())


def _get_agent_config(group_id: str, name: str) -> Response:
    """A document beside the configuration."""
    stored = get_deployment(group_id).document.get("agentConfigs", {})
    return reply(stored.get(name, _AGENT_CONFIGS[name]))


def _put_agent_config(group_id: str, name: str) -> Response:
    """Replace a document beside the configuration, whose version grows with it (INFERRED)."""
    project, body = get_project(group_id, role=ROLE), current().json_object()
    publish_config(project, lambda deployment: deployment.sent, **{name: body})
    return reply({})


for _name in _AGENT_CONFIGS:
    _title, _rule = f"{_name[0].upper()}{_name[1:]}", f"{CONFIG}/{_name}"
    bp.get(_rule, operation=f"get{_title}")(partial(_get_agent_config, name=_name))
    bp.put(_rule, operation=f"put{_title}")(partial(_put_agent_config, name=_name))


def _checked(deployment: Deployment, body: Document) -> Document:
    check_version(deployment, body)
    return body


def _optional_body() -> Document:
    return current().json_object() if current().request.get_data() else {}
