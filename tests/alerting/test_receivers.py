"""Receivers on this machine that are really called, and everything else, which never is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from opsemu.alerting import sender
from opsemu.alerting.sender import NotLoopback, loopback_address
from opsemu.application import create_app
from opsemu.config import Config, ConfigError
from opsemu.server import Emulator
from tests.alerting.test_alerts import World, world  # noqa: F401
from tests.alerting.test_services import NOTIFICATIONS
from tests.conftest import EMPTY, OWNER, signed

SECRET = "secret123"


class Receiver:
    """A server that checks requests as public receivers of these webhooks do (CLIENT)."""

    def __init__(self, status=200, hangs=False):
        self.requests, self.problems = [], []
        receiver, self.release = self, threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hangs:
                    receiver.release.wait(20)
                receiver.check(dict(self.headers), body)
                self.send_response(status)
                if status in (301, 302):
                    self.send_header("Location", receiver.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?token=abc"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def check(self, headers, body):
        """The checks of OpenTelemetry's receiver and of alerta's."""
        self.requests.append((headers, body))
        alert = json.loads(body)
        digest = hmac.new(SECRET.encode(), body, hashlib.sha1).digest()
        host, _, port = alert.get("hostnameAndPort", "h:1").rpartition(":")
        checks = {
            "Content-Length": int(headers.get("Content-Length", -1)) == len(body) <= 16_384,
            "signature": base64.b64decode(headers["X-MMS-Signature"]) == digest,
            "updated": bool(time.strptime(alert["updated"], "%Y-%m-%dT%H:%M:%SZ")),
            "hostnameAndPort": bool(host) and port.isdigit(),
            "type": headers["Content-Type"] == "application/json",
            "request id": len(headers["X-Mms-Request-Id"]) == 36,
        }
        self.problems += [name for name, is_good in checks.items() if not is_good]

    def close(self):
        self.release.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


def hook(url, **more):
    return {"typeName": "WEBHOOK", "webhookUrl": url, "webhookSecret": SECRET, **more}


def wait(world, count, **pattern):  # noqa: F811
    body = {**pattern, "count": count}
    return world.admin("POST", "/inbox/wait", 200, json=body)["deliveries"]


@pytest.mark.evidence("DOCS", "webhook pages of the manual; keys that became invalid")
@pytest.mark.evidence("CLIENT", "checks of opentelemetry's receiver and of alerta's")
def test_a_webhook_on_this_machine_is_called_in_order_and_passes_the_checks(world, receiver):  # noqa: F811
    world.configure(notifications=[hook(receiver.url)])
    (alert,) = world.open(target={"hostnameAndPort": "db1.example:27017", "clusterName": "C"})[
        "alerts"
    ]
    world.admin("POST", "/clock/advance", json={"seconds": 1000})
    world.admin("POST", f"/alerts/{alert['id']}/close")
    wait(world, 4)
    assert receiver.problems == []
    events = [headers["X-MMS-Event"] for headers, _ in receiver.requests]
    assert events == ["alert.open", "alert.update", "alert.update", "alert.close"]
    ids = {headers["X-Mms-Request-Id"] for headers, _ in receiver.requests}
    assert len(ids) == 4


@pytest.mark.parametrize(
    ("status", "state"), [(204, "delivered"), (302, "refused"), (429, "refused"), (500, "refused")]
)
def test_what_a_receiver_answers_is_in_the_inbox_and_no_redirect_is_followed(world, status, state):  # noqa: F811
    receiver = Receiver(status)
    world.configure(notifications=[hook(receiver.url)])
    world.open()
    (delivery,) = wait(world, 1)
    receiver.close()
    assert (delivery["state"], delivery["answer"]["status"]) == (state, status)
    assert len(receiver.requests) == 1


def test_a_receiver_that_answers_byte_by_byte_is_hung_up_on(world, monkeypatch):  # noqa: F811
    monkeypatch.setattr(sender, "TIMEOUT", 0.5)
    listening = socket.create_server(("127.0.0.1", 0))

    def trickle():
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
            for _ in range(100):
                connection.sendall(b"x")
                time.sleep(0.1)

    thread = threading.Thread(target=trickle)
    thread.start()
    world.configure(notifications=[hook(f"http://127.0.0.1:{listening.getsockname()[1]}/")])
    world.open()
    (delivery,) = wait(world, 1)
    thread.join()
    listening.close()
    assert 0 < len(delivery["answer"]["body"]) < 100


def test_a_receiver_that_is_not_there_is_told(world):  # noqa: F811
    world.configure(notifications=[hook("http://127.0.0.1:9/none")])
    world.open()
    (delivery,) = wait(world, 1)
    assert (delivery["state"], delivery["answer"]) == ("failed", None)
    assert delivery["reason"] == "the receiver did not answer: ConnectionRefusedError"


def test_a_hanging_receiver_holds_up_nobody_else(world, receiver):  # noqa: F811
    hanging = Receiver(hangs=True)
    world.configure(notifications=[hook(hanging.url), hook(receiver.url)])
    started = time.monotonic()
    world.open()
    assert time.monotonic() - started < 4
    (delivery,) = [each for each in wait(world, 1, state="delivered")]
    assert delivery["request"]["url"].startswith("http://127.0.0.1")
    assert len(receiver.requests) == 1
    hanging.close()


def test_services_are_called_where_the_operator_says(tmp_path):
    receiver = Receiver()
    receiver.check = lambda headers, body: receiver.requests.append((headers, body))
    address = receiver.url.rpartition("/")[0]
    with Emulator(deliver=f"PAGER_DUTY={address}") as server, signed(OWNER) as api:
        world = World(server, api)
        world.configure(notifications=[{"typeName": "PAGER_DUTY", "serviceKey": "p" * 32}])
        world.open()
        wait(world, 1, service="PAGER_DUTY", state="delivered")
    receiver.close()
    ((_, body),) = receiver.requests
    assert json.loads(body)["routing_key"] == "p" * 32


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("PAGERDUTY=http://127.0.0.1:1", "did you mean 'PAGER_DUTY'?"),
        ("SLACK=https://slack.com", "SLACK needs a URL on this machine"),
        ("SLACK", "SLACK needs a URL on this machine"),
        ("EMAIL=http://127.0.0.1:1", "there is no service 'EMAIL'"),
    ],
)
def test_a_receiver_elsewhere_is_refused_at_the_start(value, sentence):
    with pytest.raises(ConfigError, match="deliver: ") as caught:
        create_app(Config(deliver=value))
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/x",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://127.0.0.1.example.com/",
        "http://0.0.0.0/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433.example/",
        "http:///x",
    ],
)
def test_other_addresses_are_never_loopback(url):
    with pytest.raises((NotLoopback, ValueError)):
        loopback_address(url)


@pytest.mark.parametrize(
    "url", ["http://localhost:1/", "http://LOCALHOST./", "http://[::1]:5/", "http://127.9.9.9/"]
)
def test_this_machine_has_several_names(url):
    assert loopback_address(url)


@pytest.mark.parametrize(
    ("rule", "state", "reason"),
    [
        ({"status": 429}, "refused", "Too Many Requests"),
        ({"status": 500, "body": {"x": 1}}, "refused", "Internal Server Error"),
        ({"fault": "CONNECTION_RESET_BY_PEER"}, "failed", "the connection was dropped"),
        ({"fixedDelayMilliseconds": 5000}, "failed", "no answer within 5 s"),
    ],
)
def test_the_next_delivery_meets_what_is_scripted(world, rule, state, reason):  # noqa: F811
    body = {"operation": "deliver.WEBHOOK", "times": 1, **rule}
    world.admin("POST", "/faults", 201, json=body)
    world.configure()
    world.open()
    world.admin("POST", "/clock/advance", json={"seconds": 300})
    first, second = world.inbox()
    assert (first["state"], second["state"]) == (state, "delivered")
    assert reason in first["reason"]


def test_vendors_addresses_are_stored_and_never_dialled(world):  # noqa: F811
    called = []

    def watch(event, arguments):
        """All that the process connects to, and the hosts whose addresses it asks for."""
        if event in ("socket.connect", "socket.sendto"):
            called.append(arguments[1][0])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            called.append(arguments[0])

    sys.addaudithook(lambda *event: watch(*event) if watching else None)  # hooks stay for ever
    watching = True
    stored = [hook("https://hooks.example.com/x"), hook("http://10.1.2.3:80/y")]
    stored += [{"typeName": name, **values} for name, values in NOTIFICATIONS.items()]
    world.configure(notifications=stored)
    (alert,) = world.open(target={"replicaSetName": "rs0"})["alerts"]
    world.admin("POST", "/clock/advance", json={"seconds": 3600})
    world.admin("POST", f"/alerts/{alert['id']}/close")
    assert len(wait(world, 20)) > 20
    watching = False
    assert called
    assert set(called) <= {"127.0.0.1", "localhost"}


@pytest.mark.evidence("SPEC", "all notifications: owners are mailed, the integration stays")
@pytest.mark.evidence("DOCS", "webhook pages of the manual; keys that became invalid")
def test_owners_are_told_of_a_key_that_became_invalid_and_the_integration_stays(world):  # noqa: F811
    rule = {"name": "mongodb.key_removed", "operation": "deliver.SLACK", "times": 1}
    world.admin("POST", "/faults", 201, json=rule)
    world.configure(notifications=[{"typeName": "SLACK", **NOTIFICATIONS["SLACK"]}])
    world.open()
    refused, mail = world.inbox()
    assert (refused["service"], refused["state"]) == ("SLACK", "refused")
    assert (mail["service"], mail["event"]) == ("EMAIL", "key.invalid")
    assert "SLACK refuses the key" in mail["text"]
    world.admin("POST", "/clock/advance", json={"seconds": 300})
    assert [each["state"] for each in world.inbox(service="SLACK")] == ["refused", "delivered"]


def test_that_mail_is_to_the_owners_of_the_project(server):
    role = {"groupId": EMPTY, "roleName": "GROUP_OWNER"}
    users = [
        {"username": "owner", "emailAddress": "owner@example.com", "roles": [role]},
        {"username": "reader", "roles": [{**role, "roleName": "GROUP_READ_ONLY"}]},
    ]
    notified = [
        {"typeName": "SLACK", **NOTIFICATIONS["SLACK"]},
        {"typeName": "EMAIL", "emailAddress": "dba@example.com"},
    ]
    config = {"eventTypeName": "NO_PRIMARY", "enabled": True, "notifications": notified}
    key = {"publicKey": "k", "privateKey": "p", "roles": [{"roleName": "GLOBAL_OWNER"}]}
    seed = {
        "organizations": [{"id": "a" * 24, "name": "O", "users": users}],
        "projects": [{"id": EMPTY, "name": "P", "orgId": "a" * 24, "alertConfigs": [config]}],
        "apiKeys": [key],
    }
    with server.ops_manager(seed=seed) as manager:
        manager.fail_next("mongodb.key_removed", operation="deliver.SLACK")
        manager.alerts.open("NO_PRIMARY")
        (mail,) = manager.inbox.find(event="key.invalid")
        assert mail["to"] == ["owner@example.com"]
        (sent,) = manager.inbox.find("EMAIL", event="alert.open")
        assert sent["to"] == ["dba@example.com"]


def test_a_webhook_never_calls_the_admin_api(world):  # noqa: F811
    for path in ("__admin/reset", "%5f%5fadmin/reset", "x/../__admin/reset"):
        world.configure(notifications=[hook(world.admin_url.replace("__admin", path))])
    world.open()
    assert {each["state"] for each in world.inbox()} == {"delivered"}
    assert len(world.inbox()) == 3


ALERTS, CONFIGS = 1_000, 100


@pytest.mark.storm
def test_a_thousand_alerts_are_told_in_order_and_once(world, receiver):  # noqa: F811
    notification = hook(receiver.url, intervalMin=60)
    for _ in range(CONFIGS):
        world.configure(notifications=[notification])
    for number in range(ALERTS // CONFIGS):
        assert len(world.open(target={"replicaSetName": f"rs{number}"})["alerts"]) == CONFIGS
    world.admin("POST", "/clock/advance", json={"seconds": 3600})
    for alert in world.admin("GET", "/alerts")["alerts"]:
        world.admin("POST", f"/alerts/{alert['id']}/close")
    body = {"count": 3 * ALERTS}
    query = {"timeout": 120}
    answer = requests.post(f"{world.admin_url}/inbox/wait", params=query, json=body, timeout=150)
    assert answer.ok, answer.text[:200]
    events: dict[str, list[str]] = {}
    for headers, content in receiver.requests:
        events.setdefault(json.loads(content)["id"], []).append(headers["X-MMS-Event"])
    assert len(events) == ALERTS
    assert set(map(tuple, events.values())) == {("alert.open", "alert.update", "alert.close")}
