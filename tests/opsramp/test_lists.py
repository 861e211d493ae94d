"""Lists: what they hold, and in which order."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from .conftest import DEMO
from .test_traps import install, mapping_body


@pytest.mark.evidence("DOCS", "installed/search: the page's own queryString")
def test_a_search_finds_all_integrations_of_a_type_by_its_id(empty_client):
    made = {install(empty_client)["id"] for _ in range(2)}
    install(empty_client, "JIRA")
    query = "queryString=category:CUSTOM_INTEGRATION+uId:CUSTOM"
    found = empty_client.get(f"installed/search?{query}").json()["results"]
    assert {row["id"] for row in found} == made


@pytest.mark.evidence("CLIENT", "python-opsramp: types().get(); its body is INFERRED")
def test_all_types_are_a_bare_list_of_what_the_search_finds(client):
    assert client.get("available").json() == client.get("available/search").json()["results"]


@pytest.mark.evidence("CLIENT", "python-opsramp: types().get(id); its body is INFERRED")
@pytest.mark.parametrize("name", ["CUSTOM", "custom", "Service Desk"])
def test_one_type_is_the_element_of_the_search(client, name):
    element = client.get(f"available/{quote(name)}").json()
    assert element in client.get("available/search").json()["results"]


@pytest.mark.evidence("CLIENT", "python-opsramp: instances().get(); its body is INFERRED")
def test_all_installed_are_a_bare_list_of_what_the_search_finds(client):
    install(client)
    found = client.get("installed/search").json()["results"]
    assert client.get("installed").json() == found
    assert len(found) == 2


@pytest.mark.evidence("CLIENT", "or-mcp-v2: ListTypes reads type.id and type.name")
def test_what_is_available_has_its_type(client):
    for row in client.get("available/search").json()["results"]:
        assert row["type"] == {"id": row["id"], "name": row["name"]}


@pytest.mark.evidence("SPEC", "sortName and isDescendingOrder; missing members last is INFERRED")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sortName=displayName", ["A", "b", "y", "z"]),
        ("sortName=displayName&isDescendingOrder=true", ["z", "y", "b", "A"]),
        ("sortName=category", ["y", "A", "b", "z"]),
        ("sortName=integration.id", ["y", "A", "b", "z"]),
        ("sortName=description", ["b", "y", "A", "z"]),
        ("sortName=nothing", ["y", "A", "b", "z"]),
        ("sortName=name", ["y", "A", "b", "z"]),
    ],
)
def test_installed_integrations_are_sorted_as_asked(empty_client, query, names):
    for name, display_name in [("JIRA", "z"), ("CUSTOM", "b"), ("AWS", "y"), ("CUSTOM", "A")]:
        more = {"description": "d"} if display_name == "b" else {}
        install(empty_client, name, displayName=display_name, **more)
    page = empty_client.get(f"installed/search?{query}").json()
    assert [row["displayName"] for row in page["results"]] == names
    assert page["descendingOrder"] is ("Descending" in query)
    listed = empty_client.get(f"installed?{query}").json()
    assert [row["displayName"] for row in listed] == names


PAGED = (
    "available/search", "available/CUSTOM/mappingAttr/INCIDENT",
    "available/CUSTOM/emailProps/ALERT", "events/placeHolders/INCIDENT",
    "/api/v2/tenants/client_8/roles/search", f"installed/{DEMO}/events",
)  # fmt: skip


@pytest.mark.evidence("SPEC", "sortName and isDescendingOrder on every paged list")
@pytest.mark.parametrize("path", PAGED)
def test_every_page_is_sorted_by_name_in_both_directions(client, path):
    for name in ("b", "C", "a"):
        client.post(f"installed/{DEMO}/event", json={"name": name, "entity": "ALERT"})
    up, down = (
        client.get(f"{path}?sortName=name&isDescendingOrder={flag}").json()
        for flag in ("false", "true")
    )
    names = [row["name"].lower() for row in up["results"]]
    assert names == sorted(names)
    assert len(names) > 1
    assert [row["name"].lower() for row in down["results"]] == names[::-1]
    assert (up["descendingOrder"], down["descendingOrder"]) == (False, True)


@pytest.mark.evidence("SPEC", "activity: sortName; installedIntgMappings is INFERRED")
def test_activity_and_rows_are_sorted_as_asked(client):
    rows = client.get("activity?sortName=status&isDescendingOrder=false").json()["results"]
    assert [row["status"] for row in rows] == ["FAILED", "SUCCESS", "SUCCESS"]
    path = f"installed/{DEMO}/outbound/installedIntgMappings?sortName=propertyValue"
    assert [row["propertyValue"] for row in client.get(path).json()["results"]] == [
        "Critical", "Ok",
    ]  # fmt: skip


@pytest.mark.evidence("CLIENT", "Terraform provider takes results[0] of name:{id}")
def test_the_exact_name_comes_first_whatever_the_order(client):
    query = "queryString=name:NEWRELIC&sortName=name&isDescendingOrder=true"
    assert client.get(f"available/search?{query}").json()["results"][0]["id"] == "NEWRELIC"


@pytest.mark.evidence("CLIENT", "Terraform provider's examples map these")
def test_properties_of_an_alert_are_those_that_a_client_maps(empty_client):
    path = f"installed/{install(empty_client)['id']}"
    properties = empty_client.get(f"{path}/inbound/entities/ALERT/properties").json()
    names = {each["property"] for each in properties}
    assert {"alert.component", "alert.resource.ipAddress", "alert.deviceName"} <= names
    for each in properties:
        body = mapping_body("x", "v", entity="ALERT", name=each["name"])
        (group,) = empty_client.post(f"{path}/mappingAttr", json=body).json()[-1:]
        assert group["entityType"] == "ALERT"
    mapped = empty_client.get(f"{path}/inbound/entities/ALERT/properties").json()
    assert all(each["mapped"] for each in mapped)


@pytest.mark.evidence("INFERRED", "properties and placeholders have the same internal names")
def test_properties_of_an_incident_include_its_placeholders(client):
    path = f"installed/{DEMO}/inbound/entities/INCIDENT/properties"
    names = [each["property"] for each in client.get(path).json()]
    assert {"incident.uniqueId", "incident.status.name", "incident.alertList"} <= set(names)
    assert len(names) == len(set(names))
