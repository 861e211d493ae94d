"""Thirty common mistakes of OpsRamp test doubles; docs/opsramp.md lists them."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
import requests

from .conftest import DEMO, KEY, Client
from .samples import sample

SEED = sample("seed-update")
UNKNOWN = "INTG-00000000-0000-0000-0000-000000000000"
NOTIFIER = SEED["request"]["body"]["outboundConfig"]["baseNotifier"]


def install(client: Client, name: str = "CUSTOM", **body):
    """Install an integration and return the response's JSON."""
    response = client.post(f"install/{name}", json={"displayName": "Mine", **body})
    assert response.status_code == 200, response.text
    return response.json()


def mapping_body(third_party: str, *values: str, entity: str = "INCIDENT", name: str = "Status"):
    """A body that maps an attribute."""
    pairs = [{"attrValue": value, "thirdPartyAttrValue": value.lower()} for value in values]
    attribute = {
        "name": name,
        "thirdPartyAttrName": third_party,
        "entityType": entity,
        "thirdPartyEntityType": "T",
        "attrValues": pairs,
    }
    return {"inboundConfig": {"mapAttributes": [attribute]}}


def groups(response: requests.Response):
    """The inbound groups of a response."""
    return response.json()["inboundConfig"]["mapAttributes"]


@pytest.mark.evidence("CLIENT", "tracing-proxy, Jenkins plugin, Ansible; ISSUE python-opsramp#81")
def test_trap_01_a_bad_token_is_407_and_not_401(client):
    response = client.get("installed/search", headers={"Authorization": "Bearer nobody"})
    assert response.status_code == 407
    assert response.text == '{"error":"invalid_token","error_description":"Invalid access token"}'


@pytest.mark.evidence("CLIENT", "Terraform provider: CheckDestroy")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_trap_02_an_unknown_installed_id_is_500_and_not_404(client, method):
    response = client.request(method, f"installed/{UNKNOWN}", json={"uninstallReason": "x"})
    assert response.status_code == 500
    assert response.text == (
        f'{{"code":"0003","message":"No installed integration found with id : {UNKNOWN}"}}'
    )


@pytest.mark.evidence("SPEC", "JIRA: GET after one update, search after the same one again")
def test_trap_03_mappings_are_appended_and_a_repeat_doubles_them(empty_client):
    path = f"installed/{install(empty_client)['id']}"
    empty_client.post(path, json=mapping_body("a", "Open", "Closed"))
    (group,) = groups(empty_client.post(path, json=mapping_body("a", "Open", "Closed")))
    assert [row["attrValue"] for row in group["attrValues"]] == ["Open", "Closed"] * 2


@pytest.mark.evidence("DOCS", "update: TICKET is sent, the earlier Ticket comes back")
def test_trap_04_a_group_keeps_the_header_of_its_first_row(empty_client):
    path = f"installed/{install(empty_client)['id']}"
    empty_client.post(path, json=mapping_body("first", "Open"))
    (group,) = groups(empty_client.post(path, json=mapping_body("second", "Closed")))
    assert group["thirdPartyAttrName"] == "first"


@pytest.mark.evidence("INFERRED", "Java's HashMap fits every list of two and more groups")
def test_trap_05_groups_come_in_the_order_of_a_hash_map(empty_client):
    path = f"installed/{install(empty_client)['id']}"
    names = ["Subject", "Priority", "Status", "Assignee group name", "Descritpion"]
    for name in names:
        response = empty_client.post(path, json=mapping_body("x", "v", name=name))
    assert [group["name"] for group in groups(response)] == [
        "Descritpion", "Assignee group name", "Status", "Priority", "Subject",
    ]  # fmt: skip


@pytest.mark.evidence("DOCS", "update, sample response")
def test_trap_06_type_and_secrets_are_dropped_while_key_and_token_are_shown_in_clear(client):
    response = client.post(f"installed/{DEMO}", json=SEED["request"]["body"]).json()
    notifier = response["outboundConfig"]["baseNotifier"]
    assert {"type", "password", "apiSecret"}.isdisjoint(notifier)
    assert notifier["apiKey"] == NOTIFIER["apiKey"]
    authentication = response["inboundConfig"]["authentication"]
    assert authentication["token"] == "YTxSGJdfkkfE3m7WaE8jYkwmsYjNU3VU"


@pytest.mark.evidence("SPEC", "install/CUSTOM, inbound/authentication; CLIENT Terraform provider")
def test_trap_07_a_secret_is_shown_at_install_and_regenerate_only(empty_client):
    oauth = {"authentication": {"authType": "OAUTH2"}}
    installed = install(empty_client, inboundConfig=oauth)
    path = f"installed/{installed['id']}"
    (pair,) = installed["inboundConfig"]["authentication"]["apiKeyPairs"]
    assert [len(pair["key"]), len(pair["secret"])] == [32, 64]
    for authentication in [
        empty_client.get(path).json()["inboundConfig"]["authentication"],
        empty_client.get(f"{path}/inbound/authentication").json(),
        empty_client.post(f"{path}/inbound/authentication", json={"authType": "OAUTH2"}).json(),
    ]:
        assert authentication["apiKeyPairs"] == [{"key": pair["key"]}]
    again = empty_client.post(f"{path}/inbound/authentication/regenerateSecretOrToken").json()
    assert again["apiKeyPairs"][0].keys() == {"key", "secret"}


@pytest.mark.evidence("DOCS", "update: the sample request has them the other way round")
def test_trap_08_keys_have_the_servers_order_and_not_the_requests(client):
    response = client.post(f"installed/{DEMO}", json=SEED["request"]["body"]).json()
    assert list(response["outboundConfig"]) == ["baseNotifier", "mapAttributes"]
    assert list(response["outboundConfig"]["baseNotifier"]) == [
        "baseURI", "authType", "grantType", "userName", "apiKey", "accessTokenURI",
    ]  # fmt: skip


@pytest.mark.evidence("SPEC", "no sample has a null, or multipleInstallations:false")
def test_trap_09_there_are_no_nulls_and_no_false_multiple_installations(client):
    install(client, "PINGDOM")
    for path in ("installed/search", "available/search", f"installed/{DEMO}"):
        text = client.get(path).text
        assert "null" not in text
        assert '"multipleInstallations":false' not in text


@pytest.mark.evidence("SPEC", "every operation; CLIENT: the Terraform provider fails on 204")
def test_trap_10_success_is_200_also_for_making_and_removing(empty_client):
    path = f"installed/{install(empty_client)['id']}"
    assert empty_client.post(f"{path}/disable").status_code == 200
    assert empty_client.delete(path, json={"uninstallReason": "done"}).status_code == 200


@pytest.mark.evidence("SPEC", "installed/{id} has GET, POST and DELETE; the body is INFERRED")
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_trap_11_an_update_is_a_post(client, method):
    response = client.request(method, f"installed/{DEMO}", json={})
    assert (response.status_code, response.content) == (405, b"")
    assert "POST" in response.headers["Allow"]


@pytest.mark.evidence("CLIENT", "Terraform provider")
def test_trap_12_some_gets_write(client):
    for enabled in (True, False):
        path = f"installed/{DEMO}/enableDropAlerts?enableDropAlerts={str(enabled).lower()}"
        assert client.get(path).status_code == 200
        assert client.get(f"installed/{DEMO}").json()["inboundConfig"]["dropAlerts"] is enabled


@pytest.mark.evidence("CLIENT", "python-opsramp asks at /tenancy; Go clients decode an integer")
@pytest.mark.parametrize("path", ["/auth/oauth/token", "/tenancy/auth/oauth/token"])
def test_trap_13_there_are_two_token_paths_and_expires_in_is_an_integer(server, path):
    form = {"grant_type": "client_credentials", "client_id": KEY}
    form["client_secret"] = "opsemu-demo-secret"
    response = requests.post(server.base_url + path, data=form, timeout=10).json()
    assert type(response["expires_in"]) is int
    assert 7000 < response["expires_in"] < 7200


@pytest.mark.evidence("CLIENT", "python-opsramp sends +, opsrampcli %2B")
@pytest.mark.parametrize("plus", ["+", "%2B", "%2b"])
def test_trap_14_a_plus_in_a_query_string_joins_conditions(client, plus):
    install(client)
    query = f"queryString=category:CUSTOM_INTEGRATION,ITSM_INTEGRATION{plus}uId:{DEMO}"
    integrations = client.get(f"installed/search?{query}").json()["results"]
    assert [row["id"] for row in integrations] == [DEMO]


@pytest.mark.evidence("CLIENT", 'python-opsramp looks for the text "code":"0005"')
def test_trap_15_json_has_no_spaces_and_unsorted_keys(client):
    assert '"code":"0005"' in client.get("available/NO-SUCH").text
    assert client.get(f"installed/{DEMO}").text.startswith('{"id":"INTG-')


@pytest.mark.evidence("SPEC", "every list")
def test_trap_16_there_is_a_next_page_number_only_with_a_next_page(client):
    first = client.get("available/search?pageSize=30").json()
    last = client.get("available/search?pageSize=30&pageNo=2").json()
    assert (first["nextPage"], first["nextPageNo"], first["pageNo"]) == (True, 2, 1)
    assert (last["nextPage"], last["pageNo"], last["previousPageNo"]) == (False, 2, 1)
    assert "nextPageNo" not in last
    assert len(first["results"]) + len(last["results"]) == last["totalResults"]


@pytest.mark.evidence("SPEC", "mappingAttr; CLIENT Terraform provider for the others")
@pytest.mark.parametrize(
    "path", ["mappingAttr", "availableRoles", "inbound/entities/INCIDENT/properties"]
)
def test_trap_17_some_lists_are_bare_arrays(client, path):
    rows = client.get(f"installed/{DEMO}/{path}").json()
    assert isinstance(rows, list)
    assert rows


@pytest.mark.evidence("CLIENT", "opsrampcli sends names; SPEC writes EMAILALERTS")
@pytest.mark.parametrize(
    ("name", "catalogue_id"),
    [
        ("custom", "CUSTOM"),
        ("Custom", "CUSTOM"),
        ("EMAILALERTS", "Email Alerts"),
        ("Email%20Alerts", "Email Alerts"),
        ("Red Hat OpenShift (OKD)", "OKD"),
    ],
)
def test_trap_18_a_type_is_named_by_id_or_name_whatever_the_case(empty_client, name, catalogue_id):
    assert install(empty_client, name)["integration"]["id"] == catalogue_id


@pytest.mark.evidence("CLIENT", "python-opsramp sends neither")
@pytest.mark.parametrize(
    "path", ["enable", "disable", "inbound/authentication/regenerateSecretOrToken"]
)
def test_trap_19_some_posts_have_no_body_and_no_content_type(client, path):
    response = client.post(f"installed/{DEMO}/{path}", headers={"Content-Type": None})
    assert response.status_code == 200


@pytest.mark.evidence("DOCS", "update, sample request: www.google.com, Ok")
def test_trap_20_addresses_and_values_are_not_validated(client):
    response = client.post(f"installed/{DEMO}/notifier", json={"baseURI": "no address"})
    assert response.json() == {"baseURI": "no address"}
    response = client.post(f"installed/{DEMO}", json=mapping_body("x", "No Such State"))
    assert response.status_code == 200


@pytest.mark.evidence("CLIENT", "python-opsramp repeats a GET that got 400 for 63 seconds")
@pytest.mark.parametrize(
    "query", ["pageNo=x", "pageNo=0", "pageSize=-1", "pageSize=99999999999", "sortName=%00"]
)
def test_trap_21_a_get_is_never_refused_with_400_or_429(client, query):
    for path in ("available/search", "installed/search", "activity", f"installed/{DEMO}/events"):
        assert client.get(f"{path}?{query}&isDescendingOrder=maybe").status_code == 200


@pytest.mark.evidence("CLIENT", "opsrampcli reads them with int()")
@pytest.mark.parametrize("path", ["installed/search", f"installed/{UNKNOWN}", "/api/v2/nothing"])
def test_trap_22_rate_limits_are_bare_integers_on_every_answer(client, path):
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": ""}):
        response = client.get(path, headers=headers)
        names = ("limit", "remaining", "reset")
        limit, left, reset = (int(response.headers[f"x-ratelimit-{name}"]) for name in names)
        assert 2 <= left < limit
        assert reset > datetime.now().timestamp() - 60


@pytest.mark.evidence("SPEC", "2021-06-18T07:09:46+0100")
def test_trap_23_a_time_has_neither_milliseconds_nor_a_colon_in_its_offset(empty_client):
    time = install(empty_client)["installedTime"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", time)


@pytest.mark.evidence("CLIENT", "python-opsramp's samples read it; ISSUE PR#146: no integration")
def test_trap_24_every_element_has_a_category_and_some_have_no_integration(client):
    install(client, "SNMP")
    install(client, "AWS", credential={"AWSType": "IAM"})
    integrations = client.get("installed/search").json()["results"]
    assert all(row["category"] for row in integrations)
    assert sum("integration" not in row for row in integrations) == 1


@pytest.mark.evidence("SPEC", "Descritpion, installedintgId; CLIENT processDefinitons")
def test_trap_25_the_vendors_spelling_is_kept(client):
    names = client.get("available/CUSTOM/mappingAttr/INCIDENT").json()["results"]
    assert "Descritpion" in [row["name"] for row in names]
    assert "installedintgId" in client.get("activity").json()["results"][0]
    path = f"installed/{DEMO}/processDefinitons/p1/assignOrUnassign?assign=true"
    assert client.get(path).status_code == 200


@pytest.mark.evidence("SPEC", "the same samples with and without the stars")
def test_trap_26_stars_are_an_authors_and_not_the_servers(empty_client):
    installed = install(
        empty_client, "AZURE", credential={"AzureType": "ARM", "ClientID": "a client"}
    )
    assert installed["credential"]["ClientID"] == "a client"
    assert "*" not in json.dumps(installed)


@pytest.mark.evidence("ISSUE", "python-opsramp#137; the status is INFERRED")
@pytest.mark.parametrize("body", [{"uninstallReason": "<b>"}, {"uninstallReason": ">"}])
def test_trap_27_a_reason_for_a_removal_has_no_angle_brackets(client, body):
    response = client.delete(f"installed/{DEMO}", json=body)
    assert (response.status_code, response.json()[0]["fieldName"]) == (400, "uninstallReason")
    assert client.get(f"installed/{DEMO}").status_code == 200


@pytest.mark.evidence("SPEC", "two paths are written with /api/v2//tenants")
def test_trap_28_a_doubled_slash_is_served_without_a_redirect(client):
    path = f"/api/v2//tenants/client_8/integrations/installed/{DEMO}/events"
    response = client.get(path, allow_redirects=False)
    assert (response.status_code, response.json()["totalResults"]) == (200, 0)


@pytest.mark.evidence("SPEC", "serviceRequest in nine places, the capital in one")
def test_trap_29_the_capital_of_service_request_is_one_samples_only(empty_client):
    path = f"installed/{install(empty_client, 'CASERVICEDESK')['id']}"
    (group,) = groups(
        empty_client.post(path, json=mapping_body("x", "Open", entity="SERVICEREQUEST"))
    )
    assert group["attrName"] == "serviceRequest.status.name"


@pytest.mark.evidence("SPEC", "install/KUBERNETES")
def test_trap_30_a_content_url_is_absolute_and_leads_to_a_file(empty_client):
    files = install(empty_client, "KUBERNETES")["configFiles"]
    assert all(row["contentURL"].startswith(empty_client.base_url) for row in files)
    assert empty_client.get(files[0]["contentURL"]).text.count("---\n") == 3


def test_the_set_is_complete():
    matches = [re.match(r"test_trap_(\d\d)_", name) for name in globals()]
    assert [int(match[1]) for match in matches if match] == list(range(1, 31))
