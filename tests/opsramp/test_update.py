"""POST installed/{id}: the rules of the update."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from opsemu.opsramp.mapping_rows import hash_map_order

from .conftest import DEMO
from .samples import sample
from .test_traps import groups, install, mapped

SEED = sample("seed-update")
INBOUND = sample("spec-post-installed-id-inbound-configuration")["request"]["body"]


def compact(value) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.evidence("DOCS", "update an installed integration: sample request and response")
def test_the_documented_update_answers_the_documented_bytes(ramp):
    answer = ramp.post(f"installed/{DEMO}", json=SEED["request"]["body"])
    assert answer.text == compact(SEED["response"]["body"])


@pytest.mark.evidence("INFERRED", "rows are appended: two answers for one JIRA in the SPEC")
def test_the_documented_update_sent_again_answers_doubled_values(ramp):
    for _ in range(2):
        answer = ramp.post(f"installed/{DEMO}", json=SEED["request"]["body"])
    assert answer.text == compact(sample("seed-update-repeated")["response"]["body"])


@pytest.mark.evidence("SPEC", "an update applied once to an empty integration gives GET of JIRA")
def test_one_update_of_an_empty_integration_gives_the_recorded_get(vacant):
    one = f"installed/{install(vacant, 'JIRA')['id']}"
    vacant.post(one, json=INBOUND)
    recorded = sample("spec-get-installed-id-1")["response"]["body"]["inboundConfig"]
    shown = vacant.get(one).json()["inboundConfig"]
    assert compact(shown["mapAttributes"]) == compact(recorded["mapAttributes"])


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
def test_a_part_that_is_not_sent_stays(vacant):
    one = f"installed/{install(vacant, category='Custom', direction='Inbound')['id']}"
    vacant.post(one, json=mapped("x", "Open"))
    answer = vacant.post(one, json={"displayName": "Other", "description": "new"}).json()
    assert (answer["displayName"], answer["description"]) == ("Other", "new")
    assert (answer["category"], answer["direction"]) == ("Custom", "Inbound")
    assert answer["inboundConfig"]["mapAttributes"]


@pytest.mark.evidence("INFERRED", "one notifier in, one out, and no residue in a sample")
def test_a_notifier_is_replaced_whole(ramp):
    first = {"baseURI": "one", "authType": "BASIC", "userName": "u", "password": "p"}
    ramp.post(f"installed/{DEMO}", json={"outboundConfig": {"baseNotifier": first}})
    body = {"outboundConfig": {"baseNotifier": {"baseURI": "two"}}}
    answer = ramp.post(f"installed/{DEMO}", json=body).json()
    assert answer["outboundConfig"]["baseNotifier"] == {"baseURI": "two"}


@pytest.mark.evidence("INFERRED", "installing PINGDOM needs no body either")
@pytest.mark.parametrize("content", [{}, None])
def test_an_empty_update_answers_the_present_state(ramp, content):
    shown = ramp.get(f"installed/{DEMO}").json()
    answer = ramp.post(f"installed/{DEMO}", json=content).json()
    assert answer == {key: shown[key] for key in shown if key != "category"}


@pytest.mark.evidence("DOCS", "the update's table and its sample spell these differently")
def test_both_spellings_of_the_documentation_are_read(vacant):
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
    answer = vacant.post(f"installed/{install(vacant)['id']}", json=table).json()
    (group,) = answer["inboundConfig"]["mapAttributes"]
    assert group["thirdPartyAttrName"] == "severity"
    assert group["thirdPartyEntityType"] == "Ticket"
    assert group["attrValues"] == [{"attrValue": "Low", "thirdPartyAttrValue": "Minor"}]
    assert answer["inboundConfig"]["dropAlerts"] is True
    assert answer["outboundConfig"] == {"baseNotifier": {"baseURI": "x", "accessTokenURL": "y"}}


@pytest.mark.evidence("INFERRED", "the sample has both in no request; the sample's spelling wins")
def test_of_two_notifiers_the_base_notifier_wins(ramp):
    body = {"outboundConfig": {"notifier": {"baseURI": "a"}, "baseNotifier": {"baseURI": "b"}}}
    answer = ramp.post(f"installed/{DEMO}", json=body).json()
    assert answer["outboundConfig"]["baseNotifier"] == {"baseURI": "b"}


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
def test_an_attribute_name_is_generated(vacant, entity, name, attr_name):
    one = f"installed/{install(vacant)['id']}"
    (group,) = groups(vacant.post(one, json=mapped("x", "v", entity=entity, name=name)))
    assert list(group)[:2] == ["name", "attrName"]
    assert group["attrName"] == attr_name


@pytest.mark.evidence("INFERRED", "what becomes of an unknown attribute is not known")
def test_an_unknown_attribute_is_refused_unless_the_client_names_it(vacant):
    one = f"installed/{install(vacant)['id']}"
    body = mapped("x", "v", name="No Such")
    answer = vacant.post(one, json=body)
    assert (answer.status_code, answer.json()[0]["code"]) == (400, "0002")
    body["inboundConfig"]["mapAttributes"][0]["attrName"] = "incident.noSuch"
    (group,) = groups(vacant.post(one, json=body))
    assert group["attrName"] == "incident.noSuch"


@pytest.mark.evidence("CLIENT", "the Terraform provider sends null values; INFERRED: not listed")
def test_a_mapping_without_values_is_kept_as_a_row_and_not_listed(vacant):
    one = f"installed/{install(vacant)['id']}"
    body = mapped("x")
    body["inboundConfig"]["mapAttributes"][0] |= {"attrValues": None, "parsingProperty": None}
    assert "inboundConfig" not in vacant.post(one, json=body).json()
    (row,) = vacant.get(f"{one}/inbound/installedIntgMappings").json()["results"]
    assert (row["property"], row["tenantProperty"]) == ("incident.status.name", "x")


@pytest.mark.evidence("CLIENT", "the Terraform provider deletes every row, then posts")
def test_a_row_can_be_deleted_and_no_other_goes_with_it(ramp):
    rows = ramp.get(f"installed/{DEMO}/outbound/installedIntgMappings").json()["results"]
    assert [row["propertyValue"] for row in rows] == ["Ok", "Critical"]
    for status in (200, 500):
        path = f"installed/{DEMO}/outbound/mappingAttr/{rows[0]['uniqueId']}"
        assert ramp.delete(path).status_code == status
    (group,) = ramp.get(f"installed/{DEMO}").json()["outboundConfig"]["mapAttributes"]
    assert group["attrValues"] == [{"attrValue": "Critical", "thirdPartyAttrValue": "Bad"}]


@pytest.mark.evidence("SPEC", "GET mappingAttr: outbound first, each with its mode")
def test_mappings_are_listed_outbound_first_and_can_be_chosen(ramp):
    listed = ramp.get(f"installed/{DEMO}/mappingAttr").json()
    assert [group["mode"] for group in listed] == ["OUTBOUND", "INBOUND"]
    query = "entity=INCIDENT&name=Status&intgMode=INBOUND"
    assert ramp.get(f"installed/{DEMO}/mappingAttr?{query}").json() == listed[1:]
    assert ramp.get(f"installed/{DEMO}/mappingAttr?entity=TASK").json() == []


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
    ],
)
def test_a_wrong_value_is_a_400_that_names_its_field(ramp, body, field):
    before = ramp.get(f"installed/{DEMO}").text
    answer = ramp.post(f"installed/{DEMO}", json=body)
    (error,) = answer.json()
    assert (answer.status_code, error["code"], error["fieldName"]) == (400, "0002", field)
    assert ramp.get(f"installed/{DEMO}").text == before


@pytest.mark.evidence("DOCS", "the table has a string, samples an object")
@pytest.mark.parametrize("source", [{"id": 30}, "Custom", "CUSTOM"])
def test_an_alert_source_is_named_by_id_or_by_name(vacant, source):
    assert install(vacant, alertSource=source)["alertSource"] == {
        "id": 30, "name": "Custom", "displayName": "Custom", "techUid": "CUSTOM",
    }  # fmt: skip


@pytest.mark.evidence("DOCS", "role: mandatory when the category is Custom")
def test_a_custom_category_needs_a_role_for_its_callers(vacant):
    body = {"category": "Custom", "inboundConfig": {"authentication": {"authType": "OAUTH2"}}}
    answer = vacant.post("install/CUSTOM", json=body)
    assert (answer.status_code, answer.json()[0]["fieldName"]) == (400, "role")


def test_of_updates_at_once_none_is_lost(vacant):
    one = f"installed/{install(vacant)['id']}"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: vacant.post(one, json=mapped("x", str(n))), range(40)))
    (group,) = groups(vacant.post(one))
    assert sorted(int(row["attrValue"]) for row in group["attrValues"]) == list(range(40))


@pytest.mark.evidence("CLIENT", "the Terraform provider's way to change mappings")
def test_who_deletes_all_rows_and_posts_anew_has_replaced_the_mappings(ramp):
    one = f"installed/{DEMO}"
    for direction in ("inbound", "outbound"):
        rows = ramp.get(f"{one}/{direction}/installedIntgMappings?pageNo=1&pageSize=100").json()
        for row in rows["results"]:
            ramp.delete(f"{one}/{direction}/mappingAttr/{row['uniqueId']}")
    (group,) = ramp.post(f"{one}/mappingAttr", json=mapped("new", "Open")).json()
    assert (group["thirdPartyAttrName"], len(group["attrValues"])) == ("new", 1)
    assert ramp.get(f"{one}/mappingAttr").json() == [group | {"mode": "INBOUND"}]
