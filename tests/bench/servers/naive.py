"""Flask, Flask-HTTPAuth's digest and TinyDB, as documented: `python naive.py PORT FILE`."""

import sys

from flask import Flask, Response, jsonify, request
from flask_httpauth import HTTPDigestAuth
from tinydb import Query, TinyDB

app = Flask(__name__)
app.secret_key = "not a secret"
auth = HTTPDigestAuth(realm="MMS Public API", qop="auth")
auth.get_password({"opsowner": "00000000-0000-4000-8000-00000000c0de"}.get)
database = TinyDB(sys.argv[2])
calls: list[str] = []


@app.before_request
def note() -> None:
    calls.append(f"{request.method} {request.path}")


@app.get("/list")
@auth.login_required
def list_all() -> Response:
    rows = database.all()
    return jsonify(links=[{"href": request.url, "rel": "self"}], results=rows, totalCount=len(rows))


@app.get("/list/<name>")
@auth.login_required
def get_one(name: str) -> Response:
    return jsonify(database.get(Query().type == name))


@app.post("/list")
@auth.login_required
def create() -> Response:
    row = request.get_json()
    database.upsert(row, Query().type == row["type"])
    return list_all()


@app.post("/reset")
def reset() -> str:
    """Store the rows of the body instead of what there is, and forget the calls."""
    database.truncate()
    database.insert_multiple(request.get_json())
    calls.clear()
    return ""


@app.get("/calls")
def list_calls() -> Response:
    return jsonify(calls)


if __name__ == "__main__":
    database.insert({"type": "PAGER_DUTY", "serviceKey": "1234567890"})
    database.insert({"type": "SLACK", "apiToken": "xoxb-0987654321", "teamName": "T"})
    app.run(port=int(sys.argv[1]))
