"""Debian's Prometheus finds the hosts of a project by http_sd and by file_sd, and scrapes them."""

from __future__ import annotations

import json
import socket
import subprocess
import time

import pytest
import requests
import yaml

from tests.conftest import EMPTY, OWNER, signed
from tests.mongodb.automation.configs import process, replica_set
from tests.mongodb.automation.test_prometheus import BODY, LABELS, USER

from .debian import PROMETHEUS, running, unpacked
from .pages import ROOT, blocks
from .toolchain import HERE
from .venvs import PYOMSDK, programs

PAGE = ROOT / "docs/prometheus.md"
PATIENCE = 60  # seconds until the targets are scraped
HOSTS = [f"db{number}.example.com" for number in range(3)]


@pytest.fixture
def project(target):
    """Publishes a configuration in a project with the integration; the URL for discovery."""

    def publish(config):
        url = f"{target.server}/api/public/v1.0/groups/{EMPTY}"
        with signed(OWNER) as session:
            assert session.put(f"{url}/integrations/PROMETHEUS", json=BODY).ok
            assert session.put(f"{url}/automationConfig", json=config).ok
        return f"{target.url}/prometheus/v1.0/groups/{EMPTY}/discovery"

    return publish


@pytest.fixture
def prometheus(tmp_path):
    """Starts Prometheus with a job; what asks its API."""
    program = unpacked(PROMETHEUS) / "usr/bin/prometheus"
    address = free_address()

    def start(**discovery):
        basic_auth = {"username": USER[0], "password": USER[1]}
        job = {
            "job_name": "Empty Project-mongo-metrics",
            "scrape_interval": "1s",
            "metrics_path": "/metrics",
            "scheme": "http",
            "basic_auth": basic_auth,
            **discovery,
        }
        config = tmp_path / "prometheus.yml"
        config.write_text(yaml.safe_dump({"scrape_configs": [job]}))
        return running(
            tmp_path / "prometheus.log",
            program,
            f"--config.file={config}",
            f"--web.listen-address={address}",
            f"--storage.tsdb.path={tmp_path / 'data'}",
        )

    start.url = f"http://{address}/api/v1"
    return start


def free_address():
    """An address of this machine that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


def by_http(url):
    basic_auth = {"username": USER[0], "password": USER[1]}
    return {"http_sd_configs": [{"url": url, "refresh_interval": "1s", "basic_auth": basic_auth}]}


def ask(prometheus, path, **query):
    """The data of an answer; None while it does not answer."""
    try:
        answer = requests.get(f"{prometheus.url}{path}", params=query)
    except requests.ConnectionError:
        return None
    return answer.json()["data"] if answer.ok else None  # 503 until it has started


def scraped(prometheus, count):
    """The targets once so many have been scraped."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        targets = (ask(prometheus, "/targets") or {"activeTargets": []})["activeTargets"]
        if len(targets) == count and all(each["health"] != "unknown" for each in targets):
            return targets
        time.sleep(0.2)
    pytest.fail(f"there are not {count} targets that were scraped, but {targets}")


def value(prometheus, query):
    """The samples of an instant query, once there are any."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if result := (ask(prometheus, "/query", query=query) or {"result": []})["result"]:
            return result
        time.sleep(0.2)
    pytest.fail(f"there is no {query}")


@pytest.mark.client("Prometheus 2.42, Debian")
@pytest.mark.evidence("CLIENT", "Debian's prometheus 2.42, run")
def test_prometheus_scrapes_a_host_with_the_documented_labels(target, project, prometheus):
    url = project({"processes": [process("one", "db.example.com")]})
    address = target.url.removeprefix("http://")
    with prometheus(**by_http(url)):
        (scrape,) = scraped(prometheus, 1)
        assert (scrape["health"], scrape["lastError"]) == ("up", "")
        assert scrape["labels"] == {
            **LABELS,
            "instance": address,
            "job": "Empty Project-mongo-metrics",
        }
        (info,) = value(prometheus, "mongodb_info")
    # The target's own labels stay, and those of the metric are renamed (contract of honor_labels).
    assert info["metric"]["exported_group_id"] == EMPTY
    assert (info["metric"]["mongodb_version"], info["value"][1]) == ("8.0.5", "1")


@pytest.mark.client("Prometheus 2.42, Debian")
@pytest.mark.parametrize("method", ["http", "file"])
@pytest.mark.evidence("CLIENT", "Debian's prometheus 2.42, run")
def test_prometheus_tells_the_hosts_of_a_replica_set_apart(project, prometheus, tmp_path, method):
    url = project(replica_set())
    discovery = by_http(url)
    if method == "file":
        (tmp_path / "targets.json").write_text(requests.get(url, auth=USER).text)
        discovery = {"file_sd_configs": [{"files": [str(tmp_path / "targets.json")]}]}
    with prometheus(**discovery):
        targets = scraped(prometheus, 3)
        assert {each["health"] for each in targets} == {"up"}, json.dumps(targets)
        instances = {each["labels"]["instance"] for each in targets}
        assert instances == {f"{host}:9217" for host in HOSTS}
        states = value(prometheus, "mongodb_info")
        rows = {row["metric"]["instance"]: row["metric"]["rs_state"] for row in states}
        assert sorted(rows.values()) == ["1", "2", "2"]
        assert "err=" not in (tmp_path / "prometheus.log").read_text()


@pytest.mark.client("Prometheus 2.42, Debian")
@pytest.mark.evidence("CLIENT", "Debian's prometheus 2.42, run")
def test_prometheus_sees_a_host_whose_agent_stopped_go_down(target, project, prometheus):
    url = project(replica_set())
    stop = f"{target.server}/__admin/servers/{HOSTS[1]}/stop"
    assert requests.post(stop, params={"project": EMPTY}).ok
    with prometheus(**by_http(url)):
        targets = scraped(prometheus, 3)
    down = [each for each in targets if each["health"] == "down"]
    assert [each["labels"]["instance"] for each in down] == [f"{HOSTS[1]}:9217"]
    assert "503" in down[0]["lastError"]


@pytest.mark.client(PYOMSDK)
@pytest.mark.evidence("CLIENT", "pyomsdk 9.0.0, run")
def test_pyomsdk_reads_the_targets_by_digest(target, project):
    url = project(replica_set())
    python, script = str(programs(PYOMSDK) / "python"), str(HERE / "pyomsdk_targets.py")
    printed = json.loads(target.run(python, script, target.url, *OWNER, EMPTY))
    assert printed == requests.get(url, auth=USER).json()


@pytest.mark.client("promtool 2.42, Debian")
def test_the_configuration_on_the_page_is_one(tmp_path):
    (config,) = (b.typed for b in blocks(PAGE.read_text()) if b.language == "yaml")
    name = tmp_path / "prometheus.yml"
    name.write_text(config.partition("\n")[2].rpartition("END OF FILE")[0])
    promtool = unpacked(PROMETHEUS) / "usr/bin/promtool"
    command = [str(promtool), "check", "config", str(name)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "SUCCESS" in checked.stdout, checked.stderr
