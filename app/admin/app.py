"""The control plane's application: the one place where its parts meet."""

from __future__ import annotations

from flask import Flask

from ..api.context import Services
from ..worlds.manager import Worlds
from ..worlds.seeds import load_seed
from . import (
    PREFIX,
    access,
    clock,
    errors,
    faults,
    installed,
    integrations,
    metrics,
    requests,
    snapshots,
    status,
    worlds,
)
from .context import Parts

BLUEPRINTS = (
    status.bp,
    worlds.bp,
    requests.bp,
    faults.bp,
    clock.bp,
    snapshots.bp,
    metrics.bp,
    integrations.bp,
    installed.bp,
)


def create_plane(services: Services) -> Flask:
    """The control plane of a server as a WSGI application."""
    app = Flask("opsemu.control", static_folder=None)
    seed = load_seed(services.config.seed, services.config.rng_seed)
    app.extensions["parts"] = Parts(services, Worlds(services, seed))
    errors.init_app(app)
    access.init_app(app, services)
    for bp in BLUEPRINTS:
        app.register_blueprint(bp, url_prefix=PREFIX)
    return app
