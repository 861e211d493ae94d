"""A bare application on opsemu's own server: `python bare.py flask|wsgi PORT FILE`.

It answers the text of the file; the Flask route is all that its application has.
"""

import gc
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from opsemu.server.event_loop import BACKLOG, Server


def flask_route(text: str) -> Any:
    """A Flask application with one route."""
    from flask import Flask

    flask = Flask(__name__)
    answer = (text, {"Content-Type": "application/json"})
    flask.add_url_rule("/list", view_func=lambda: answer, methods=["GET", "POST"])
    return flask.wsgi_app


def wsgi_callable(text: str) -> Any:
    """A WSGI callable."""
    body = text.encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]

    def answer(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", headers)
        return [body]

    return answer


if __name__ == "__main__":
    gc.disable()  # until it serves, as `opsemu serve` does
    make = {"flask": flask_route, "wsgi": wsgi_callable}[sys.argv[1]]
    app = make(Path(sys.argv[3]).read_text())
    listening = socket.create_server(("127.0.0.1", int(sys.argv[2])), backlog=BACKLOG)

    def ready() -> None:
        gc.freeze()
        gc.enable()

    Server([(app, listening)]).run(ready, (signal.SIGTERM,))
