"""Servers that are killed while alerts are opened and told of.

"Once" means: in the inbox, each notification of an alert stands once. A receiver on this machine
may see the last requests before a kill again, with the same `X-Mms-Request-Id`.
"""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from contextlib import suppress
from random import Random
from threading import Thread

import pytest
import requests

from tests.alerting.test_receivers import Receiver, hook
from tests.conftest import EMPTY, OWNER, signed
from tests.serving import Served

pytestmark = pytest.mark.storm

ROUNDS, CONFIGS = 5, 3


def call(served, method, path, **options):
    answer = requests.request(method, f"{served.admin_url}{path}", timeout=60, **options)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def test_no_alert_is_lost_and_none_is_told_of_twice(tmp_path):
    random, receiver = Random(15), Receiver()
    options = ("--state", f"file:{tmp_path / 'state'}")
    acknowledged: set[str] = set()
    served = Served(tmp_path, *options).__enter__()
    with signed(OWNER) as api:
        for _ in range(CONFIGS):
            config = {
                "enabled": True,
                "eventTypeName": "NO_PRIMARY",
                "notifications": [hook(receiver.url, intervalMin=60)],
            }
            made = api.post(f"{served.url}/groups/{EMPTY}/alertConfigs", json=config)
            assert made.status_code == 201, made.text
    for _ in range(ROUNDS):

        def open_alerts(served=served):
            with suppress(requests.ConnectionError, AssertionError):
                for _ in range(20):
                    body = {"project": EMPTY, "event": "NO_PRIMARY"}
                    opened = call(served, "POST", "/alerts", json=body)
                    acknowledged.update(alert["id"] for alert in opened["alerts"])

        opener = Thread(target=open_alerts)
        opener.start()
        time.sleep(random.uniform(0.3, 2.0))
        served.stop(signal.SIGKILL)
        opener.join()
        served = Served(tmp_path, *options).__enter__()
    alerts = {alert["id"] for alert in call(served, "GET", "/alerts")["alerts"]}
    assert acknowledged
    assert acknowledged <= alerts
    count = {"count": len(alerts)}
    call(served, "POST", "/inbox/wait", params={"timeout": 60}, json=count)
    deliveries = call(served, "GET", "/inbox")["deliveries"]
    opened = Counter(each["alert"] for each in deliveries if each["event"] == "alert.open")
    assert opened == dict.fromkeys(alerts, 1)
    assert {each["state"] for each in deliveries} == {"delivered"}
    seen = {
        headers["X-Mms-Request-Id"]: json.loads(body)["id"] for headers, body in receiver.requests
    }
    assert Counter(seen.values()) == dict.fromkeys(alerts, 1)
    served.stop(signal.SIGTERM)
    receiver.close()
