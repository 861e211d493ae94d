"""Installing, listing, switching and removing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from opsemu.opsramp import catalogue

from .conftest import DEMO
from .test_traps import install

IDS = [entry["id"] for entry in catalogue.load("integrations")]
LISTED = [entry["id"] for entry in catalogue.available()]


@pytest.mark.evidence("CLIENT", "python-opsramp: group.get(id) == element of search()")
@pytest.mark.parametrize("name", IDS)
def test_what_is_installed_is_found_and_shown_alike(vacant, name):
    made = install(vacant, name)
    (found,) = vacant.get("installed/search").json()["results"]
    assert vacant.get(f"installed/{made['id']}").json() == found
    assert found["id"] == made["id"]


@pytest.mark.evidence("INFERRED", "from multipleInstallations; the answer is not known")
def test_a_single_type_is_installed_once(vacant):
    install(vacant, "JIRA")
    answer = vacant.post("install/jira")
    assert (answer.status_code, answer.json()["code"]) == (500, "0005")


def test_of_callers_at_once_one_installs_a_single_type(vacant):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: vacant.post("install/JIRA").status_code, range(8)))
    assert sorted(answers) == [200] + [500] * 7
    assert vacant.get("installed/search").json()["totalResults"] == 1


@pytest.mark.evidence("SPEC", "status enabled and disabled; the answers' bodies are INFERRED")
def test_an_integration_is_switched_off_and_on(ramp):
    for verb in ("disable", "enable"):
        answer = ramp.post(f"installed/{DEMO}/{verb}")
        assert (answer.status_code, answer.content) == (200, b"")
        assert ramp.get(f"installed/{DEMO}").json()["status"] == f"{verb}d"


@pytest.mark.evidence("CLIENT", "Terraform provider: CheckDestroy")
def test_what_is_removed_is_gone_with_all_that_is_below(ramp):
    assert ramp.delete(f"installed/{DEMO}", json={"uninstallReason": "over"}).status_code == 200
    for path in ("", "/events", "/mappingAttr", "/inbound/authentication", "/availableRoles"):
        answer = ramp.get(f"installed/{DEMO}{path}")
        assert answer.status_code == 500
        assert "No installed integration found with" in answer.text


@pytest.mark.evidence("INFERRED", "by type, then name; one listing of a real tenant is so")
def test_a_search_lists_by_type_then_name(vacant):
    for name, shown in [("JIRA", "z"), ("CUSTOM", "b"), ("AWS", "y"), ("CUSTOM", "A")]:
        install(vacant, name, displayName=shown)
    found = vacant.get("installed/search").json()["results"]
    assert [row["displayName"] for row in found] == ["y", "A", "b", "z"]
    back = vacant.get("installed/search?isDescendingOrder=true").json()
    assert (back["results"], back["descendingOrder"]) == (found[::-1], True)


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
def test_a_search_finds_what_meets_all_conditions(vacant, query, count):
    install(vacant, "JIRA", displayName="Tickets"), install(vacant, category="Collaboration")
    assert vacant.get(f"installed/search?{query}").json()["totalResults"] == count


@pytest.mark.evidence("CLIENT", "Terraform provider takes results[0] of name:{id}")
@pytest.mark.parametrize("name", LISTED)
def test_the_first_result_for_an_id_is_the_integration(ramp, name):
    query = f"queryString=name:{name}&pageSize=500"
    assert ramp.get(f"available/search?{query}").json()["results"][0]["id"] == name


@pytest.mark.evidence("INFERRED", "the real order of an e-mail's properties is not explained")
def test_properties_of_an_email_with_a_value_come_first(vacant):
    rows = [
        {"name": "Priority", "propertyMappings": {"attrValues": []}},
        {"name": "S", "value": "v"},
    ]
    made = install(vacant, "EMAILINCIDENTS", ticketType="CHANGE", emailProps=[{"properties": rows}])
    first, second = made["emailProps"][0]["properties"]
    assert first["name"] == "S"
    assert second["propertyMappings"]["attrName"] == "changeRequest.priority.name"


@pytest.mark.evidence("CLIENT", "python-opsramp: the error's text has 'not supported'")
def test_a_config_file_of_another_type_is_not_supported(ramp):
    answer = ramp.get(f"installed/{DEMO}/configFile/Kubernetes")
    assert (answer.status_code, answer.json()["code"]) == (500, "0005")
    assert "not supported" in answer.text


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
def test_settings_that_are_never_shown_are_taken(ramp, method, path):
    body = {"uniqID": "t", "webhookHandshakeProps": {"a": "b"}}
    answer = ramp.request(method, f"installed/{DEMO}/{path}", json=body)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.evidence("CLIENT", "Terraform provider: availability of roles and alert sources")
def test_what_the_tenant_has_is_told(ramp):
    about = ramp.get("/api/v2/tenants/client_8").json()
    assert about == {"uniqueId": "client_8", "name": "Demo Client"}
    (source,) = ramp.get(
        "/api/v2/tenants/client_8/cfg/alertSource/available/custIntg/CUSTOM"
    ).json()
    assert source == {"id": 30, "name": "Custom", "displayName": "Custom", "techUid": "CUSTOM"}
    assert ramp.get("available/CUSTOM/emailProps/INCIDENT").json()["totalResults"] == 4
