"""`overview` and `diff`: what a world holds, and what differs from its seed or a snapshot."""

from __future__ import annotations

from opsemu.server import Emulator
from tests.mongodb.automation.configs import replica_set

SECRET = "5ecre7f005ecre7f005ecre7f005ecre"


def changed(world, since="seed"):
    document = world.admin("GET", "/diff", params={"since": since}).json()
    assert document["since"] == since
    return [
        (row["table"], row["key"], row["change"], [each["name"] for each in row["members"]])
        for row in document["documents"]
    ]


def test_integrations_are_shown_as_each_family_shows_them(world):
    overview = world.admin("GET", "/overview").json()
    families = ["ops-manager", "atlas-v1", "atlas-v2"]
    assert overview["families"] == families
    (project,) = (each for each in overview["projects"] if each["name"] == "Demo Project")
    assert [each["type"] for each in project["integrations"]] == ["PAGER_DUTY", "SLACK"]
    for name, base in zip(families, ("public/v1.0", "atlas/v1.0", "atlas/v2"), strict=True):
        world.session.headers["Accept"] = "application/vnd.atlas.2024-08-05+json"
        served = world.session.get(world.url.replace("public/v1.0", base)).json()["results"]
        assert [each["families"][name] for each in project["integrations"]] == served


def test_a_type_that_a_family_lacks_is_null_there(world):
    world.put("MICROSOFT_TEAMS", microsoftTeamsWebhookUrl="https://a.webhook.office.com/x")
    world.put("HIP_CHAT", notificationToken="t" * 32, roomName="r")
    (project,) = (
        each for each in world.admin("GET", "/overview").json()["projects"] if each["integrations"]
    )
    for each in project["integrations"]:
        assert set(each["families"]) == {"ops-manager", "atlas-v1", "atlas-v2"}
        assert any(each["families"].values())


def test_no_secret_is_shown_in_an_overview_or_a_difference(world):
    world.put("PAGER_DUTY", serviceKey=SECRET)
    world.put("WEBHOOK", url=f"https://hooks.example.com/{SECRET}", secret=SECRET)
    for path in ("/overview", "/diff"):
        text = world.admin("GET", path).text
        assert SECRET not in text
        assert "ecre" in text


def test_tenants_are_shown_with_their_groups_of_mappings(world):
    tenants = world.admin("GET", "/overview").json()["tenants"]
    (installed,) = (each for tenant in tenants for each in tenant["installed"])
    assert (installed["type"], installed["enabled"]) == ("CASERVICEDESK", True)
    assert [group["attrName"] for group in installed["inbound"]] == ["incident.status.name"]
    assert installed["outbound"][0]["attrValues"]


def test_processes_and_agents_are_shown(world):
    group = world.url.removesuffix("/integrations")
    answer = world.session.put(f"{group}/automationConfig", json=replica_set("rs", 3))
    assert answer.ok, answer.text
    projects = world.admin("GET", "/overview").json()["projects"]
    (automation,) = (each["automation"] for each in projects if each["automation"]["processes"])
    assert automation["version"] > 1
    assert {row["version"] for row in automation["processes"]} == {automation["version"]}
    assert {row["stopped"] for row in automation["agents"]} == {False}


def test_many_projects_are_counted_and_the_first_are_shown():
    seed = {
        "organizations": [{"id": "a" * 24, "name": "O"}],
        "projects": [
            {"id": f"{number:024x}", "name": f"P{number}", "orgId": "a" * 24}
            for number in range(130)
        ],
    }
    with Emulator(seed="empty") as server:
        name = server.control.call("POST", "/worlds", {}, {"document": seed})["name"]
        overview = server.control.call("GET", "/overview", {"world": name})
        assert len(overview["projects"]) == 100
        assert overview["totals"]["projects"] == 130
        assert server.control.call("GET", "/diff", {"world": name})["documents"] == []


def test_a_world_that_nobody_touched_is_like_its_seed(world):
    assert changed(world) == []
    world.admin("POST", "/clock/advance", json={"seconds": 86400})
    assert changed(world) == []


def test_documents_that_clients_changed_are_listed_with_their_members(world):
    world.put("PAGER_DUTY", serviceKey=SECRET)
    world.session.delete(f"{world.url}/SLACK")
    world.put("DATADOG", apiKey=SECRET)
    rows = changed(world)
    assert [row[:3] for row in rows] == [
        ("integrations", "DATADOG", "added"),
        ("integrations", "PAGER_DUTY", "changed"),
        ("integrations", "SLACK", "removed"),
    ]
    assert "serviceKey" in rows[1][3]
    assert "region" not in rows[1][3]


def test_a_secret_that_changed_is_listed_though_its_mask_did_not(world):
    world.put("PAGER_DUTY", serviceKey="a" * 28 + "7890")
    world.admin("POST", "/snapshots", json={"name": "before"})
    world.put("PAGER_DUTY", serviceKey="b" * 28 + "7890")
    document = world.admin("GET", "/diff", params={"since": "before"}).json()
    (row,) = document["documents"]
    (member,) = (each for each in row["members"] if each["name"] == "serviceKey")
    assert member["before"] == member["after"] == "*" * 28 + "7890"


def test_what_changed_since_a_snapshot_is_listed(world):
    world.put("PAGER_DUTY", serviceKey=SECRET)
    world.admin("POST", "/snapshots", json={"name": "before"})
    assert changed(world, "before") == []
    world.session.delete(f"{world.url}/PAGER_DUTY")
    assert [row[:3] for row in changed(world, "before")] == [
        ("integrations", "PAGER_DUTY", "removed")
    ]
    missing = world.admin("GET", "/diff", params={"since": "nothing"})
    assert (missing.status_code, missing.json()["error"]) == (404, "no_such_snapshot")


def test_a_world_that_was_emptied_lacks_what_its_seed_has(world):
    world.admin("POST", "/reset", params={"to": "empty"})
    assert {row[2] for row in changed(world)} == {"removed"}
