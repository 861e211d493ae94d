"""Tokens of the API, and how the other system of an integration authenticates."""

from __future__ import annotations

import re

import pytest
import requests
from requests.auth import HTTPDigestAuth

from opsemu.auth import tokens
from opsemu.auth.api_keys import owner_of
from opsemu.server import Emulator
from opsemu.store.layout import CURRENT_TOKEN, TOKEN

from .conftest import DEMO, KEY, SECRET, Client
from .test_traps import install

FORM = {"grant_type": "client_credentials", "client_id": KEY, "client_secret": SECRET}


def ask(base_url: str, form=FORM, **kwargs) -> requests.Response:
    return requests.post(f"{base_url}/auth/oauth/token", data=form, timeout=10, **kwargs)


@pytest.mark.evidence("DOCS", "a repeated request gives the same token with its remaining life")
def test_a_token_stays_the_same_while_it_lives(server):
    first, second = ask(server.base_url).json(), ask(server.base_url).json()
    assert list(first) == ["access_token", "token_type", "expires_in", "scope"]
    assert first["access_token"] == second["access_token"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first["access_token"])


@pytest.mark.evidence("CLIENT", "tracing-proxy asks again when a token is answered with 407")
def test_an_expired_token_is_407_and_is_followed_by_another(server, client):
    def expire(document):
        return {**document, "expires": 0.0}

    text = client.headers["Authorization"].split()[1]
    for owner in (tokens._owner(text), owner_of(KEY)):
        server.store.change(owner, TOKEN, CURRENT_TOKEN, expire)
    assert client.get("installed/search").status_code == 407
    assert ask(server.base_url).json()["access_token"] != text


def test_two_servers_on_one_state_agree_on_a_token(redis_url):
    with Emulator(state=redis_url) as one, Emulator(state=redis_url) as other:
        assert ask(one.base_url).json()["access_token"] == Client(other.base_url).token()
        with Client(one.base_url) as client:
            made = install(client)["id"]
            client.url = client.url.replace(one.base_url, other.base_url)
            assert client.get(f"installed/{made}").json()["id"] == made


@pytest.mark.evidence("SPEC", "the token path's samples; INFERRED without a grant type")
@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "unauthorized"),
        ({"client_id": "nobody"}, 401, "unauthorized"),
        ({"client_id": "opsowner", "client_secret": ""}, 401, "unauthorized"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "invalid_request"),
    ],
)
def test_a_token_is_refused(server, change, status, error):
    response = ask(server.base_url, FORM | change)
    assert (response.status_code, response.json()["error"]) == (status, error)


@pytest.mark.evidence("INFERRED", "RFC 6749 has every server read HTTP Basic")
def test_a_token_is_given_for_http_basic(server):
    response = ask(server.base_url, {"grant_type": "client_credentials"}, auth=(KEY, SECRET))
    assert response.json()["access_token"] == ask(server.base_url).json()["access_token"]


@pytest.mark.evidence("CLIENT", "the Jenkins plugin and the Ansible collection write bearer")
def test_bearer_is_read_in_any_case(client):
    token = client.headers["Authorization"].split()[1]
    headers = {"Authorization": f"bearer {token}"}
    assert client.get(f"installed/{DEMO}", headers=headers).status_code == 200


@pytest.mark.evidence("INFERRED", "DOCS have the status, the token path the shape")
def test_no_credentials_are_401(client):
    response = client.get(f"installed/{DEMO}", headers={"Authorization": None})
    assert (response.status_code, response.json()["error"]) == (401, "unauthorized")


@pytest.mark.evidence("INFERRED", "DOCS: not authorized is 401, 403 is not in their table")
@pytest.mark.parametrize("path", ["", "/integrations/installed/search", "/roles/search"])
def test_a_tenant_of_others_is_401(client, path):
    response = client.get(f"/api/v2/tenants/msp_1{path}")
    assert response.status_code == 401
    assert "not authorized" in response.json()["error_description"]


def test_a_key_for_tokens_cannot_sign(server):
    for password in ("", SECRET):
        auth = HTTPDigestAuth(KEY, password)
        assert requests.get(f"{server.url}/groups", auth=auth, timeout=10).status_code == 401


@pytest.mark.evidence("SPEC", "webhooks and their tokens: samples; INFERRED: a token stays")
def test_a_token_stays_with_its_type_until_it_is_regenerated(empty_client):
    path = f"installed/{install(empty_client)['id']}/inbound/authentication"
    first = empty_client.post(path, json={"authType": "WEBHOOK"}).json()["token"]
    assert empty_client.post(path, json={"authType": "WEBHOOK"}).json()["token"] == first
    assert empty_client.get(path).json() == {"authType": "WEBHOOK", "token": first}
    assert len(first) == 32
    again = empty_client.post(f"{path}/regenerateSecretOrToken").json()
    assert again["token"] != first


@pytest.mark.evidence("CLIENT", "python-opsramp, Terraform provider; only WEBHOOK has a token")
@pytest.mark.parametrize("kind", ["BASIC", "ALL"])
def test_other_types_have_neither_token_nor_key(empty_client, kind):
    path = f"installed/{install(empty_client)['id']}/inbound/authentication"
    assert empty_client.post(path, json={"authType": kind}).json() == {"authType": kind}


@pytest.mark.evidence("INFERRED", "no source tells what regenerating nothing gets")
def test_nothing_can_be_regenerated_without_a_type(empty_client):
    path = f"installed/{install(empty_client)['id']}/inbound/authentication"
    assert empty_client.get(path).json() == {}
    assert empty_client.post(f"{path}/regenerateSecretOrToken").status_code == 400


@pytest.mark.evidence("SPEC", "install/CUSTOM: entityTypes and webhookDetails")
def test_a_custom_integration_tells_where_to_call_for_each_entity(empty_client):
    inbound = {"authentication": {"authType": "WEBHOOK"}, "entityTypes": ["INCIDENT", "CHANGE"]}
    authentication = install(empty_client, inboundConfig=inbound)["inboundConfig"]["authentication"]
    token, details = authentication["token"], authentication["webhookDetails"]
    assert list(authentication) == [
        "authType", "token", "webhookUrl", "entityTypes", "webhookDetails",
    ]  # fmt: skip
    assert details[1] == {
        "webhookEntityType": "CHANGE",
        "url": f"{empty_client.base_url}/integrations/client_8/webhook/change?vtoken={token}",
    }
    assert authentication["webhookUrl"] == details[0]["url"]


@pytest.mark.evidence("CLIENT", "acceptance test of the Terraform provider")
@pytest.mark.parametrize("name", ["NEWRELIC", "CUSTOM-EVENT"])
def test_an_alert_integration_gets_a_webhook_unasked(empty_client, name):
    authentication = install(empty_client, name)["inboundConfig"]["authentication"]
    base_url, token = f"{empty_client.base_url}/integrations", authentication["token"]
    assert authentication["webhookUrl"] == (
        f"{base_url}/alertsWebhook/client_8/alerts?vtoken={token}"
    )


@pytest.mark.evidence("SPEC", "install/CUSTOM, example-authentication-only")
def test_a_role_comes_back_with_its_name(empty_client):
    path = "/api/v2/tenants/client_8/roles/search?queryString=name:Customer"
    (role,) = empty_client.get(path).json()["results"]
    auth = {"authType": "OAUTH2", "role": {"uniqueId": role["uniqueId"]}}
    installed = install(empty_client, category="Custom", inboundConfig={"authentication": auth})
    assert installed["inboundConfig"]["authentication"]["role"] == role
    assert role in empty_client.get(f"installed/{installed['id']}/availableRoles").json()
