"""What opsemu's own server can do: `python limits.py wsgi|flask PORT PATH BODY`.

`wsgi` is a callable that answers BODY to everything, `flask` a Flask application with a
route that answers it to GET, and to POST and PUT below it.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Iterable
from typing import Any

from opsemu.config import Config
from opsemu.server.event_loop import Server


def bare(body: str) -> Callable[..., Iterable[bytes]]:
    """The callable."""
    content = body.encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return [content]

    return app


def routed(path: str, body: str) -> Callable[..., Iterable[bytes]]:
    """The Flask application."""
    from flask import Flask, Response

    app = Flask(__name__)
    content = body.encode()

    @app.get(path)
    def list_all() -> Response:
        return Response(content, mimetype="application/json")

    @app.route(f"{path}/<type_name>", methods=["POST", "PUT"])
    def change(type_name: str) -> Response:
        return Response(content, mimetype="application/json")

    return app.wsgi_app


if __name__ == "__main__":
    kind, port, path, body = sys.argv[1:]
    app = bare(body) if kind == "wsgi" else routed(path, body)
    listening = socket.create_server(("127.0.0.1", int(port)))
    Server([(app, listening)], threads=Config.threads).run(signals=[signal.SIGTERM])
