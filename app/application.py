"""The application: the one place where the parts meet."""

from __future__ import annotations

from flask import Flask, Request
from werkzeug.routing import MapAdapter

from .admin import ControlPlane
from .api import authentication, fault_injection, operations, responses
from .api.context import Services
from .api.flask_routing import CachingMapAdapter, MatchCache, MatchOnlyRule, merge_slashes
from .api.journaling import Recorder
from .api.parsed_cache import Readings
from .auth.nonces import Nonces
from .config import Config
from .mongodb import alert_configs, groups, integrations, neighbours, oauth, organizations, system
from .opsramp import views as opsramp
from .profiles import dialects
from .store import Store
from .store.shared_state import Board, open_board
from .worlds.seeds import seeded_store
from .worlds.world import Lives
from .worlds.world_clock import Times

# What the families serve, each those that its row names.
RESOURCES = (
    alert_configs.bp,
    alert_configs.matchers,
    groups.bp,
    integrations.bp,
    neighbours.api_keys,
    neighbours.clusters,
    neighbours.ip_addresses,
    neighbours.limits,
    neighbours.settings,
    neighbours.slow_ms,
    neighbours.teams,
    organizations.bp,
    system.private,
    system.root,
    *opsramp.RESOURCES,
)


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


def create_app(
    config: Config | None = None, store: Store | None = None, board: Board | None = None
) -> Flask:
    """The emulator as a WSGI application over a store and a board.

    Without arguments it is what the environment says: a store of its own,
    seeded if it is fresh. Raises ConfigError, StateError, SeedError.
    """
    config = config or Config.from_environment()
    families = dialects(config.profile)
    store = store or seeded_store(config)
    board = board or open_board(config.state)
    app = Application()
    secret = config.nonce_secret.encode() or store.backend.secret()
    nonces = Nonces(secret, config.nonce_life, board)
    times, lives = Times(config.rng_seed, board), Lives(config, store, board)
    services = Services(
        config, store, board, Readings(store), nonces, families, times, lives, set()
    )
    app.extensions["opsemu"] = services
    recorder = Recorder(services)
    app.extensions["opsemu.recorder"] = recorder
    recorder.init_app(app)
    responses.init_app(app)
    authentication.init_app(app)
    fault_injection.init_app(app)
    for family in families:
        for bp in RESOURCES:
            if bp.name in family.resources:
                name = f"{family.name}/{bp.name}"
                app.register_blueprint(bp, name=name, url_prefix=family.prefix)
    for bp in (system.version, oauth.bp, opsramp.LOGIN):
        app.register_blueprint(bp)
    names = (operations.operation_name(rule.endpoint) for rule in app.url_map.iter_rules())
    services.operations.update(filter(None, names))
    wsgi_app = merge_slashes(app.wsgi_app, families)
    if config.admin == "on":
        wsgi_app = ControlPlane(services, wsgi_app)
    app.wsgi_app = wsgi_app  # type: ignore[method-assign,assignment]
    return app
