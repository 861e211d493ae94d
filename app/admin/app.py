"""The Flask application of the admin API, put together from its blueprints."""

from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider

from ..api.urls import ADMIN
from . import (
    AdminApp,
    alerts,
    automation,
    clock,
    docs,
    events,
    faults,
    inbox,
    integrations,
    overview,
    page_files,
    requests,
    snapshots,
    status,
    stubs,
    worlds,
)
from .access import restrict_access
from .context import EXTENSION, AdminRoute
from .errors import register_error_handlers

_MODULES = (
    status,
    worlds,
    requests,
    faults,
    stubs,
    clock,
    snapshots,
    integrations,
    automation,
    alerts,
    inbox,
    events,
    page_files,
    overview,
    docs,
)
_BLUEPRINTS = (*(module.bp for module in _MODULES), status.numbers, integrations.installed)


class IndentedJson(JSONProvider):
    """JSON as people read it in a terminal: indented, with the members in their given order."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def create_admin_app(admin: AdminApp) -> Flask:
    """The Flask application that answers for `admin`."""
    app = Flask("opsemu.admin", static_folder=None)
    app.json = IndentedJson(app)
    app.url_rule_class = AdminRoute  # type: ignore[assignment]
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions[EXTENSION] = admin
    register_error_handlers(app)
    restrict_access(app, admin.services.config)
    app.after_request(events.note_write)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=ADMIN)
    return app
