"""`hosts`, `clusters` and `agents` over HTTP."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed
from tests.mongodb.automation.configs import replica_set, sharded
from tests.mongodb.automation.conftest import Group
from tests.recordings import case, recorded

HEX = frozenset("0123456789abcdef")
# What only some hosts have, or what nobody knows of a machine that does not exist.
SOME = {"username"}


def body_of(name):
    return json.loads(recorded(f"ops-manager/{name}")["response"]["body"])


def names(group):
    return [host["hostname"] for host in group.results("/hosts")]


@pytest.mark.evidence("DOCS", "hosts")
def test_hosts_are_listed_by_name_found_by_name_and_by_id(group):
    group.publish(replica_set())
    hosts = group.results("/hosts/")
    assert [host["hostname"][:3] for host in hosts] == ["db0", "db1", "db2"]
    for host in hosts:
        assert len(host["id"]) == 32
        assert set(host["id"]) <= HEX
        assert list(host) == sorted(host)
        assert group.get(f"/hosts/{host['id']}").keys() == host.keys()
        assert group.get(f"/hosts/byName/{host['hostname']}:27017")["id"] == host["id"]
    assert group.error("GET", f"/hosts/{'0' * 32}") == (404, "HOST_NOT_FOUND")
    assert group.error("GET", "/hosts/byName/db0.example.com:27018") == (
        404,
        "HOSTNAME_AND_PORT_NOT_FOUND",
    )


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-host")])
def test_a_host_has_the_attributes_of_the_documented_one(group, name):
    group.publish(replica_set())
    ours, theirs = group.results("/hosts")[0], json.loads(recorded(name)["response"]["body"])
    assert theirs.keys() - ours.keys() == SOME
    kinds = {key: type(value) for key, value in theirs.items() if key not in SOME}
    assert {key: type(ours[key]) for key in kinds} == kinds
    assert [link["rel"].rpartition("/")[2] for link in ours["links"]] == [
        "self",
        "cluster",
        "group",
    ]


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-create-host")])
def test_an_added_host_has_no_type_no_cluster_and_no_ping(group, name):
    body = {**recorded(name)["request"]["body_known"], "username": "", "password": "", "id": ""}
    ours = group.call("POST", "/hosts", body, 201)
    assert ours.keys() == body_of("om-docs-create-host").keys()
    assert group.call("POST", "/hosts", body, 201) == ours
    assert group.results("/hosts") == [ours]


@pytest.mark.evidence("DOCS", "hosts-create-host; the operator changes the hosts it has added")
def test_an_added_host_is_changed_and_its_password_is_never_shown(group):
    body = {"hostname": "om-db-0.example.com", "port": 27017}
    login = {"username": "mms", "password": "eeChoo9ohM4e", "authMechanismName": "MONGODB_CR"}
    host = group.call("POST", "/hosts", body, 201)
    changed = group.call("PATCH", f"/hosts/{host['id']}", {**body, **login})
    expected = {**host, "username": "mms", "authMechanismName": "MONGODB_CR"}
    assert changed == group.get(f"/hosts/{host['id']}") == expected
    assert group.call("PATCH", f"/hosts/{host['id']}", changed) == changed
    assert "eeChoo9ohM4e" not in json.dumps(group.control("GET", "/state"))


@pytest.mark.evidence("DOCS", "403 for a host of the configuration")
def test_a_managed_host_is_not_changed(group):
    group.publish(replica_set())
    host = group.results("/hosts")[0]
    refused = group.error("PATCH", f"/hosts/{host['id']}", {"logsEnabled": True})
    assert refused == (403, "CANNOT_MODIFY_MANAGED_HOST")


@pytest.mark.evidence("DOCS", "error table")
@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"port": 27017}, "MISSING_ATTRIBUTE"),
        ({"hostname": "h"}, "MISSING_ATTRIBUTE"),
        ({"hostname": "a b", "port": 1}, "INVALID_HOSTNAME"),
        ({"hostname": "h", "port": 65536}, "INVALID_HOST_PORT"),
        ({"hostname": "h", "port": 1, "authMechanismName": "LDAP"}, "INVALID_ENUM_VALUE"),
    ],
)
def test_a_host_that_cannot_be_is_refused(group, body, code):
    assert group.error("POST", "/hosts", body) == (400, code)


@pytest.mark.evidence("CLIENT", "M clusters/delete.go; Q: DELETE answers {}")
def test_hosts_stay_in_the_list_after_a_configuration_without_them_until_they_are_deleted(group):
    group.publish(replica_set())
    hosts = group.results("/hosts")
    group.publish({})
    assert [host["id"] for host in group.results("/hosts")] == [host["id"] for host in hosts]
    assert group.get()["replicaSetCount"] == 1
    for host in hosts:
        assert group.call("DELETE", f"/hosts/{host['id']}") == {}
        assert group.error("DELETE", f"/hosts/{host['id']}") == (404, "HOST_NOT_FOUND")
    assert (group.results("/hosts"), group.results("/clusters")) == ([], [])


@pytest.mark.evidence("CLIENT", "K rejects agents older than 60 s, S older than 2 minutes")
def test_pings_and_calls_are_of_the_moment_of_the_read_and_parse_as_rfc_3339(group):
    group.publish(replica_set())
    for seconds in (0, 3600):
        group.advance(seconds)
        now = datetime.fromisoformat(group.control("GET", "/clock")["now"].replace("Z", "+00:00"))
        rows = [*group.results("/hosts"), *group.results("/agents/AUTOMATION")]
        texts = [row["lastPing"] for row in rows] + [rows[-1]["lastConf"]]
        for text in texts:
            at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
            assert abs(now - at) < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("name", "config", "kind"),
    [
        case("ops-manager/om-2018-cluster-replica-set", replica_set("liffey"), ""),
        case("ops-manager/om-2018-cluster-shard", sharded(shards=1), "shannon-0"),
        case("ops-manager/om-2018-cluster-sharded", sharded(shards=1), None),
    ],
)
def test_a_cluster_is_the_recorded_one(group, name, config, kind):
    group.publish(config)
    theirs = json.loads(recorded(name)["response"]["body"])
    if kind is None:
        theirs.pop("shardName")  # of the parent, which has several
    ours = next(
        row
        for row in group.results("/clusters/")
        if row["typeName"] == theirs["typeName"] and row.get("shardName", "") == (kind or "")
    )
    varying = {"groupId", "id", "lastHeartbeat", "links"}
    assert list(ours) == list(theirs)
    assert {key: ours[key] for key in ours.keys() - varying} == {
        key: theirs[key] for key in theirs.keys() - varying
    }
    assert (len(ours["id"]), set(ours["id"]) <= HEX, ours["groupId"]) == (24, True, EMPTY)
    assert group.get(f"/clusters/{ours['id']}").keys() == ours.keys()


@pytest.mark.evidence("CLIENT", "H client.py:66: clusterId of the parent gives all members")
def test_hosts_and_clusters_are_filtered_by_the_sharded_cluster(group):
    group.publish(sharded(shards=2))
    parent, *_ = [row["id"] for row in group.results("/clusters") if len(row) == 6]
    assert len(group.results(f"/hosts?clusterId={parent}")) == 10
    below = group.results(f"/clusters?parentClusterId={parent}")
    assert len(below) == 3
    assert len(group.results(f"/hosts?clusterId={below[0]['id']}")) == 3


@pytest.mark.evidence("DOCS", "only sharded clusters are renamed; the error is INFERRED")
def test_a_sharded_cluster_is_renamed_with_its_shards_and_stays_so(group):
    group.publish(sharded(shards=1))
    parent, *others = sorted(group.results("/clusters"), key=len)
    renamed = group.call("PATCH", f"/clusters/{parent['id']}", {"clusterName": "new"})
    assert renamed["clusterName"] == "new"
    group.publish(sharded(shards=1))
    assert {row["clusterName"] for row in group.results("/clusters")} == {"new"}
    path = f"/clusters/{others[-1]['id']}"
    assert group.error("PATCH", path, {"clusterName": "x"}) == (400, "NOT_SHARDED")
    assert group.error("GET", "/clusters/Cluster0") == (404, "INVALID_CLUSTER_ID")
    assert group.error("GET", f"/clusters/{'0' * 24}") == (404, "CLUSTER_NOT_FOUND")


@pytest.mark.evidence("DOCS", "clusters of all projects; G clusters_test.go")
def test_the_clusters_of_all_projects_are_told_project_by_project(group):
    config = replica_set(auth={"disabled": False})
    config["processes"].append({"name": "alone", "hostname": "alone", "version": "7.0.1"})
    group.publish(config)
    answer = group.session.get(f"{group.server.url}/clusters").json()
    (row,) = answer["results"]
    kept = ("groupId", "groupName", "orgName", "planType", "tags")
    assert [row[name] for name in kept] == [
        EMPTY, "Empty Project", "Demo Organization", "Ops Manager", [],
    ]  # fmt: skip
    told = ("name", "type", "nodeCount", "authEnabled", "availability", "versions")
    assert [[cluster[name] for name in told] for cluster in row["clusters"]] == [
        ["rs", "replica set", 3, True, "available", ["8.0.5"]],
        ["alone:27017", "standalone", 1, True, "available", ["7.0.1"]],
    ]


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-agents-links")])
def test_agents_are_links_to_the_types(group, name):
    ours, theirs = group.get("/agents"), json.loads(recorded(name)["response"]["body"])

    def levelled(body):
        links = (
            (link["href"].rpartition("/groups/")[2][24:], link["rel"]) for link in body["links"]
        )
        return {**body, "links": [(href, rel.rpartition("/")[2]) for href, rel in links]}

    assert levelled(ours) == levelled(theirs)
    for link in ours["links"]:
        assert group.session.get(link["href"]).status_code == 200


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-agents-monitoring")])
def test_an_agent_has_the_recorded_attributes_and_the_type_of_the_path(group, name):
    group.publish(replica_set())
    theirs = json.loads(recorded(name)["response"]["body"])["results"][0]
    for kind, states in (
        ("MONITORING", ["ACTIVE", "STANDBY"]),
        ("BACKUP", ["ACTIVE"]),
        ("AUTOMATION", ["ACTIVE"] * 3),
    ):
        rows = group.results(f"/agents/{kind}")
        assert [row["stateName"] for row in rows] == states
        for row in rows:
            assert list(row) == list(theirs)
            assert row["typeName"] == kind
    assert group.error("GET", "/agents/MONGOT") == (400, "INVALID_AGENT_TYPE_NAME")


@pytest.mark.evidence("CLIENT", "K om/agent.go:32 reads pages until there is no next one")
def test_agents_are_paged(group):
    group.publish(replica_set())
    body = group.get("/agents/AUTOMATION?pageNum=1&itemsPerPage=2")
    assert (len(body["results"]), body["totalCount"]) == (2, 3)
    assert [link["rel"] for link in body["links"]] == ["self", "next"]


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-agent-versions")])
def test_versions_of_agents_have_the_recorded_shape(group, name):
    ours, theirs = group.get("/agents/versions"), json.loads(recorded(name)["response"]["body"])
    links = [link["href"].rpartition("/groups/")[2][24:] for link in theirs.pop("links")]
    assert [link["href"].rpartition("/groups/")[2][24:] for link in ours["links"]] == links
    assert list(ours) == sorted([*theirs, "links"])
    assert {key: ours[key] for key in theirs} == theirs
    group.publish(replica_set())
    (entry, *_) = group.get("/agents/versions")["entries"]
    assert (entry["hostname"], entry["hostnameShort"]) == ("db0.example.com", "db0")
    assert isinstance(entry["lastConf"], int)
    assert entry["lastConf"] > 10**12


@pytest.mark.parametrize("name", [case("ops-manager/om-docs-software-components")])
def test_software_components_are_the_recorded_ones(group, name):
    ours = group.session.get(f"{group.server.url}/softwareComponents/versions/").json()
    theirs = json.loads(recorded(name)["response"]["body"])
    assert list(ours) == sorted(theirs)
    assert {**ours, "links": []} == {**theirs, "links": []}


@pytest.mark.evidence("DOCS", "a project's counters; absent until an agent has called")
def test_a_project_counts_its_hosts_clusters_and_agents(group):
    fresh = group.get()
    assert "lastActiveAgent" not in fresh
    group.publish(replica_set())
    project = group.get()
    assert list(project) == sorted(project)
    assert project.keys() - fresh.keys() == {"lastActiveAgent"}
    counted = {name: number for name, number in project["hostCounts"].items() if number}
    assert counted == {"primary": 1, "secondary": 2}
    assert [project[f"{kind}Count"] for kind in ("activeAgent", "replicaSet", "shard")] == [3, 1, 0]
    listed = group.session.get(f"{group.server.url}/groups").json()["results"]
    assert next(row for row in listed if row["id"] == EMPTY)["hostCounts"] == project["hostCounts"]


@pytest.mark.evidence("CLIENT", "T sends {} with every DELETE, mongocli a struct with a GET")
def test_paths_end_in_a_slash_at_will_and_get_and_delete_may_have_bodies(group):
    group.publish(replica_set())
    paths = ("automationConfig", "automationStatus", "hosts", "clusters", "agents", "agentapikeys")
    for path in (*paths, "agents/AUTOMATION", "backupConfigs"):
        assert group.call("GET", f"/{path}/", {"pageNum": 1}) is not None
    host = group.results("/hosts")[0]["id"]
    assert group.call("DELETE", f"/hosts/{host}/", {}) == {}


@pytest.mark.evidence("DOCS", "most pages exist for both; softwareComponents for Ops Manager alone")
def test_cloud_manager_has_the_same_but_for_the_components():
    with Emulator(profile="cloud-manager") as server, signed(OWNER) as session:
        group = Group(server, session)
        group.publish(replica_set())
        assert (len(group.results("/hosts")), len(group.results("/clusters"))) == (3, 1)
        answer = session.get(f"{server.url}/softwareComponents/versions").json()
        assert answer["errorCode"] == "RESOURCE_NOT_FOUND"


def test_atlas_has_no_hosts_and_no_configuration(group):
    for path in ("hosts", "automationConfig", "agents"):
        url = f"{group.server.base_url}/api/atlas/v1.0/groups/{EMPTY}/{path}"
        assert group.session.get(url).json()["errorCode"] == "RESOURCE_NOT_FOUND"
