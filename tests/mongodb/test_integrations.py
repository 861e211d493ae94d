"""The five operations on integrations."""

from __future__ import annotations

import pytest
import requests

from opsemu.store import Owner

from ..conftest import EMPTY
from ..wire import body_of

EXISTS = {"detail": "The integration of type 'PAGER_DUTY' is already configured for this group."}
ABSENT = {"detail": "The integration of type 'WEBHOOK' is not configured for this group."}


def stored(server, type_name):
    """An integration of the empty project as the store holds it."""
    return server.store.get(Owner("default", "project", EMPTY), "integrations", type_name)


@pytest.mark.evidence("RECORDED", "Ops Manager, 2023: HTTP/1.1 401 Unauthorized")
def test_reason_phrases_are_in_mixed_case(api, demo):
    assert requests.get(demo).reason == "Unauthorized"
    assert api.get(f"{demo}/WEBHOOK").reason == "Not Found"


@pytest.mark.evidence("DOCS", "Ops Manager: create a configuration, example request and response")
def test_the_documented_example_answers_as_documented(api, demo):
    body = {"type": "SLACK", "apiToken": "1234567890", "teamName": "My Team"}
    answer = api.post(f"{demo}/SLACK", json=body)
    assert answer.status_code == 200
    assert answer.text == (
        '{"links":[{"href":"' + demo + '/SLACK?pageNum=1&itemsPerPage=100","rel":"self"}],'
        '"results":[{"serviceKey":"******7890","type":"PAGER_DUTY"},'
        '{"apiToken":"******7890","channelName":"My Channel","teamName":"My Team",'
        '"type":"SLACK"}],"totalCount":2}'
    )


@pytest.mark.trap(1, "POST answers 200 with the whole list, not 201 with the object")
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.evidence("INFERRED", "RECORDED on Atlas; Ops Manager's documentation shows the list")
def test_a_write_answers_200_with_the_whole_list(api, demo, method):
    answer = api.request(method, f"{demo}/WEBHOOK", json=body_of("WEBHOOK"))
    assert (answer.status_code, answer.headers.get("Location")) == (200, None)
    assert list(answer.json()) == ["links", "results", "totalCount"]
    assert answer.json()["results"] == api.get(demo).json()["results"]
    assert answer.json()["totalCount"] == 3


@pytest.mark.trap(2, "PUT of a type that is not there adds it")
@pytest.mark.evidence("DOCS", "if a configuration of the same type does not exist, it is added")
def test_a_put_adds_what_is_not_there(api, empty):
    assert api.put(f"{empty}/DATADOG", json=body_of("DATADOG")).status_code == 200
    assert api.get(f"{empty}/DATADOG").json()["type"] == "DATADOG"


@pytest.mark.evidence("DOCS", "PUT updates the changed fields; newest pages: it replaces all (put)")
def test_a_put_changes_what_it_names_and_nothing_else(api, demo):
    api.put(f"{demo}/SLACK", json={"type": "SLACK", "teamName": "Other Team"})
    slack = api.get(f"{demo}/SLACK").json()
    assert (slack["teamName"], slack["channelName"]) == ("Other Team", "My Channel")
    assert slack["apiToken"] == "***********4321"


@pytest.mark.evidence("CLIENT", "Terraform's acceptance test changes the user name alone")
def test_a_put_without_the_password_keeps_it(server, api, empty):
    api.post(f"{empty}/PROMETHEUS", json=body_of("PROMETHEUS"))
    change = {"type": "PROMETHEUS", "username": "other", "enabled": False}
    assert api.put(f"{empty}/PROMETHEUS", json=change).status_code == 200
    kept = stored(server, "PROMETHEUS")
    assert (kept["username"], kept["password"]) == ("other", "prom_password")


@pytest.mark.evidence("ISSUE", "terraform-provider-mongodbatlas #1038, verbatim")
def test_a_post_of_what_is_there_is_a_conflict(api, demo):
    answer = api.post(f"{demo}/PAGER_DUTY", json=body_of("PAGER_DUTY"))
    assert answer.status_code == 409
    assert answer.json().items() >= EXISTS.items()
    assert api.get(f"{demo}/PAGER_DUTY").json()["serviceKey"] == "******7890"


@pytest.mark.evidence("INFERRED", "DOCS: when you reconfigure an existing Slack integration")
@pytest.mark.evidence("INFERRED", "Cloud Manager's newest page refuses; slack_post switches")
def test_a_post_of_slack_reconfigures_it(api, demo):
    body = {"type": "SLACK", "apiToken": "1234567890", "teamName": "Other Team"}
    slack = api.post(f"{demo}/SLACK", json=body).json()["results"][1]
    assert slack["teamName"] == "Other Team"
    assert slack["channelName"] == "My Channel"


@pytest.mark.evidence("DOCS", "channelName is an empty string where it was not set")
def test_a_first_slack_has_an_empty_channel(api, empty):
    body = {"type": "SLACK", "apiToken": "1234567890", "teamName": "My Team"}
    assert api.post(f"{empty}/SLACK", json=body).json()["results"][0]["channelName"] == ""


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(
            "GET",
            marks=pytest.mark.evidence("ISSUE", "terraform-provider-mongodbatlas #354, verbatim"),
        ),
        pytest.param(
            "DELETE",
            marks=pytest.mark.evidence("INFERRED", "as for GET; CLIENT: the operator expects it"),
        ),
    ],
)
@pytest.mark.trap(34, "a missing integration has its errorCode")
def test_what_is_not_there_is_a_404_that_names_the_type(api, demo, method):
    answer = api.request(method, f"{demo}/WEBHOOK")
    assert answer.status_code == 404
    assert answer.json().items() >= ABSENT.items()
    assert answer.json()["errorCode"] == "INTEGRATION_NOT_CONFIGURED"


@pytest.mark.trap(32, "GET of one integration is a bare object")
@pytest.mark.evidence("RECORDED", "Atlas: GET of a webhook")
def test_one_integration_comes_bare(api, demo):
    assert api.get(f"{demo}/PAGER_DUTY").text == '{"serviceKey":"******7890","type":"PAGER_DUTY"}'


@pytest.mark.evidence("DOCS", "Ops Manager: optional attributes are returned if they are set")
@pytest.mark.parametrize("name", ["WEBHOOK", "VICTOR_OPS", "PROMETHEUS"])
def test_what_was_never_set_is_not_shown(api, empty, name):
    optional = ("secret", "routingKey", "tlsPemPath", "tlsPemPassword")
    body = {key: value for key, value in body_of(name).items() if key not in optional}
    if "scheme" in body:
        body["scheme"] = "http"
    shown = api.put(f"{empty}/{name}", json=body).json()["results"][0]
    assert set(shown) == set(body) - {"password"}


@pytest.mark.trap(9, "a region that was not sent is US")
@pytest.mark.evidence("DOCS", "Ops Manager: OPS_GENIE has a region, US by default")
def test_a_region_that_was_not_sent_is_us(api, empty):
    answer = api.post(f"{empty}/OPS_GENIE", json={"type": "OPS_GENIE", "apiKey": "0123456789"})
    assert answer.json()["results"][0]["region"] == "US"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/WEBHOOK?pageNum=0", body_of("WEBHOOK")),
        ("PUT", "/SLACK?itemsPerPage=501", body_of("SLACK", teamName="Other Team")),
        ("PUT", "/SLACK", body_of("SLACK", teamName="Other Team", region="EU")),
        ("PUT", "/WEBHOOK", {"type": "WEBHOOK"}),
        ("POST", "/PAGER_DUTY", body_of("PAGER_DUTY")),
        ("PUT", "/PROMETHEUS", {**body_of("PROMETHEUS"), "tlsPemPath": ""}),
    ],
)
@pytest.mark.evidence("INFERRED", "a refused request has no effect")
def test_a_refused_write_changes_nothing(api, demo, method, path, body):
    before = api.get(demo).text
    assert api.request(method, demo + path, json=body).status_code in (400, 409)
    assert api.get(demo).text == before


@pytest.mark.evidence("DOCS", "one configuration per type and project")
def test_projects_do_not_share_integrations(api, demo, empty):
    api.post(f"{empty}/PAGER_DUTY", json=body_of("PAGER_DUTY"))
    assert api.delete(f"{demo}/PAGER_DUTY").status_code == 204
    assert api.get(f"{empty}/PAGER_DUTY").status_code == 200


@pytest.mark.evidence("INFERRED", "after RECORDED /groups/ on Atlas")
@pytest.mark.trap(22, "a trailing slash is answered directly")
def test_a_trailing_slash_is_the_same_route(api, demo):
    for path in ("/", "/SLACK/"):
        answer = api.get(demo + path, allow_redirects=False)
        assert answer.status_code == 200
    assert api.get(f"{demo}/SLACK/").text == api.get(f"{demo}/SLACK").text
