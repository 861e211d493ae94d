"""The Flask application of the admin API, put together from its blueprints."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider
from werkzeug.routing import Rule

from ..api.context import Services
from ..worlds.manager import WorldManager
from . import (
    PREFIX,
    access,
    clock,
    errors,
    faults,
    integrations,
    requests,
    snapshots,
    status,
    worlds,
)
from .context import EXTENSION, AdminContext
from .routes import AdminRoute

_BLUEPRINTS = (
    status.bp,
    status.numbers,
    worlds.bp,
    requests.bp,
    faults.bp,
    clock.bp,
    snapshots.bp,
    integrations.bp,
    integrations.installed,
)


class IndentedJson(JSONProvider):
    """JSON as people read it in a terminal: indented, with the members in their given order."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


class AdminFlask(Flask):
    """Flask with documented routes and indented JSON."""

    url_rule_class: type[Rule] = AdminRoute
    json_provider_class = IndentedJson


def create_admin_app(services: Services, worlds: WorldManager, started_at: float) -> Flask:
    """The admin API of a server, which started at `started_at` (`time.perf_counter`)."""
    app = AdminFlask("opsemu.admin", static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.extensions[EXTENSION] = AdminContext(services, worlds, started_at)
    errors.init_app(app)
    access.init_app(app, services.config.admin_token)
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=PREFIX)
    return app
