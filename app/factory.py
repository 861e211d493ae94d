"""The application: the one place where the parts meet."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from typing import Any, NoReturn

from flask import Flask, Request
from flask.globals import request_ctx
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import BuildError, MapAdapter, Rule

from . import (
    alert_configs,
    auth,
    groups,
    integrations,
    neighbours,
    oauth,
    operations,
    organizations,
    replies,
    strikes,
    system,
)
from .config import Config
from .context import Services
from .control import ControlPlane
from .dialects import dialect_of
from .live import Lives
from .nonces import Nonces
from .opsramp import views as opsramp
from .profiles import dialects
from .readings import Readings
from .recorder import Recorder
from .seeds import seeded_store
from .shortcut import Front, Shortcut
from .stores import Store
from .times import Times

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


MOST_HOSTS = 100


class MatchedRule(Rule):
    """A rule that is only ever matched: no address is built from a route here.

    Werkzeug compiles two functions a rule to build addresses with, which would be
    nine tenths of the time it takes to make an application.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        def build(*_: Any) -> NoReturn:
            raise BuildError(self.endpoint, {}, None)

        return build


class NoSessions(SessionInterface):
    """API clients keep no cookies, so that none is looked for and none is set."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        """The same nothing for everybody."""
        return self._none


class Application(Flask):
    """Flask, with the vendor's answers where Flask has its own."""

    response_class = replies.Reply
    url_rule_class = MatchedRule
    session_interface = NoSessions()

    def __init__(self, name: str) -> None:
        super().__init__(name, static_folder=None)
        self._adapters: dict[str, MapAdapter] = {}

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none is asynchronous, and Flask looks at each anew."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Werkzeug's, made anew for each request as it has the path in it; bound once a host."""
        if request is None or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        found = self._adapters.get(host := request.environ.get("HTTP_HOST", ""))
        if found is None:
            return self._bound(host, request)
        fresh = copy(found)
        fresh.path_info, fresh.default_method = request.path, request.method
        fresh.query_args = request.environ.get("QUERY_STRING", "")
        return fresh

    def _bound(self, host: str, request: Request) -> MapAdapter | None:
        found = super().create_url_adapter(request)
        if found is not None:
            if len(self._adapters) >= MOST_HOSTS:
                self._adapters.clear()
            self._adapters[host] = found
        return found

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Nothing: no part of this application has anything to tear down."""

    def do_teardown_appcontext(self, exc: BaseException | None = None) -> None:
        """Nothing."""

    def make_default_options_response(self) -> replies.Reply:
        """200 with `Allow`, as for a wrong method (INFERRED)."""
        adapter = request_ctx.url_adapter
        return replies.allowed(200, adapter.allowed_methods() if adapter else ())

    def wsgi_app(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Merge slashes where a family does, before routing: Flask would answer a redirect."""
        path, families = environ["PATH_INFO"], self.extensions["opsemu"].dialects
        if "//" in path and dialect_of(path, families).merges_slashes:
            environ["PATH_INFO"] = re.sub("//+", "/", path)
        return super().wsgi_app(environ, start_response)


def create_app(config: Config | None = None, store: Store | None = None) -> Flask:
    """The emulator as a WSGI application over a store.

    Without arguments it is what the environment says: a store of its own,
    seeded if it is fresh. Raises ConfigError, StateError, SeedError.
    """
    config = config or Config.from_environment()
    families = dialects(config.profile)
    store = store or seeded_store(config)
    app = Application("opsemu")
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    secret = config.nonce_secret.encode() or store.backend.secret()
    nonces = Nonces(secret, config.nonce_life)
    times, lives = Times(config.rng_seed), Lives(config, store)
    services = Services(config, store, Readings(store), nonces, families, times, lives, set())
    app.extensions["opsemu"] = services
    recorder = Recorder(services)
    recorder.init_app(app)
    replies.init_app(app)
    auth.init_app(app)
    strikes.init_app(app)
    for family in families:
        for bp in RESOURCES:
            if bp.name in family.resources:
                name = f"{family.name}/{bp.name}"
                app.register_blueprint(bp, name=name, url_prefix=family.prefix)
    for bp in (system.version, oauth.bp, opsramp.LOGIN):
        app.register_blueprint(bp)
    names = (operations.operation_name(rule.endpoint) for rule in app.url_map.iter_rules())
    services.operations.update(filter(None, names))
    if config.admin == "on":
        app.wsgi_app = ControlPlane(services, app.wsgi_app)  # type: ignore[method-assign,assignment]
    app.wsgi_app = Front(app.wsgi_app, Shortcut(services, recorder))  # type: ignore[method-assign,assignment]
    return app
