"""Routes are made in parts, and match as if they were made at once."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.utils import import_string

from opsemu.api.flask_routing import ChainedMapAdapter
from opsemu.api.router import Router
from opsemu.application import VENDORS

FAMILIES = tuple(family for vendor in VENDORS for family in vendor.dialects(""))
ARGUMENT = re.compile(r"<(?:any\((\w+)[^>]*:|\w+:)?\w+>")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "--")
INTEGRATIONS = "/api/public/v1.0/groups/1/integrations"


def found(match):
    """The endpoint and the arguments of a match, or the error of a path that has no route."""
    try:
        rule, arguments = match(return_rule=True)
    except HTTPException as error:
        return error.code, sorted(getattr(error, "valid_methods", None) or [])
    return rule.endpoint, arguments


@pytest.fixture(scope="module")
def router():
    return Router(VENDORS, FAMILIES)


def test_a_path_has_the_same_route_in_the_parts_as_in_the_whole(router):
    whole = Router(VENDORS, FAMILIES).url_map
    paths = {ARGUMENT.sub(lambda match: match[1] or "x", rule.rule) for rule in whole.iter_rules()}
    others = {"/", "/api/public/v1.0/nothing", "/api/v2/nothing", "/nothing"}
    for path in paths | others | {f"{path}/more" for path in paths}:
        for method in METHODS:
            in_parts = found(ChainedMapAdapter(router.maps, "http", path, method).match)
            assert in_parts == found(whole.bind("", default_method=method, path_info=path).match)


def test_a_request_for_integrations_makes_no_other_routes():
    router = Router(VENDORS, FAMILIES)
    assert router.served("GET", INTEGRATIONS) == "getIntegrations"
    assert {operation.java for operation in router.operations.values()} == {
        "ApiGroupIntegrationsResource"
    }


def test_a_path_of_one_family_makes_no_routes_of_another():
    router = Router(VENDORS, FAMILIES)
    assert router.served("POST", "/api/v2/tenants/1/integrations/install/x") is not None
    families = {endpoint.partition("/")[0] for endpoint in router.operations}
    assert "opsramp" in families
    assert not [each for each in router.operations if each.startswith("ops-manager/groups.")]


def test_no_two_views_of_a_family_have_one_operation():
    for vendor in VENDORS:
        for name in (*vendor.resources, *vendor.standalone):
            views = defaultdict(set)
            for route in import_string(name).routes:
                for family in route.operation.families or {""}:
                    views[family, route.operation.name].add(route.view)
            assert {len(each) for each in views.values()} == {1}, name
