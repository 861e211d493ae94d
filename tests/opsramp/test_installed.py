"""Installing, listing, switching and removing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from opsemu.opsramp import catalogue
from opsemu.server import Emulator

from .conftest import DEMO, Client
from .test_traps import install

IDS = [entry["id"] for entry in catalogue.load("integrations")]
CUSTOM_SOURCE = {"id": 30, "name": "Custom", "displayName": "Custom", "techUid": "CUSTOM"}
LISTED = [entry["id"] for entry in catalogue.available()]


@pytest.mark.evidence("CLIENT", "python-opsramp: group.get(id) == element of search()")
@pytest.mark.parametrize("name", IDS)
def test_what_is_installed_is_found_and_shown_alike(empty_client, name):
    installed = install(empty_client, name)
    (element,) = empty_client.get("installed/search").json()["results"]
    assert empty_client.get(f"installed/{installed['id']}").json() == element
    assert element["id"] == installed["id"]


@pytest.mark.evidence("INFERRED", "from multipleInstallations; the answer is not known")
def test_a_single_type_is_installed_once(empty_client):
    install(empty_client, "JIRA")
    response = empty_client.post("install/jira")
    assert (response.status_code, response.json()["code"]) == (500, "0005")


def test_of_callers_at_once_one_installs_a_single_type(empty_client):
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(lambda _: empty_client.post("install/JIRA"), range(8)))
    assert sorted(response.status_code for response in responses) == [200] + [500] * 7
    assert empty_client.get("installed/search").json()["totalResults"] == 1


@pytest.mark.evidence("SPEC", "status enabled and disabled; the answers' bodies are INFERRED")
def test_an_integration_is_switched_off_and_on(client):
    for verb in ("disable", "enable"):
        response = client.post(f"installed/{DEMO}/{verb}")
        assert (response.status_code, response.content) == (200, b"")
        assert client.get(f"installed/{DEMO}").json()["status"] == f"{verb}d"


@pytest.mark.evidence("CLIENT", "Terraform provider: CheckDestroy")
def test_what_is_removed_is_gone_with_all_that_is_below(client):
    assert client.delete(f"installed/{DEMO}", json={"uninstallReason": "over"}).status_code == 200
    for path in ("", "/events", "/mappingAttr", "/inbound/authentication", "/availableRoles"):
        response = client.get(f"installed/{DEMO}{path}")
        assert response.status_code == 500
        assert "No installed integration found with" in response.text


@pytest.mark.evidence("INFERRED", "by type, then name; one listing of a real tenant is so")
def test_a_search_lists_by_type_then_name(empty_client):
    for name, display_name in [("JIRA", "z"), ("CUSTOM", "b"), ("AWS", "y"), ("CUSTOM", "A")]:
        install(empty_client, name, displayName=display_name)
    integrations = empty_client.get("installed/search").json()["results"]
    assert [row["displayName"] for row in integrations] == ["y", "A", "b", "z"]
    reverse = empty_client.get("installed/search?isDescendingOrder=true").json()
    assert (reverse["results"], reverse["descendingOrder"]) == (integrations[::-1], True)


@pytest.mark.evidence("SPEC", "queryString; CLIENT for integrationType")
@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("queryString=category:CUSTOM_INTEGRATION", 1),
        ("queryString=category:Collaboration", 1),
        ("queryString=name:mine", 1),
        ("queryString=name:jira", 1),
        ("queryString=name:nothing", 0),
        ("queryString=name:tick", 1),
        ("queryString=category:ITSM_INTEGRATION,CUSTOM_INTEGRATION", 2),
        ("queryString=category:ITSM_INTEGRATION+name:Mine", 0),
        ("queryString=nonsense:x", 2),
        ("queryString=nothing", 2),
        ("integrationType=CUSTOM", 1),
        ("queryString=name:Two%20Words", 0),
    ],
)
def test_a_search_finds_what_meets_all_conditions(empty_client, query, count):
    install(empty_client, "JIRA", displayName="Tickets")
    install(empty_client, category="Collaboration")
    assert empty_client.get(f"installed/search?{query}").json()["totalResults"] == count


@pytest.mark.evidence("CLIENT", "Terraform provider takes results[0] of name:{id}")
@pytest.mark.parametrize("name", LISTED)
def test_the_first_result_for_an_id_is_the_integration(client, name):
    query = f"queryString=name:{name}&pageSize=500"
    assert client.get(f"available/search?{query}").json()["results"][0]["id"] == name


@pytest.mark.evidence("INFERRED", "the real order of an e-mail's properties is not explained")
def test_properties_of_an_email_with_a_value_come_first(empty_client):
    rows = [
        {"name": "Priority", "propertyMappings": {"attrValues": []}},
        {"name": "S", "value": "v"},
    ]
    installed = install(
        empty_client, "EMAILINCIDENTS", ticketType="CHANGE", emailProps=[{"properties": rows}]
    )
    first, second = installed["emailProps"][0]["properties"]
    assert first["name"] == "S"
    assert second["propertyMappings"]["attrName"] == "changeRequest.priority.name"


@pytest.mark.evidence("CLIENT", "python-opsramp: the error's text has 'not supported'")
def test_a_config_file_of_another_type_is_not_supported(client):
    response = client.get(f"installed/{DEMO}/configFile/Kubernetes")
    assert (response.status_code, response.json()["code"]) == (500, "0005")
    assert "not supported" in response.text


@pytest.mark.evidence("CLIENT", "Terraform provider; the answers' bodies are INFERRED")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "additionalProps"),
        ("POST", "additionalProps?webhookHandshake=true"),
        ("DELETE", "additionalProps?webhookHandshake=true"),
        ("POST", "template/assign"),
        ("POST", "template/unassign"),
        ("GET", "processDefinitons/p/assignOrUnassign?assign=false"),
    ],
)
def test_settings_that_are_never_shown_are_taken(client, method, path):
    body = {"uniqID": "t", "webhookHandshakeProps": {"a": "b"}}
    response = client.request(method, f"installed/{DEMO}/{path}", json=body)
    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.evidence("CLIENT", "Terraform provider: availability of roles and alert sources")
def test_what_the_tenant_has_is_told(client):
    about = client.get("/api/v2/tenants/client_8").json()
    assert about == {"uniqueId": "client_8", "name": "Demo Client"}
    sources = client.get(
        "/api/v2/tenants/client_8/cfg/alertSource/available/custIntg/CUSTOM"
    ).json()
    assert CUSTOM_SOURCE in sources
    assert client.get("available/CUSTOM/emailProps/INCIDENT").json()["totalResults"] == 4


@pytest.mark.evidence("CLIENT", "uninstall_reason: optional, as or-mcp-v2 sends none")
@pytest.mark.parametrize("body", [None, {}])
def test_an_integration_is_removed_without_a_reason(client, body):
    assert client.delete(f"installed/{DEMO}", json=body).status_code == 200
    assert client.get(f"installed/{DEMO}").status_code == 500


@pytest.mark.evidence("ISSUE", "uninstall_reason: required, from python-opsramp#64")
@pytest.mark.parametrize("body", [None, {}, {"uninstallReason": ""}])
def test_a_reason_for_a_removal_can_be_made_mandatory(body):
    with Emulator(uninstall_reason="required") as emulator, Client(emulator.base_url) as client:
        response = client.delete(f"installed/{DEMO}", json=body)
        assert (response.status_code, response.json()[0]["fieldName"]) == (400, "uninstallReason")
        reason = {"uninstallReason": "over"}
        assert client.delete(f"installed/{DEMO}", json=reason).status_code == 200


@pytest.mark.evidence("CLIENT", "Terraform provider's examples: Kubernetes-2.0")
def test_a_type_that_the_catalogue_lacks_is_installed_under_its_own_name(empty_client):
    installed = install(empty_client, "Kubernetes-2.0")
    assert installed["integration"] == {"id": "Kubernetes-2.0", "name": "Kubernetes-2.0"}
    (element,) = empty_client.get("installed/search").json()["results"]
    assert element == empty_client.get(f"installed/{installed['id']}").json()
    assert element["category"]


def test_a_type_that_the_catalogue_lacks_is_a_warning_and_refused_if_strict():
    for strict, status in [(False, 200), (True, 500)]:
        with Emulator(strict=strict) as emulator, Client(emulator.base_url) as client:
            assert client.post("install/CUSTM").status_code == status
            (entry,) = emulator.world().requests.find("installInstalled")
            assert any("CUSTM" in warning for warning in entry.warnings) is not strict


@pytest.mark.evidence("INFERRED", "the form of ids in the catalogue; no source has another")
@pytest.mark.parametrize("name", ["a%20b", "%00", "x" * 65, "%F0%9F%98%80", "-"])
def test_what_can_be_no_id_of_a_type_is_not_installed(client, name):
    response = client.post(f"install/{name}")
    assert (response.status_code, response.json()["code"]) == (500, "0005")
