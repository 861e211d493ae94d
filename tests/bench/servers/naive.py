"""What one writes in an afternoon: Flask, Flask-HTTPAuth's digest and TinyDB in one file.

`python naive.py PORT FILE`. It is the yardstick, not a straw man: stock parts, used as
their documentation shows them.
"""

from __future__ import annotations

import sys

from flask import Flask, Response, jsonify, request
from flask_httpauth import HTTPDigestAuth
from tinydb import Query, TinyDB

KEYS = {"opsowner": "00000000-0000-4000-8000-00000000c0de"}

app = Flask(__name__)
app.secret_key = "not a secret"
auth = HTTPDigestAuth(realm="MMS Public API", qop="auth")
database = TinyDB(sys.argv[2])
Row = Query()


@auth.get_password
def private_key(public_key: str) -> str | None:
    return KEYS.get(public_key)


@app.get("/groups/<group_id>/integrations")
@auth.login_required
def list_all(group_id: str) -> Response:
    rows = [masked(row) for row in database.search(Row.groupId == group_id)]
    return jsonify(links=[{"href": request.url, "rel": "self"}], results=rows, totalCount=len(rows))


@app.post("/groups/<group_id>/integrations/<type_name>")
@auth.login_required
def create(group_id: str, type_name: str) -> Response:
    row = {**request.get_json(), "groupId": group_id, "type": type_name}
    database.upsert(row, (Row.groupId == group_id) & (Row.type == type_name))
    return list_all(group_id)


def masked(row: dict[str, str]) -> dict[str, str]:
    hidden = {name: "*" * 6 + row[name][-4:] for name in ("apiToken", "serviceKey") if name in row}
    return {name: value for name, value in (row | hidden).items() if name != "groupId"}


if __name__ == "__main__":
    group = {"groupId": "c0ffeec0ffeec0ffeec0ffee"}
    database.insert({**group, "type": "PAGER_DUTY", "serviceKey": "1234567890"})
    database.insert({**group, "type": "SLACK", "apiToken": "xoxb-0987654321", "teamName": "T"})
    app.run(port=int(sys.argv[1]))
