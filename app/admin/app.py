"""The control plane's application: the one place where its parts meet."""

from __future__ import annotations

from flask import Flask

from ..api.context import Services
from ..worlds.manager import WorldManager
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
    config, seeds = services.config, services.seeds
    manager = WorldManager(
        services.store,
        services.times,
        services.worlds,
        seeds,
        seeds.load(config.seed, config.rng_seed),
        config.rng_seed,
    )
    app.extensions["parts"] = Parts(services, manager)
    errors.init_app(app)
    access.init_app(app, services)
    for bp in BLUEPRINTS:
        app.register_blueprint(bp, url_prefix=PREFIX)
    return app
