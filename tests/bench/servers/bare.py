"""A bare Flask route, for gunicorn: `bare:app('FILE')` answers the text of the file."""

from pathlib import Path

from flask import Flask


def app(file: str) -> Flask:
    """Return the application."""
    answer = (Path(file).read_text(), {"Content-Type": "application/json"})
    flask = Flask(__name__)
    flask.add_url_rule("/list", view_func=lambda: answer, methods=["GET", "POST"])
    return flask
