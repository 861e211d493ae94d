"""Routes are made in parts, and match as if they were made at once."""

from __future__ import annotations

import re
from functools import partial

from werkzeug.exceptions import HTTPException

from opsemu.api.routes import operations
from opsemu.application import create_app
from opsemu.config import Config

ARGUMENT = re.compile(r"<(?:any\((\w+)[^>]*:|\w+:)?\w+>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "--")
INTEGRATIONS = "/api/public/v1.0/groups/1/integrations"


def found(match, *about):
    """The endpoint and the arguments of a match, or the error of a path that has no route."""
    try:
        rule, arguments = match(*about)
    except HTTPException as error:
        return error.code, sorted(getattr(error, "valid_methods", None) or [])
    return rule.endpoint, arguments


def new_app():
    return create_app(Config(seed="empty"))


def router_of(app):
    return app.extensions["opsemu"].router


def test_a_path_has_the_same_route_in_the_parts_as_in_the_whole():
    router, whole = router_of(new_app()), router_of(new_app()).url_map
    paths = {ARGUMENT.sub(lambda match: match[1] or "x", rule.rule) for rule in whole.iter_rules()}
    others = {"/", "/api/public/v1.0/nothing", "/api/v2/nothing", "/nothing"}
    for path in paths | others | {f"{path}/more" for path in paths}:
        for method in METHODS:
            match = whole.bind("localhost", path_info=path, default_method=method).match
            assert found(router.match, method, path) == found(partial(match, return_rule=True))


def test_a_request_for_integrations_makes_no_other_routes():
    app = new_app()
    assert router_of(app).served("GET", INTEGRATIONS) == "getIntegrations"
    assert {each.java for each in operations(app).values()} == {"ApiGroupIntegrationsResource"}


def test_a_path_of_one_family_makes_no_routes_of_another():
    app = new_app()
    served = router_of(app).served("POST", "/api/v2/tenants/1/integrations/install/x")
    assert served is not None
    families = {endpoint.partition("/")[0] for endpoint in operations(app)}
    assert "opsramp" in families
    assert not [each for each in operations(app) if each.startswith("ops-manager/groups.")]
