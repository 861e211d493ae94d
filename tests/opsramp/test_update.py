"""POST installed/{id}: the rules of the update."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from opsemu.opsramp import catalogue
from opsemu.opsramp.mapping_rows import hash_map_order

from .conftest import DEMO
from .samples import sample
from .test_traps import groups, install, mapping_body

SEED = sample("seed-update")
INBOUND = sample("spec-post-installed-id-inbound-configuration")["request"]["body"]


def compact(value) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.evidence("DOCS", "update an installed integration: sample request and response")
def test_the_documented_update_answers_the_documented_bytes(client):
    response = client.post(f"installed/{DEMO}", json=SEED["request"]["body"])
    assert response.text == compact(SEED["response"]["body"])


@pytest.mark.evidence("INFERRED", "rows are appended: two answers for one JIRA in the SPEC")
def test_the_documented_update_sent_again_answers_doubled_values(client):
    for _ in range(2):
        response = client.post(f"installed/{DEMO}", json=SEED["request"]["body"])
    assert response.text == compact(sample("seed-update-repeated")["response"]["body"])


@pytest.mark.evidence("SPEC", "an update applied once to an empty integration gives GET of JIRA")
def test_one_update_of_an_empty_integration_gives_the_recorded_get(empty_client):
    path = f"installed/{install(empty_client, 'JIRA')['id']}"
    empty_client.post(path, json=INBOUND)
    recorded = sample("spec-get-installed-id-1")["response"]["body"]["inboundConfig"]
    inbound = empty_client.get(path).json()["inboundConfig"]
    assert compact(inbound["mapAttributes"]) == compact(recorded["mapAttributes"])


@pytest.mark.evidence("INFERRED", "Java's String.hashCode and HashMap; fits every list seen")
def test_a_hash_map_grows_with_its_thirteenth_key():
    few, many = list("ponmlkjihgfe"), list("ponmlkjihgfed")
    assert hash_map_order(few) == list("pefghijklmno")  # 'p' is 112, seven times 16
    assert hash_map_order(many) == list("defghijklmnop")  # of 32 places


@pytest.mark.evidence("INFERRED", "HashMap: keys of one bucket keep the order they came in")
def test_keys_of_one_bucket_keep_their_order():
    assert hash_map_order(["Aa", "BB"]) == ["Aa", "BB"]
    assert hash_map_order(["BB", "Aa"]) == ["BB", "Aa"]


@pytest.mark.evidence("INFERRED", "a client sends displayName and description alone")
def test_a_part_that_is_not_sent_stays(empty_client):
    path = f"installed/{install(empty_client, category='Custom', direction='Inbound')['id']}"
    empty_client.post(path, json=mapping_body("x", "Open"))
    response = empty_client.post(path, json={"displayName": "Other", "description": "new"}).json()
    assert (response["displayName"], response["description"]) == ("Other", "new")
    assert (response["category"], response["direction"]) == ("Custom", "Inbound")
    assert response["inboundConfig"]["mapAttributes"]


@pytest.mark.evidence("INFERRED", "one notifier in, one out, and no residue in a sample")
def test_a_notifier_is_replaced_whole(client):
    first = {"baseURI": "one", "authType": "BASIC", "userName": "u", "password": "p"}
    client.post(f"installed/{DEMO}", json={"outboundConfig": {"baseNotifier": first}})
    body = {"outboundConfig": {"baseNotifier": {"baseURI": "two"}}}
    response = client.post(f"installed/{DEMO}", json=body).json()
    assert response["outboundConfig"]["baseNotifier"] == {"baseURI": "two"}


@pytest.mark.evidence("INFERRED", "installing PINGDOM needs no body either")
@pytest.mark.parametrize("content", [{}, None])
def test_an_empty_update_answers_the_present_state(client, content):
    integration = client.get(f"installed/{DEMO}").json()
    response = client.post(f"installed/{DEMO}", json=content).json()
    assert response == {key: integration[key] for key in integration if key != "category"}


@pytest.mark.evidence("DOCS", "the update's table and its sample spell these differently")
def test_both_spellings_of_the_documentation_are_read(empty_client):
    table = {
        "inboundConfig": {
            "mapAttributes": [
                {
                    "name": "Priority",
                    "tenantAttrName": "severity",
                    "entityType": "INCIDENT",
                    "tenantEntityType": "Ticket",
                    "attrValues": [{"attrValue": "Low", "tenantAttrValue": "Minor"}],
                }
            ],
            "dropAlertsOnUnmanagedResources": True,
        },
        "outboundConfig": {"notifier": {"type": "REST API", "baseURI": "x", "accessTokenURL": "y"}},
    }
    response = empty_client.post(f"installed/{install(empty_client)['id']}", json=table).json()
    (group,) = response["inboundConfig"]["mapAttributes"]
    assert group["thirdPartyAttrName"] == "severity"
    assert group["thirdPartyEntityType"] == "Ticket"
    assert group["attrValues"] == [{"attrValue": "Low", "thirdPartyAttrValue": "Minor"}]
    assert response["inboundConfig"]["dropAlerts"] is True
    assert response["outboundConfig"] == {"baseNotifier": {"baseURI": "x", "accessTokenURL": "y"}}


@pytest.mark.evidence("INFERRED", "the sample has both in no request; the sample's spelling wins")
def test_of_two_notifiers_the_base_notifier_wins(client):
    body = {"outboundConfig": {"notifier": {"baseURI": "a"}, "baseNotifier": {"baseURI": "b"}}}
    response = client.post(f"installed/{DEMO}", json=body).json()
    assert response["outboundConfig"]["baseNotifier"] == {"baseURI": "b"}


@pytest.mark.evidence("SPEC", "samples and placeholders; INFERRED for CHANGE, PROBLEM, TASK, ALERT")
@pytest.mark.parametrize(
    ("entity", "name", "attr_name"),
    [
        ("INCIDENT", "Status", "incident.status.name"),
        ("INCIDENT", "Assignee group name", "incident.assigneeGroup.name"),
        ("INCIDENT", "Descritpion", "incident.impact"),
        ("INCIDENT", "PSA Ticket ID", "incident.psaTicketId"),
        ("SERVICEREQUEST", "Priority", "serviceRequest.priority.name"),
        ("CHANGE", "Status", "changeRequest.status.name"),
        ("ALERT", "External alert ID", "alert.extAlertId"),
    ],
)
def test_an_attribute_name_is_generated(empty_client, entity, name, attr_name):
    path = f"installed/{install(empty_client)['id']}"
    (group,) = groups(
        empty_client.post(path, json=mapping_body("x", "v", entity=entity, name=name))
    )
    assert list(group)[:2] == ["name", "attrName"]
    assert group["attrName"] == attr_name


@pytest.mark.evidence("INFERRED", "the internal names of most attributes are not known")
@pytest.mark.parametrize(
    ("entity", "name", "attr_name"),
    [
        ("INCIDENT", "No Such", "incident.noSuch"),
        ("INCIDENT", "Due date", "incident.dueDate"),
        ("SERVICEREQUEST", "Sub-category (1)", "serviceRequest.subCategory1"),
        ("CHANGE", "PSA Ticket", "changeRequest.psaTicket"),
        ("TASK", "Über uns", "task.überUns"),
        ("ALERT", "Priority", "alert.priority"),
    ],
)
def test_an_attribute_of_no_table_is_named_in_camel_case(empty_client, entity, name, attr_name):
    path = f"installed/{install(empty_client)['id']}"
    (group,) = groups(
        empty_client.post(path, json=mapping_body("x", "v", entity=entity, name=name))
    )
    assert (group["name"], group["attrName"]) == (name, attr_name)


@pytest.mark.evidence("INFERRED", "the Terraform provider sends the internal name")
def test_a_clients_own_name_for_an_attribute_of_no_table_is_kept(empty_client):
    body = mapping_body("x", "v", name="No Such")
    body["inboundConfig"]["mapAttributes"][0]["attrName"] = "incident.other"
    (group,) = groups(empty_client.post(f"installed/{install(empty_client)['id']}", json=body))
    assert group["attrName"] == "incident.other"


@pytest.mark.evidence("DOCS", "update: outboundConfig.mapAttributes, the examples of the table")
def test_the_outbound_row_of_the_documented_table_is_accepted(empty_client):
    row = {
        "name": "Priority", "thirdPartyAttrName": "Severity", "entityType": "ALERT",
        "thirdPartyEntityType": "Ticket",
        "attrValues": [{"attrValue": "Close", "tenantAttrValue": "Completed"}],
    }  # fmt: skip
    path = f"installed/{install(empty_client)['id']}"
    response = empty_client.post(path, json={"outboundConfig": {"mapAttributes": [row]}})
    assert response.status_code == 200
    (group,) = response.json()["outboundConfig"]["mapAttributes"]
    assert group["attrValues"] == [{"attrValue": "Close", "thirdPartyAttrValue": "Completed"}]


@pytest.mark.evidence("CLIENT", "the Terraform provider sends null values; INFERRED: not listed")
def test_a_mapping_without_values_is_kept_as_a_row_and_not_listed(empty_client):
    path = f"installed/{install(empty_client)['id']}"
    body = mapping_body("x")
    body["inboundConfig"]["mapAttributes"][0] |= {"attrValues": None, "parsingProperty": None}
    assert "inboundConfig" not in empty_client.post(path, json=body).json()
    (row,) = empty_client.get(f"{path}/inbound/installedIntgMappings").json()["results"]
    assert (row["property"], row["tenantProperty"]) == ("incident.status.name", "x")


@pytest.mark.evidence("CLIENT", "the Terraform provider deletes every row, then posts")
def test_a_row_can_be_deleted_and_no_other_goes_with_it(client):
    rows = client.get(f"installed/{DEMO}/outbound/installedIntgMappings").json()["results"]
    assert [row["propertyValue"] for row in rows] == ["Ok", "Critical"]
    for status in (200, 500):
        path = f"installed/{DEMO}/outbound/mappingAttr/{rows[0]['uniqueId']}"
        assert client.delete(path).status_code == status
    (group,) = client.get(f"installed/{DEMO}").json()["outboundConfig"]["mapAttributes"]
    assert group["attrValues"] == [{"attrValue": "Critical", "thirdPartyAttrValue": "Bad"}]


@pytest.mark.evidence("SPEC", "GET mappingAttr: outbound first, each with its mode")
def test_mappings_are_listed_outbound_first_and_can_be_chosen(client):
    listed = client.get(f"installed/{DEMO}/mappingAttr").json()
    assert [group["mode"] for group in listed] == ["OUTBOUND", "INBOUND"]
    query = "entity=INCIDENT&name=Status&intgMode=INBOUND"
    assert client.get(f"installed/{DEMO}/mappingAttr?{query}").json() == listed[1:]
    assert client.get(f"installed/{DEMO}/mappingAttr?entity=TASK").json() == []


@pytest.mark.evidence("DOCS", "constants of the update's table; INFERRED: the words of the refusal")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"direction": "Sideways"}, "direction"),
        ({"category": "Nonsense"}, "category"),
        ({"description": "x" * 501}, "description"),
        ({"inboundConfig": {"authentication": {"authType": "webhook"}}}, "authType"),
        ({"outboundConfig": {"baseNotifier": {"grantType": "X"}}}, "grantType"),
        ({"outboundConfig": {"notifier": 5}}, "baseNotifier"),
        ({"inboundConfig": {"mapAttributes": [{"name": "Status"}]}}, "entityType"),
        ({"inboundConfig": {"mapAttributes": [5]}}, "mapAttributes"),
        ({"alertSource": "No Such"}, "alertSource"),
        ({"alertSource": {"id": 4711}}, "alertSource"),
        ({"alertSource": {"name": "Custom"}}, "alertSource"),
        (mapping_body("x", "v", name=""), "name"),
        (mapping_body("x", "v", name="\n?!"), "name"),
    ],
)
def test_a_wrong_value_is_a_400_that_names_its_field(client, body, field):
    before = client.get(f"installed/{DEMO}").text
    response = client.post(f"installed/{DEMO}", json=body)
    (error,) = response.json()
    assert (response.status_code, error["code"], error["fieldName"]) == (400, "0002", field)
    assert client.get(f"installed/{DEMO}").text == before


@pytest.mark.evidence("DOCS", "the table has a string, samples an object")
@pytest.mark.parametrize("source", [{"id": 30}, "Custom", "CUSTOM"])
def test_an_alert_source_is_named_by_id_or_by_name(empty_client, source):
    assert install(empty_client, alertSource=source)["alertSource"] == {
        "id": 30, "name": "Custom", "displayName": "Custom", "techUid": "CUSTOM",
    }  # fmt: skip


@pytest.mark.evidence("DOCS", "alertSource: a name of the Alert Technologies; the list is INFERRED")
@pytest.mark.parametrize("name", ["Nagios", "Datadog", "New Relic", "Email Alerts", "NAGIOS"])
def test_every_alert_technology_is_an_alert_source(empty_client, name):
    installed = install(empty_client, category="Monitoring", alertSource=name)
    assert name in (installed["alertSource"]["name"], installed["alertSource"]["techUid"])


def test_every_monitoring_integration_is_an_alert_technology():
    techs = {source["techUid"] for source in catalogue.load("alert_sources")}
    entries = catalogue.available()
    monitoring = [each for each in entries if each.get("category", "").startswith("MONITORING")]
    assert {entry["id"] for entry in monitoring} <= techs


@pytest.mark.evidence("DOCS", "install: the defaults of alertSource and direction")
def test_a_category_has_its_default_source_or_direction(empty_client):
    monitoring = install(empty_client, category="Monitoring")
    assert monitoring["alertSource"]["techUid"] == "CUSTOM"
    collaboration = install(empty_client, category="Collaboration")
    assert collaboration["direction"] == "Inbound-Outbound"
    for installed in (monitoring, collaboration):
        assert empty_client.get(f"installed/{installed['id']}").json() == installed
    other = install(empty_client, category="Automation")
    assert {"alertSource", "direction"}.isdisjoint(other)


@pytest.mark.evidence("DOCS", "role: mandatory when the category is Custom")
def test_a_custom_category_needs_a_role_for_its_callers(empty_client):
    body = {"category": "Custom", "inboundConfig": {"authentication": {"authType": "OAUTH2"}}}
    response = empty_client.post("install/CUSTOM", json=body)
    assert (response.status_code, response.json()[0]["fieldName"]) == (400, "role")


def test_of_updates_at_once_none_is_lost(empty_client):
    path = f"installed/{install(empty_client)['id']}"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: empty_client.post(path, json=mapping_body("x", str(n))), range(40)))
    (group,) = groups(empty_client.post(path))
    assert sorted(int(row["attrValue"]) for row in group["attrValues"]) == list(range(40))


@pytest.mark.evidence("CLIENT", "the Terraform provider's way to change mappings")
def test_who_deletes_all_rows_and_posts_anew_has_replaced_the_mappings(client):
    path = f"installed/{DEMO}"
    for direction in ("inbound", "outbound"):
        rows = client.get(f"{path}/{direction}/installedIntgMappings?pageNo=1&pageSize=100").json()
        for row in rows["results"]:
            client.delete(f"{path}/{direction}/mappingAttr/{row['uniqueId']}")
    (group,) = client.post(f"{path}/mappingAttr", json=mapping_body("new", "Open")).json()
    assert (group["thirdPartyAttrName"], len(group["attrValues"])) == ("new", 1)
    assert client.get(f"{path}/mappingAttr").json() == [group | {"mode": "INBOUND"}]
