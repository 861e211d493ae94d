"""Pages of a list, and the links between them."""

from __future__ import annotations

import pytest

from opsemu.server import Emulator

from ..conftest import DEMO, EMPTY, OWNER, integrations, signed
from ..wire import API, body_of, call


def links(answer, url):
    """The links by `rel`, in their order, without the address that they share."""
    found = answer.json()["links"]
    assert all(list(link) == ["href", "rel"] for link in found)
    return {link["rel"]: link["href"].removeprefix(url) for link in found}


@pytest.mark.evidence("RECORDED", "Atlas: an empty list, asked for without a query")
@pytest.mark.trap(15, "self carries the paging pair, the other parameters and the request's path")
def test_self_has_the_paging_pair_though_nobody_sent_it(api, empty):
    answer = api.get(empty)
    assert answer.text == (
        '{"links":[{"href":"' + empty + '?pageNum=1&itemsPerPage=100","rel":"self"}],'
        '"results":[],"totalCount":0}'
    )


@pytest.mark.trap(14, "self and next turn the paging pair round")
@pytest.mark.evidence("RECORDED", "Atlas: first page of nine")
def test_next_turns_the_paging_pair_round(api, demo):
    answer = api.get(f"{demo}?includeCount=true&itemsPerPage=1&pageNum=1")
    assert links(answer, demo) == {
        "self": "?includeCount=true&pageNum=1&itemsPerPage=1",
        "next": "?includeCount=true&itemsPerPage=1&pageNum=2",
    }
    assert [row["type"] for row in answer.json()["results"]] == ["PAGER_DUTY"]


@pytest.mark.evidence("INFERRED", "`previous` like the recorded `next`, between self and next")
def test_a_page_in_the_middle_links_both_ways(api, demo):
    api.post(f"{demo}/WEBHOOK", json=body_of("WEBHOOK"))
    answer = api.get(f"{demo}?pageNum=2&itemsPerPage=1")
    assert list(links(answer, demo).items()) == [
        ("self", "?pageNum=2&itemsPerPage=1"),
        ("previous", "?itemsPerPage=1&pageNum=1"),
        ("next", "?itemsPerPage=1&pageNum=3"),
    ]


@pytest.mark.evidence("DOCS", "no previous on the first page, no next on the last")
def test_the_last_page_has_no_next(api, demo):
    assert list(links(api.get(f"{demo}?pageNum=2&itemsPerPage=1"), demo)) == ["self", "previous"]


@pytest.mark.evidence("INFERRED", "a page after the end is not observed")
def test_a_page_after_the_end_is_empty(api, demo):
    answer = api.get(f"{demo}?pageNum=9")
    assert (answer.status_code, answer.json()["results"]) == (200, [])
    assert answer.json()["totalCount"] == 2
    assert links(answer, demo)["previous"] == "?itemsPerPage=100&pageNum=8"


@pytest.mark.evidence("RECORDED", "Atlas: `name=` and percent signs are kept, the pair is appended")
def test_other_parameters_stay_as_they_were_sent(server):
    sent = "name=&pageNum=1&minDate=2026-08-09T03%3A06%3A48Z&itemsPerPage=2&pretty=false"
    answer = call(server, "GET", f"{API}/groups/{EMPTY}/integrations?{sent}")
    kept = "name=&minDate=2026-08-09T03%3A06%3A48Z&pretty=false"
    assert f'integrations?{kept}&pageNum=1&itemsPerPage=2"' in answer.body.decode()


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.evidence("RECORDED", "Atlas: POST of DATADOG by the Atlas CLI")
def test_a_write_links_to_its_own_path(api, empty, method):
    query = "includeCount=true&itemsPerPage=100&pageNum=1"
    answer = api.request(method, f"{empty}/DATADOG?{query}", json=body_of("DATADOG"))
    own = "/DATADOG?includeCount=true&pageNum=1&itemsPerPage=100"
    assert links(answer, empty) == {"self": own}


@pytest.mark.evidence("SPEC", "POST and PUT take the paging parameters; DOCS too")
def test_a_small_page_can_hide_what_was_created(api, demo):
    answer = api.post(f"{demo}/WEBHOOK?itemsPerPage=1", json=body_of("WEBHOOK"))
    assert [row["type"] for row in answer.json()["results"]] == ["PAGER_DUTY"]
    assert answer.json()["totalCount"] == 3


@pytest.mark.trap(13, "includeCount=false leaves a totalCount of 0")
@pytest.mark.parametrize(("sent", "count"), [("false", 0), ("true", 2), ("TRUE", 2), ("no", 0)])
@pytest.mark.evidence("RECORDED", "Atlas: two endpoints, against the SPEC")
def test_an_unwanted_count_is_zero(api, demo, sent, count):
    answer = api.get(f"{demo}?includeCount={sent}")
    assert (answer.json()["totalCount"], len(answer.json()["results"])) == (count, 2)


@pytest.mark.parametrize("name", ["pageNum", "itemsPerPage"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "", "1.5", "1e2", "99999999999", "%D9%A1"])
@pytest.mark.evidence("INFERRED", "code and sentence are DOCS; when they are used is not observed")
def test_a_page_that_makes_no_sense_is_refused(api, demo, name, value):
    answer = api.get(f"{demo}?{name}={value}")
    assert answer.status_code == 400
    assert answer.json()["detail"] == f"Invalid query parameter {name} specified."
    assert answer.json()["parameters"] == [name]


@pytest.mark.evidence("CLIENT", "Terraform's provider always asks Atlas for page 0")
@pytest.mark.evidence("INFERRED", "how self repeats it, and that the next page is the second")
@pytest.mark.parametrize("family", ["atlas/v1.0", "atlas/v2"])
def test_page_0_of_atlas_is_the_first(server, family):
    path = f"/api/{family}/groups/{DEMO}/integrations?pageNum={{}}&itemsPerPage=1"
    accept = {"Accept": "application/vnd.atlas.2023-01-01+json"}
    with signed(OWNER) as session:
        zero, one, bad = (
            session.get(server.base_url + path.format(number), headers=accept)
            for number in ("0", "1", "-1")
        )
    assert (zero.json()["results"], zero.json()["totalCount"]) == (one.json()["results"], 2)
    own, following = zero.json()["links"]
    assert own["href"].endswith("?pageNum=0&itemsPerPage=1")
    assert following == one.json()["links"][1]
    assert (bad.status_code, bad.json()["parameters"]) == (400, ["pageNum"])


@pytest.mark.evidence("RECORDED", "Atlas: 210 lists of alert configurations; only events differ")
def test_an_unwanted_count_does_not_take_the_next_link_away(api, demo):
    answer = api.get(f"{demo}?includeCount=false&itemsPerPage=1")
    assert list(links(answer, demo)) == ["self", "next"]


@pytest.mark.parametrize(("size", "status"), [(1, 200), (500, 200), (501, 400)])
@pytest.mark.evidence("DOCS", "itemsPerPage is 1 to 500; the refusal is INFERRED")
def test_a_page_holds_at_most_500(api, demo, size, status):
    assert api.get(f"{demo}?itemsPerPage={size}").status_code == status


@pytest.mark.evidence("CLIENT", "a generated Ops Manager library sends whole numbers as 1.0")
def test_a_whole_number_may_have_a_point(api, demo):
    answer = api.get(f"{demo}?pageNum=1.0&itemsPerPage=1.0")
    assert links(answer, demo)["self"] == "?pageNum=1&itemsPerPage=1"


@pytest.mark.evidence("INFERRED", "a name means the same, however it is written")
def test_a_parameters_name_may_be_percent_encoded(server):
    path = f"{API}/groups/{DEMO}/integrations"
    answer = call(server, "GET", f"{path}?page%4Eum=2&items%50erPage=1")
    assert f'"href":"{server.base_url}{path}?pageNum=2&itemsPerPage=1"' in answer.body.decode()


@pytest.mark.evidence("RECORDED", "Atlas: GET /groups/ keeps its slash in the link")
def test_a_trailing_slash_stays_in_the_link(api, demo):
    assert links(api.get(f"{demo}/"), demo) == {"self": "/?pageNum=1&itemsPerPage=100"}


@pytest.mark.evidence("INFERRED", "the vendor's base is its configured central URL")
def test_links_follow_the_host_header(api, demo):
    answer = api.get(demo, headers={"Host": "ops.example.com:8080"})
    assert answer.json()["links"][0]["href"].startswith(f"http://ops.example.com:8080{API}/groups/")


@pytest.mark.evidence("INFERRED", "the vendor's base is its configured central URL")
def test_links_start_at_the_external_url(server):
    with Emulator(external_url="https://ops.example.com/") as other:
        href = call(other, "GET", f"{API}/groups/{DEMO}/integrations").body.decode()
    local = integrations(server, DEMO).partition(API)[2]
    assert f'"https://ops.example.com{API}{local}?pageNum=1' in href
