"""The services' own clients, and Debian's Alertmanager, post to the fakes of the services."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import requests
import yaml

from tests.serving import Served, clean_environment, opsemu

from .debian import ALERTMANAGER, running, unpacked
from .test_prometheus import free_address
from .toolchain import HERE
from .venvs import DATADOG, PAGERDUTY, SLACK, programs

PATIENCE = 60  # seconds
AS_ROOT = ("unshare", "--map-root-user") if os.geteuid() else ()
SERVICES = {"PAGER_DUTY", "SLACK", "OPS_GENIE", "VICTOR_OPS", "WEBHOOK"}
KEY = "0123456789abcdef0123456789abcdef"


def run(target, requirement, script, path):
    """What a script of this folder prints with a service's client, as JSON."""
    python = str(programs(requirement) / "python")
    return json.loads(target.run(python, str(HERE / script), f"{target.url}/__fakes{path}"))


def inbox(target, **query):
    """What the fakes have got, the oldest first."""
    url = f"{target.server}/__admin/inbox"
    found: list[dict[str, object]] = requests.get(url, params=query).json()["deliveries"]
    return found


@pytest.mark.client(PAGERDUTY)
@pytest.mark.evidence("CLIENT", "pagerduty 7.2.0, run")
def test_pagerduty_sends_events_to_a_server_with_tls_as_it_takes_no_other(tmp_path):
    python, script = programs(PAGERDUTY) / "python", HERE / "pagerduty_events.py"
    with Served(tmp_path, "--tls") as served:
        url = f"https://127.0.0.1:{served.port}"
        exported = opsemu("env", "--url", url, XDG_CACHE_HOME=str(tmp_path)).stdout
        (certificate,) = re.findall(r"^export SSL_CERT_FILE='?(.*?)'?$", exported, re.MULTILINE)
        printed = subprocess.run(
            [str(python), str(script), f"{url}/__fakes/pagerduty"],
            env={**clean_environment(), "SSL_CERT_FILE": certificate},
            check=True, capture_output=True, text=True, timeout=PATIENCE,
        ).stdout  # fmt: skip
        found = requests.get(f"{url}/__admin/inbox", verify=certificate).json()["deliveries"]
    assert json.loads(printed) == {
        "made": 32,
        "named": "alert-1",
        "acknowledged": "alert-1",
        "resolved": "alert-1",
        "refused": {name: [400, "invalid event"] for name in ("severity", "summary", "key")},
    }
    assert [each["state"] for each in found] == ["delivered"] * 4 + ["refused"] * 3


@pytest.mark.client(SLACK)
@pytest.mark.evidence("CLIENT", "slack_sdk 3.48.0, run")
def test_slack_sdk_posts_messages(target):
    assert run(target, SLACK, "slack_messages.py", "/slack/api") == {
        "posted": {
            "text": [True, "#alerts", "No primary & Möwe"],
            "blocks": [True, "C1", "No primary"],
            "attachments": [True, "C1", ""],
        },
        "refused": {
            "text": [200, "no_text"],
            "channel": [200, "channel_not_found"],
            "token": [200, "not_authed"],
        },
    }


@pytest.mark.client(DATADOG)
@pytest.mark.evidence("CLIENT", "datadog-api-client 2.62.0, run")
def test_datadog_api_client_creates_events(target):
    assert run(target, DATADOG, "datadog_events.py", "/datadog") == {
        "taken": ["ok", "No primary", "error", ["project:demo"]],
        "id": True,
        "valid": True,
        "refused": {
            "title": [400, ["Missing required attribute: title"]],
            "key": [403, ["Forbidden"]],
        },
    }


@pytest.mark.client("Alertmanager 0.25, Debian")
@pytest.mark.evidence("CLIENT", "Debian's prometheus-alertmanager 0.25, run")
def test_alertmanager_notifies_all_services_of_an_alert_and_of_its_end(target, tmp_path):
    root, address = unpacked(ALERTMANAGER, "libc6"), free_address()
    fakes = f"{target.url}/__fakes"
    receiver = {
        "name": "fakes",
        "pagerduty_configs": [{"routing_key": KEY, "url": f"{fakes}/pagerduty/v2/enqueue"}],
        "slack_configs": [{
            "api_url": f"{fakes}/slack/api/chat.postMessage",
            "channel": "#alerts",
            "send_resolved": True,
            "http_config": {"authorization": {"credentials": "xoxb-0123456789"}},
        }],
        "opsgenie_configs": [{
            "api_key": "00000000-aaaa-4bbb-8ccc-0123456789ab", "api_url": f"{fakes}/opsgenie/"
        }],
        "victorops_configs": [{
            "api_key": "key", "routing_key": "team",
            "api_url": f"{fakes}/victorops/integrations/generic/20131114/alert/",
        }],
        "webhook_configs": [{"url": f"{fakes}/webhook/alertmanager"}],
    }  # fmt: skip
    config = {
        "route": {
            "receiver": "fakes", "group_wait": "0s", "group_interval": "1s", "repeat_interval": "1h"
        },
        "receivers": [receiver],
    }  # fmt: skip
    # It wants its own template in /usr/share, where only its package is to put files.
    with tempfile.TemporaryDirectory(dir=root) as folder:
        Path(folder, "alertmanager.yml").write_text(yaml.safe_dump(config))
        name, log = Path(folder).name, tmp_path / "alertmanager.log"
        command = (
            *AS_ROOT, "chroot", root, "/usr/bin/prometheus-alertmanager",
            f"--config.file=/{name}/alertmanager.yml",
            f"--storage.path=/{name}/data",
            f"--web.listen-address={address}",
            "--cluster.listen-address=",
        )  # fmt: skip
        with running(log, *command):
            deliveries = notify_twice(f"http://{address}", target, log)
    assert {each["service"] for each in deliveries} == SERVICES
    assert {each["state"] for each in deliveries} == {"delivered"}, deliveries
    assert "level=error" not in log.read_text()
    assert "level=warn" not in log.read_text()


def notify_twice(url, target, log):
    """What the fakes got of an alert and, then, of its end."""
    wait_until(lambda: is_ready(f"{url}/-/ready"), log)
    labels = {"alertname": "NoPrimary", "severity": "critical"}
    for count, end in enumerate(({}, {"endsAt": "2026-01-01T00:00:00Z"}), 1):
        alert = {"labels": labels, "annotations": {"summary": "No primary"}, **end}
        assert requests.post(f"{url}/api/v2/alerts", json=[alert]).ok
        wait_until(lambda count=count: len(inbox(target)) >= len(SERVICES) * count, log)
    return inbox(target)


def is_ready(url):
    try:
        return requests.get(url).ok
    except requests.ConnectionError:
        return False


def wait_until(is_met, log):
    until = time.monotonic() + PATIENCE
    while not is_met():
        assert time.monotonic() < until, log.read_text()[-3000:]
        time.sleep(0.2)
