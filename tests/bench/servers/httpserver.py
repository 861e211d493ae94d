"""pytest-httpserver as a server: `python httpserver.py PORT FILE` answers the file's text."""

import signal
import sys
from pathlib import Path

from pytest_httpserver import HTTPServer

if __name__ == "__main__":
    server = HTTPServer(host="127.0.0.1", port=int(sys.argv[1]))
    text = Path(sys.argv[2]).read_text()
    server.expect_request("/list").respond_with_data(text, content_type="application/json")
    server.start()
    signal.pause()
