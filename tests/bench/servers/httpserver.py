"""pytest-httpserver as a server: `python httpserver.py PORT PATH BODY`, GET there, POST below."""

from __future__ import annotations

import signal
import sys

from pytest_httpserver import HTTPServer

if __name__ == "__main__":
    port, path, body = sys.argv[1:]
    server = HTTPServer(host="127.0.0.1", port=int(port))
    for method, where in (("GET", path), ("POST", f"{path}/SLACK")):
        asked = server.expect_request(where, method=method)
        asked.respond_with_data(body, content_type="application/json")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server.start()
    signal.pause()
