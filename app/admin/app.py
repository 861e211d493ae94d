"""The Flask application of the admin API, put together from its blueprints."""

from typing import Any

import orjson
from flask import Flask, Request
from flask.json.provider import JSONProvider
from werkzeug.routing import MapAdapter

from ..api.responses import Reply
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


class AdminResponse(Reply):
    """A response that is sent as it is."""

    default_mimetype = Flask.response_class.default_mimetype


class AdminFlask(Flask):
    """Flask without what only hosts, subdomains and corrections of headers need."""

    response_class = AdminResponse
    url_rule_class = AdminRoute  # type: ignore[assignment]

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """What matches a request's path; none outside of a request, as no URL is built."""
        if request is None:
            return None
        parts = ("localhost", "/", "", request.scheme, request.path, request.method)
        return MapAdapter(self.url_map, *parts)


def create_admin_app(admin: AdminApp) -> Flask:
    """The Flask application that answers for `admin`."""
    app = AdminFlask("opsemu.admin", static_folder=None)
    app.json = IndentedJson(app)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions[EXTENSION] = admin
    register_error_handlers(app)
    restrict_access(app, admin.services.config)
    app.after_request(events.note_write)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=ADMIN)
    return app
