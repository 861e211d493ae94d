"""The example of docs/alerts.md: a handler of webhooks under test."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


class Handler(BaseHTTPRequestHandler):
    """The code under test: it takes what alerts send to a webhook."""

    def do_POST(self):
        alert = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert alert["eventTypeName"] == "NO_PRIMARY"
        self.server.calls.append(self.headers["X-MMS-Event"])
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def handler():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.calls = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_the_handler_is_told_of_an_alert_until_it_is_closed(ops_manager, handler):
    hook = {"typeName": "WEBHOOK", "webhookUrl": f"http://127.0.0.1:{handler.server_port}/alerts"}
    config = {"eventTypeName": "NO_PRIMARY", "enabled": True, "notifications": [hook]}
    url = f"{ops_manager.url}/groups/{ops_manager.group_id}/alertConfigs"
    ops_manager.session.post(url, json=config).raise_for_status()
    alert = ops_manager.alerts.open("NO_PRIMARY", replica_set="rs0")
    alert.acknowledge(seconds=3600)
    ops_manager.advance(3600)
    alert.close()
    ops_manager.inbox.wait_for("WEBHOOK", event="alert.close")
    assert handler.calls == ["alert.open", "alert.acknowledge", "alert.update", "alert.close"]
