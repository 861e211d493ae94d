"""Bodies that nobody means well with: refused in the vendor's words, never with a 500."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ...conftest import EMPTY

ORG = "decafbaddecafbaddecafbad"
ODD = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**30, "", "x", "\0", "../x", "x" * 5000, [], [[]], {}, {"a": 1}, ORG]
)
KINDS = st.sampled_from(["WEBHOOK", "PAGER_DUTY", "GROUP", "HIP_CHAT", "ADMIN", [], 7, ORG])
NOTIFICATION = st.fixed_dictionaries(
    {"typeName": KINDS},
    optional={
        name: ODD
        for name in (
            "delayMin",
            "intervalMin",
            "notifierId",
            "integrationId",
            "serviceKey",
            "roles",
        )
    },
)
CONFIG = st.fixed_dictionaries(
    {"eventTypeName": st.just("HOST_DOWN") | ODD, "notifications": st.lists(NOTIFICATION) | ODD},
    optional={name: ODD for name in ("enabled", "matchers", "threshold", "metricThreshold", "id")},
)
GROUP = st.fixed_dictionaries(
    {"name": st.just("n") | ODD, "orgId": st.just(ORG) | ODD},
    optional={name: ODD for name in ("tags", "withDefaultAlertsSettings", "links", "x")},
)
WRITES = st.one_of(
    st.tuples(st.just("POST"), st.just("/groups"), GROUP),
    st.tuples(st.just("PATCH"), st.just(f"/groups/{EMPTY}"), GROUP),
    st.tuples(st.just("PATCH"), st.just(f"/groups/{EMPTY}/settings"), ODD),
    st.tuples(st.just("POST"), st.just(f"/groups/{EMPTY}/alertConfigs"), CONFIG),
)


def test_no_body_makes_the_server_fail(call):
    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(WRITES)
    def hold(write):
        method, path, body = write
        sent = json.dumps(body).encode()
        answer = call(method, path, data=sent, headers={"Content-Type": "application/json"})
        assert answer.status_code in (200, 201, 400, 401, 404, 409), (write, answer.text)

    hold()
    for path in ("/groups", "/orgs", f"/groups/{EMPTY}/alertConfigs", f"/groups/{EMPTY}"):
        assert call("GET", path).status_code == 200


def test_no_path_makes_the_server_fail(call):
    for odd in ("%00", "..%2f..%2fx", "x" * 4000, "%ff", "%2e%2e", "%F0%9F%92%A9"):
        for path in (f"/orgs/{odd}", f"/orgs/{odd}/groups", f"/groups/byName/{odd}"):
            assert call("GET", path).status_code in (400, 401, 404)
