"""The application: the one place where the parts meet."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from flask import Flask, Request
from werkzeug.routing import MapAdapter

from .admin import AdminApp
from .alerting import EXTENSION as ALERTING
from .alerting import fakes, global_views, seeding
from .alerting import views as alerts
from .alerting.engine import Alerting
from .api import responses
from .api.api_family import Dialect, Vendor
from .api.dispatch import Dispatcher
from .api.flask_routing import CachingMapAdapter, MatchCache, MatchOnlyRule, merge_slashes
from .api.journaling import Recorder
from .api.parsed_cache import Readings
from .api.routes import operations, served_operation
from .api.services import Services
from .auth.nonces import Nonces
from .config import Config
from .mongodb.vendor import MONGODB
from .opsramp.vendor import OPSRAMP_VENDOR
from .store.shared_state import open_shared_state
from .worlds.clock import Clocks
from .worlds.manager import WorldManager
from .worlds.seeds import Seeds
from .worlds.world import WorldRegistry

# The one list of API families; the first one answers for paths that no family serves.
VENDORS = (
    replace(
        MONGODB,
        seed_part=seeding,
        resources=(*MONGODB.resources, alerts.bp, global_views.bp),
        standalone=(*MONGODB.standalone, fakes.bp),
    ),
    OPSRAMP_VENDOR,
)
_SEED_PARTS = {vendor.name: vendor.seed_part for vendor in VENDORS}
SEEDS = Seeds(_SEED_PARTS)


class Application(Flask):
    """Flask with the responses and the routing of this package."""

    response_class = responses.Reply
    url_rule_class = MatchOnlyRule

    def __init__(self) -> None:
        super().__init__("opsemu", static_folder=None)
        self.url_map.strict_slashes = False
        self.url_map.merge_slashes = False
        self._matches: MatchCache = {}

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """What matches a request's path; none outside of a request, as no URL is built."""
        if request is None:
            return None
        return CachingMapAdapter(self.url_map, request, self._matches)


def create_app(config: Config | None = None) -> Flask:
    """The emulator as a WSGI application; without a config it is what the environment says.

    A state that is fresh is seeded. Raises ConfigError, StateError, SeedError.
    """
    config = config or Config.from_environment()
    families = tuple(family for vendor in VENDORS for family in vendor.dialects(config.profile))
    app = Application()
    seeds = Seeds(_SEED_PARTS, partial(served_operation, app.url_map, operations(app)))
    for vendor in VENDORS:
        _register(app, vendor, families)
    seed = seeds.load(config.seed, config.rng_seed)
    store = seeds.open_store(config, seed)
    shared_state = open_shared_state(config.state)
    secret = config.nonce_secret.encode() or store.backend.secret()
    nonces = Nonces(secret, config.nonce_life, shared_state)
    clocks = Clocks(config.rng_seed, shared_state)
    worlds = WorldRegistry(config, store, shared_state)
    readings, endpoints = Readings(store), operations(app)
    services = Services(
        config, store, shared_state, readings, nonces, families, clocks, worlds, endpoints,
        app.url_map, app.extensions,
    )  # fmt: skip
    app.extensions["opsemu"] = services
    app.extensions[ALERTING] = alerting = Alerting(services)
    recorder = app.extensions["opsemu.recorder"] = Recorder(services)
    wsgi_app = merge_slashes(Dispatcher(app, services, recorder))
    manager = WorldManager(store, clocks, worlds, seeds, seed, config.rng_seed)
    manager.remove_unfinished()
    admin = AdminApp(services, manager, alerting, wsgi_app if config.admin == "on" else None)
    app.extensions["opsemu.admin"] = admin
    app.wsgi_app = admin if config.admin == "on" else wsgi_app  # type: ignore[method-assign,assignment]
    return app


def _register(app: Flask, vendor: Vendor, families: Iterable[Dialect]) -> None:
    """Register a vendor's resources, once for each of its families."""
    for family in families:
        for bp in vendor.resources if family.vendor == vendor.name else ():
            name = f"{family.name}/{bp.name}"
            app.register_blueprint(bp, name=name, url_prefix=family.prefix, family=family.name)
    for bp in vendor.standalone:
        app.register_blueprint(bp)
