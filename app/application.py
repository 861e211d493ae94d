"""The application: the one place where the parts meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Request, Response
from flask.globals import request_ctx
from flask.sessions import NullSession, SessionInterface

from .admin import AdminApp
from .api import authentication, fault_injection, responses
from .api.api_family import Dialect, Vendor, dialect_of
from .api.context import Services
from .api.flask_routing import RoutedFlask
from .api.journaling import Recorder
from .api.parsed_cache import Readings
from .api.routes import operations
from .auth.nonces import Nonces
from .config import Config
from .mongodb.vendor import MONGODB
from .opsramp.vendor import OPSRAMP_VENDOR
from .server.response_cache import Front, Shortcut
from .store import StateUnavailable, Store
from .store.shared_state import SharedState, open_shared_state
from .worlds.clock import Clocks
from .worlds.manager import WorldManager
from .worlds.seeds import Seed, Seeds
from .worlds.world import WorldRegistry

# The one list of API families; the first one answers for paths that no family serves.
VENDORS = (MONGODB, OPSRAMP_VENDOR)
SEEDS = Seeds({vendor.name: vendor.seed_part for vendor in VENDORS})


class NoSessions(SessionInterface):
    """API clients keep no cookies, so that none is looked for and none is set."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """The same nothing for everybody."""
        return self._none


class Application(RoutedFlask):
    """Flask, with the vendor's answers where Flask has its own."""

    response_class = responses.Reply
    session_interface = NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none is asynchronous, and Flask looks at each anew."""
        return func

    def preprocess_request(self) -> Any:
        """What is asked before a view; no blueprint here has hooks of its own."""
        for hook in self.before_request_funcs[None]:
            answer = hook()
            if answer is not None:
                return answer
        return None

    def process_response(self, response: Response) -> Response:
        """What becomes of an answer; sessions are none of it."""
        for hook in reversed(self.after_request_funcs[None]):
            response = hook(response)
        return response

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Nothing: no part of this application has anything to tear down."""

    def do_teardown_appcontext(self, exc: BaseException | None = None) -> None:
        """Nothing."""

    def make_default_options_response(self) -> responses.Reply:
        """200 with `Allow`, as for a wrong method (INFERRED)."""
        adapter = request_ctx.url_adapter
        return responses.allow(200, adapter.allowed_methods() if adapter else ())

    def handle_exception(self, e: Exception) -> Response:
        """What fails once the view has answered: the state that the journal is in, or we."""
        if isinstance(e, StateUnavailable):
            return responses.unavailable(e)
        return super().handle_exception(e)

    def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Merge slashes where a family does, before routing: Flask would answer a redirect."""
        path, families = environ["PATH_INFO"], self.extensions["opsemu"].dialects
        if "//" in path and dialect_of(path, families).merges_slashes:
            environ["PATH_INFO"] = re.sub("//+", "/", path)
        return super().wsgi_app(environ, start_response)


def create_app(
    config: Config | None = None,
    store: Store | None = None,
    shared_state: SharedState | None = None,
    seed: Seed | None = None,
) -> Flask:
    """The emulator as a WSGI application over a store and a shared state.

    Without arguments it is what the environment says: a store of its own,
    seeded if it is fresh. `seed` is the seed of a store that is passed in.
    Raises ConfigError, StateError, SeedError.
    """
    config = config or Config.from_environment()
    families = tuple(family for vendor in VENDORS for family in vendor.dialects(config.profile))
    seed = seed or SEEDS.load(config.seed, config.rng_seed)
    store = store or SEEDS.open_store(config, seed)
    shared_state = shared_state or open_shared_state(config.state)
    app = Application("opsemu")
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    secret = config.nonce_secret.encode() or store.backend.secret()
    nonces = Nonces(secret, config.nonce_life, shared_state)
    clocks = Clocks(config.rng_seed, shared_state)
    worlds = WorldRegistry(config, store, shared_state)
    services = Services(
        config,
        store,
        shared_state,
        Readings(store),
        nonces,
        families,
        clocks,
        worlds,
        operations(app),
    )
    app.extensions["opsemu"] = services
    recorder = Recorder(services)
    recorder.init_app(app)
    responses.init_app(app)
    authentication.init_app(app)
    fault_injection.init_app(app)
    for vendor in VENDORS:
        _register(app, vendor, families)
    inner = app.wsgi_app if config.admin == "on" else None
    manager = WorldManager(store, clocks, worlds, SEEDS, seed, config.rng_seed)
    admin = app.extensions["opsemu.admin"] = AdminApp(services, manager, inner)
    if config.admin == "on":
        app.wsgi_app = admin  # type: ignore[method-assign]
    app.wsgi_app = Front(app.wsgi_app, Shortcut(services, recorder))  # type: ignore[method-assign,assignment]
    return app


def _register(app: Flask, vendor: Vendor, families: Iterable[Dialect]) -> None:
    """Register a vendor's resources, once for each of its families."""
    for family in families:
        for bp in vendor.resources if family.vendor == vendor.name else ():
            name = f"{family.name}/{bp.name}"
            app.register_blueprint(bp, name=name, url_prefix=family.prefix, family=family.name)
    for bp in vendor.standalone:
        app.register_blueprint(bp)
