"""OpsRamp as tests hold it."""

from __future__ import annotations

import pytest

from opsemu.testing import ControlError

pytestmark = pytest.mark.usefixtures("way")

SERVICE_DESK = {"integration": {"id": "CASERVICEDESK"}}


def search(opsramp):
    tenant = f"{opsramp.url}/tenants/{opsramp.tenant_id}"
    return opsramp.session.get(f"{tenant}/integrations/installed/search")


def test_what_is_arranged_past_the_api_is_there(opsramp):
    put = opsramp.integrations.put({**SERVICE_DESK, "displayName": "Mine"})
    assert opsramp.integrations.list() == [put] == [opsramp.integrations.get(put.id)]
    assert (put.type, put.enabled, put.stored["displayName"]) == ("CASERVICEDESK", True, "Mine")
    (shown,) = search(opsramp).json()["results"]
    assert (shown["id"], shown["displayName"]) == (put.id, "Mine")


def test_what_is_forgotten_past_the_api_is_gone(opsramp):
    put = opsramp.integrations.put(SERVICE_DESK)
    for _ in range(2):
        opsramp.integrations.delete(put.id)
    assert opsramp.integrations.get(put.id) is None


def test_secrets_are_masked_in_what_is_stored(opsramp):
    access = {"authType": "WEBHOOK", "token": "YTxSGJdfkkfE3m7WaE8jYkwmsYjNU3VU"}
    put = opsramp.integrations.put({**SERVICE_DESK, "inboundConfig": {"authentication": access}})
    assert put.stored["authentication"]["token"] == "*" * 28 + "U3VU"


@pytest.mark.parametrize("body", [{}, {"integration": {"id": 5}}, {**SERVICE_DESK, "status": "x"}])
def test_what_cannot_be_installed_is_not_stored(opsramp, body):
    with pytest.raises(ControlError):
        opsramp.integrations.put(body)
    assert opsramp.integrations.list() == []


def test_a_token_that_ended_is_replaced_by_a_new_one(opsramp):
    old = opsramp.token()
    opsramp.fail_next("opsramp.token_expired")
    assert [search(opsramp).status_code for _ in range(2)] == [407, 407]
    opsramp.session.headers["Authorization"] = f"Bearer {opsramp.token()}"
    assert search(opsramp).status_code == 200
    assert opsramp.token() != old


def test_a_token_ages_with_the_clock_of_its_world(opsramp):
    assert search(opsramp).status_code == 200
    opsramp.advance(7201)
    assert search(opsramp).status_code == 407
