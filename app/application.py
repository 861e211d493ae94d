"""The application: the one place where the parts meet."""

from flask import Flask

from .admin import AdminApp
from .alerting import EXTENSION as ALERTING
from .alerting import Alerts, seeding
from .api import responses
from .api.dispatch import Dispatcher
from .api.flask_routing import MatchOnlyRule, merge_slashes
from .api.journaling import Recorder
from .api.parsed_cache import Readings
from .api.router import Router
from .api.services import Services
from .auth.nonces import Nonces
from .config import Config
from .mongodb.vendor import MONGODB
from .opsramp.vendor import OPSRAMP_VENDOR
from .worlds.clock import Clocks
from .worlds.manager import WorldManager
from .worlds.seeds import Seeds
from .worlds.world import WorldRegistry

# The one list of API families; the first one answers for paths that no family serves.
VENDORS = (
    MONGODB._replace(
        seed_part=seeding,
        resources=(
            *MONGODB.resources,
            "opsemu.alerting.views:bp",
            "opsemu.alerting.global_views:bp",
        ),
        standalone=(*MONGODB.standalone, "opsemu.alerting.fakes:bp"),
    ),
    OPSRAMP_VENDOR,
)
_SEED_PARTS = {vendor.name: vendor.seed_part for vendor in VENDORS}
SEEDS = Seeds(_SEED_PARTS)


class Application(Flask):
    """Flask with the responses and the rules of this package."""

    response_class = responses.Reply
    url_rule_class = MatchOnlyRule


def create_app(config: Config | None = None) -> Flask:
    """The emulator as a WSGI application; without a config it is what the environment says.

    A state that is fresh is seeded. Raises ConfigError, StateError, SeedError.
    """
    config = config or Config.from_environment()
    families = tuple(family for vendor in VENDORS for family in vendor.dialects(config.profile))
    app = Application("opsemu", static_folder=None)
    router = Router(app, VENDORS, families)
    seeds = Seeds(_SEED_PARTS, router.served)
    seed = seeds.load(config.seed, config.rng_seed)
    store = seeds.open_store(config, seed)
    shared_state = store.backend.shared_state()
    secret = config.nonce_secret.encode() or store.backend.secret()
    nonces = Nonces(secret, config.nonce_life, shared_state)
    clocks = Clocks(config.rng_seed, shared_state)
    worlds = WorldRegistry(config, store, shared_state)
    readings = Readings(store)
    services = Services(
        config, store, shared_state, readings, nonces, families, clocks, worlds, router,
        app.extensions,
    )  # fmt: skip
    app.extensions["opsemu"] = services
    app.extensions[ALERTING] = alerts = Alerts(services)
    recorder = app.extensions["opsemu.recorder"] = Recorder(services)
    wsgi_app = merge_slashes(Dispatcher(services, recorder))
    manager = WorldManager(store, clocks, worlds, seeds, seed, config.rng_seed)
    manager.remove_unfinished()
    inner = wsgi_app if config.admin == "on" else None
    admin = AdminApp(services, manager, alerts, create_app, inner)
    app.extensions["opsemu.admin"] = admin
    app.wsgi_app = admin if config.admin == "on" else wsgi_app  # type: ignore[method-assign,assignment]
    return app
