"""Discovery for Prometheus, and the metrics of a project's processes."""

from __future__ import annotations

import json

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from opsemu.server import Emulator
from tests.conftest import EMPTY, OWNER, signed
from tests.mongodb.automation.configs import process, replica_set, sharded
from tests.mongodb.automation.conftest import Group
from tests.wire import seed_file

ORG = "decafbaddecafbaddecafbad"
USER = (f"prom_user_{EMPTY}", "p+%41w d:x")
BODY = {
    "type": "PROMETHEUS",
    "username": USER[0],
    "password": USER[1],
    "listenAddress": "0.0.0.0:9217",
    "serviceDiscovery": "http",
    "scheme": "http",
    "enabled": True,
}
LABELS = {"group_id": EMPTY, "group_name": "Empty Project", "org_id": ORG}
PROCESS_LABELS = {"group_id", "org_id", "process_port"}
MONGODB_LABELS = PROCESS_LABELS | {"cl_role", "cl_name", "rs_nm", "rs_state"}
NAMES = {
    "mongodb_mem_resident",
    "mongodb_connections_current",
    "mongodb_asserts_user",
    "mongodb_opcounters_insert",
    "mongodb_network_bytesIn",
    "mongodb_metrics_document_deleted",
    "mongodb_metrics_queryExecutor_scannedObjects",
    "mongodb_globalLock_currentQueue_total",
    "mongodb_queues_execution_read_available",
    "hardware_disk_metrics_disk_space_free_bytes",
    "hardware_platform_num_logical_cpus",
    "hardware_process_cpu_user_milliseconds",
    "hardware_system_cpu_io_wait_milliseconds",
    "hardware_system_memory_mem_total_kilobytes",
    "hardware_system_network_eth0_bytes_in_bytes",
    "hardware_system_vm_page_swap_in",
}


def configure(group, **changes):
    group.call("PUT", "/integrations/PROMETHEUS", {**BODY, **changes})


def url_of(server, group_id=EMPTY):
    return f"{server.base_url}/prometheus/v1.0/groups/{group_id}/discovery"


def discover(group, auth=USER, **query):
    return requests.get(url_of(group.server), auth=auth, params=query)


def scrape(group, auth=USER, **query):
    return requests.get(f"{group.server.base_url}/metrics", auth=auth, params=query)


def samples(answer):
    """The labels and the value of each sample of an exposition, by family."""
    assert answer.status_code == 200, answer.text
    families = list(text_string_to_metric_families(answer.text))
    return {each.name: [(one.labels, one.value) for one in each.samples] for each in families}


@pytest.mark.evidence("DOCS", "third-party-integration-settings-discovery; http_sd.md")
def test_discovery_answers_the_documented_array_for_one_host(group):
    configure(group)
    answer = discover(group)
    assert (answer.status_code, answer.json()) == (200, [])
    group.publish({"processes": [process("one", "db.example.com")]})
    answer = discover(group)
    assert answer.headers["Content-Type"].startswith("application/json")
    address = group.server.base_url.removeprefix("http://")
    assert answer.json() == [{"targets": [address], "labels": LABELS}]


@pytest.mark.evidence("INFERRED", "all hosts have the same address here")
def test_hosts_are_told_apart_by_a_parameter_and_by_their_instance(group):
    configure(group)
    group.publish(replica_set())
    hosts = [f"db{number}.example.com" for number in range(3)]
    assert [target["labels"] for target in discover(group).json()] == [
        {**LABELS, "__param_host": host, "instance": f"{host}:9217"} for host in hosts
    ]


@pytest.mark.evidence("CLIENT", "pyomsdk's settings resource, with digest")
def test_an_api_key_reads_the_targets_by_digest_as_well(group, viewer):
    configure(group, serviceDiscovery="file")
    group.publish(replica_set())
    for session in (group.session, viewer):
        assert session.get(url_of(group.server)).json() == discover(group).json()
    with signed((OWNER[0], "wrong")) as session:
        assert session.get(url_of(group.server)).status_code == 401


@pytest.mark.evidence("INFERRED", "the answer to wrong credentials is not documented")
@pytest.mark.parametrize(
    "auth", [None, ("", ""), (USER[0], "wrong"), (USER[0], ""), ("prom_user", USER[1]), OWNER]
)
def test_other_credentials_are_challenged_for_basic(group, auth):
    configure(group)
    for answer in (discover(group, auth), scrape(group, auth)):
        challenge = answer.headers["WWW-Authenticate"]
        assert (answer.status_code, challenge[:5]) == (401, "Basic")


@pytest.mark.evidence("CLIENT", "pyomsdk's httpx looks at each header for a digest")
def test_the_challenges_have_a_header_each(group):
    answer = discover(group, None)
    challenges = answer.raw.headers.getlist("WWW-Authenticate")
    assert [each.partition(" ")[0] for each in challenges] == ["Basic", "Digest"]


@pytest.mark.evidence("DOCS", "only while it is enabled; the 404 for keys is INFERRED")
def test_nothing_is_served_for_an_integration_that_is_not_enabled(group):
    get = group.session.get
    assert (discover(group).status_code, get(url_of(group.server)).status_code) == (401, 404)
    configure(group, enabled=False)
    assert (discover(group).status_code, scrape(group).status_code) == (401, 401)
    answer = get(url_of(group.server))
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "INTEGRATION_NOT_CONFIGURED")


@pytest.mark.evidence("DOCS", "its credentials are for discovery and scraping only")
def test_the_prometheus_user_has_no_other_power(group):
    configure(group)
    assert requests.get(f"{group.url}/integrations", auth=USER).status_code == 401
    assert discover(group, USER).status_code == 200
    other = url_of(group.server, "c0ffeec0ffeec0ffeec0ffee")
    assert requests.get(other, auth=USER).status_code == 401


@pytest.mark.evidence("INFERRED", "such a project's integration is Atlas' own; values are made up")
def test_an_integration_of_atlas_is_discovered_in_atlas_form(group):
    url = f"{group.server.base_url}/api/atlas/v2/groups/{EMPTY}/integrations/PROMETHEUS"
    names = ("type", "username", "password", "serviceDiscovery", "enabled")
    body = {name: BODY[name] for name in names}
    media = {"Accept": "application/vnd.atlas.2023-01-01+json"}
    assert group.session.post(url, json=body, headers=media).ok
    group.publish({"processes": [process("one", "db.example.com")]})
    for scheme in ("PUBLIC", "PRIVATE"):
        (target,) = discover(group, targetScheme=scheme).json()
        assert list(target) == ["labels", "targets"]
        assert list(target["labels"]) == [
            "availability_zone", "cl_name", "group_id", "node_type", "org_id", "provider",
            "region",
        ]  # fmt: skip
    answer = discover(group, targetScheme="OTHER")
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "INVALID_ENUM_VALUE")


@pytest.mark.evidence("DOCS", "prometheus-integration: names and labels")
def test_metrics_have_the_documented_names_and_labels(group):
    configure(group)
    group.publish(replica_set())
    found = samples(scrape(group, host="db0.example.com"))
    assert found.keys() > NAMES
    ((info, value),) = found.pop("mongodb_info")
    assert value == 1
    assert info.items() >= {
        "mongodb_version": "8.0.5", "replica_state_name": "PRIMARY", "process_type": "mongod",
        "rs_nm": "rs", "rs_state": "1", "cl_name": "rs", "process_port": "27017",
    }.items()  # fmt: skip
    for name, ((labels, _),) in found.items():
        disk = {"disk_name"} if name.startswith("hardware_disk") else set()
        expected = MONGODB_LABELS if name.startswith("mongodb") else PROCESS_LABELS | disk
        assert labels.keys() == expected, name


@pytest.mark.evidence("DOCS", "before 8.0 tickets have other names")
def test_an_older_process_has_the_tickets_of_its_version(group):
    configure(group)
    group.publish({"processes": [process("one", "db.example.com", version="7.0.16")]})
    found = samples(scrape(group))
    assert "mongodb_wiredTiger_concurrentTransactions_read_available" in found
    assert "mongodb_queues_execution_read_available" not in found


@pytest.mark.evidence("DOCS", "process_type is mongod, mongos or config; cl_role is INFERRED")
def test_a_sharded_cluster_has_a_process_of_each_type_and_no_series_twice(group):
    configure(group)
    group.publish(sharded())
    found = samples(scrape(group))
    kinds = {(one["process_type"], one["cl_role"]) for one, _ in found["mongodb_info"]}
    assert kinds == {("mongod", "shardsvr"), ("config", "configsvr"), ("mongos", "")}
    for rows in found.values():
        series = [json.dumps(labels, sort_keys=True) for labels, _ in rows]
        assert len(set(series)) == len(series)


def test_values_follow_from_the_clock(group):
    group.server.world().freeze("2026-11-28T08:00:00Z")
    configure(group)
    group.publish(replica_set())
    group.advance(60)
    first = scrape(group).text
    assert scrape(group).text == first
    before = samples(scrape(group))
    group.advance(3600 / 3)
    after = samples(scrape(group))
    grown = [
        (now[1] - then[1]) / 1200
        for then, now in zip(
            before["mongodb_opcounters_insert"], after["mongodb_opcounters_insert"], strict=True
        )
    ]
    assert len(grown) == 3
    assert all(4 < rate < 21 for rate in grown), grown
    assert before["mongodb_connections_current"] != after["mongodb_connections_current"]


@pytest.mark.evidence("INFERRED", "no agent, no answer")
def test_a_host_whose_agent_stopped_is_down_and_a_disabled_process_is_left_out(group):
    configure(group)
    config = replica_set()
    group.publish(config)
    name = "db1.example.com"
    group.control("POST", f"/servers/{name}/stop", project=EMPTY)
    assert scrape(group, host=name).status_code == 503
    assert scrape(group, host="nobody.example.com").status_code == 503
    assert len(samples(scrape(group))["mongodb_info"]) == 2
    config["processes"][0]["disabled"] = True
    group.publish(config)
    assert samples(scrape(group, host="db0.example.com")) == {}


def test_a_process_that_has_not_started_yet_has_no_metrics(slow):
    configure(slow)
    added = {"hostname": "db0.example.com", "port": 27017}
    slow.call("POST", "/hosts", added, 201)
    slow.publish(replica_set())
    assert samples(scrape(slow)) == {}
    slow.advance(5)
    assert len(samples(scrape(slow))["mongodb_info"]) == 3


@pytest.mark.parametrize("version", ["", "latest", "6.0.1"])
def test_any_version_of_a_process_has_metrics(group, version):
    configure(group)
    group.publish({"processes": [process("one", "h", version=version)]})
    assert scrape(group).status_code == 200


def test_a_user_of_any_name_is_found_and_its_password_chooses_the_world(group):
    configure(group, username="scraper", password="of the default world")
    other = ("scraper", "of another world")
    made = group.control("POST", "/worlds", {"name": "other", "seed": "demo"})
    key = made["mongodb"]["keys"][0]
    with signed((key["publicKey"], key["privateKey"])) as session:
        theirs = Group(group.server, session)
        configure(theirs, username=other[0], password=other[1])
        theirs.publish({"processes": [process("one", "other.example.com")]})
    assert len(discover(group, other).json()) == 1
    assert len(samples(scrape(group, other))["mongodb_info"]) == 1
    assert discover(group, ("scraper", "of the default world")).json() == []
    group.control("DELETE", "/worlds/other")
    assert scrape(group, other).status_code == 401


def test_the_default_name_of_another_project_is_found_as_well(group):
    name = "prom_user_c0ffeec0ffeec0ffeec0ffee"
    configure(group, username=name)
    assert scrape(group, (name, USER[1])).status_code == 200


def test_no_password_is_in_the_journal(group):
    configure(group)
    discover(group)
    scrape(group)
    scrape(group, (USER[0], "a password by mistake"))
    shown = json.dumps(group.control("GET", "/requests"))
    for auth in (USER, (USER[0], "a password by mistake")):
        header = requests.Request("GET", "http://x", auth=auth).prepare().headers["Authorization"]
        assert auth[1] not in shown
        assert header.partition(" ")[2] not in shown


def test_a_seed_brings_what_prometheus_scrapes(tmp_path):
    about = {"id": EMPTY, "name": "Empty Project", "orgId": ORG}
    project = {**about, "integrations": [BODY], "automationConfig": replica_set()}
    with Emulator(seed=seed_file(tmp_path, projects=[project])) as server:
        assert len(requests.get(url_of(server), auth=USER).json()) == 3
