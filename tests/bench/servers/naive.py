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


@app.get("/list")
@auth.login_required
def list_all() -> Response:
    rows = database.all()
    return jsonify(links=[{"href": request.url, "rel": "self"}], results=rows, totalCount=len(rows))


@app.post("/list")
@auth.login_required
def create() -> Response:
    row = request.get_json()
    database.upsert(row, Query().type == row["type"])
    return list_all()


if __name__ == "__main__":
    database.insert({"type": "PAGER_DUTY", "serviceKey": "1234567890"})
    database.insert({"type": "SLACK", "apiToken": "xoxb-0987654321", "teamName": "T"})
    app.run(port=int(sys.argv[1]))
