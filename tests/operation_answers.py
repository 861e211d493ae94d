"""Write data/openapi/operations.json: what each operation read and answered in the tests.

python -m tests.operation_answers    run the tests of the emulated APIs, and write it

An OpenAPI document says what comes, so it is made of what has come: the schemas that read the
body and that made the answer, the form and the members of the answer, the codes of errors.
Faults and stubs do not count. What is there stays there: remove what no longer comes by hand.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from flask import Response
from marshmallow import Schema

from opsemu.api.context import RequestContext, current
from opsemu.api.journaling import Recorder
from opsemu.api.paging import Query
from opsemu.schemas.base import VendorSchema
from opsemu.schemas.opsramp.base import Body

from .openapi_examples import as_lines

FILE = Path(__file__).parent.parent / "data" / "openapi" / "operations.json"
TESTS = ("mongodb", "opsramp", "alerting", "api", "auth", "testing")
PARTS = "OPERATION_ANSWERS"  # the folder where each process leaves what it saw
FORMS = ("page", "list", "object", "empty", "text")
_KINDS = {bool: "boolean", int: "integer", float: "number", str: "string"}
_KINDS |= {list: "array", dict: "object", type(None): "null"}  # type: ignore[dict-item]

_CODE = re.compile(r"(\w+): .*\[[A-Z]+\]", re.DOTALL)

Seen = dict[str, dict[str, Any]]  # by vendor and operation
seen: Seen = defaultdict(dict)


def name_of(schema: Schema) -> str:
    """A schema class as the file names it: its module, and its name."""
    kind = type(schema)
    return f"{kind.__module__.rpartition('.')[2]}:{kind.__name__}"


def note(ctx: Any, response: Response) -> None:
    """Add a response to what is seen of its operation."""
    row = seen[ctx.dialect.vendor].setdefault(ctx.operation.name, {})
    status = str(response.status_code)
    about = ctx.__dict__.get("seen", {"read": [], "shown": [], "query": []})
    content = response.get_data()
    is_json = "json" in (response.content_type or "")
    value = json.loads(content) if content and is_json else None
    for name, kind in about["query"]:
        if row.setdefault("query", {}).get(name, "string") == "string":
            row["query"][name] = kind
    if about["read"]:
        name, optional = about["read"][0]
        read = row.setdefault("reads", {})
        read[name] = sorted({*read.get(name, ()), *optional})
        if isinstance(ctx.json, list) and response.status_code < 300:
            row["many"] = True
    if any(reason.startswith("opsemu itself failed") for reason in ctx.reasons):
        return
    if response.status_code >= 400:
        codes = row.setdefault("errors", {}).setdefault(status, [])
        row["errors"][status] = sorted({*codes, code_of(ctx.reasons)})
        return
    answer = row.setdefault("answers", {}).setdefault(status, {"form": []})
    items, form = items_of(value) if content and is_json else ([], "text" if content else "empty")
    answer["form"] = sorted({*answer["form"], form})
    if form == "text":
        types = {*answer.get("types", ()), (response.content_type or "").partition(";")[0]}
        answer["types"] = sorted(types)
    for item in items:
        nulls = {name for name in item if item[name] is None}
        shown = [each for each in about["shown"] if {*item} <= each[1] and nulls <= each[2]]
        if shown:
            answer["shows"] = sorted({*answer.get("shows", ()), shown[-1][0]})
        else:
            add_members(answer.setdefault("members", {}), item)


def items_of(value: Any) -> tuple[list[dict[str, Any]], str]:
    """The objects in a body, and the body's form."""
    if isinstance(value, dict) and isinstance(value.get("results"), list):
        value, form = value["results"], "page"
    else:
        form = "list" if isinstance(value, list) else "object"
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)], form


def add_members(members: dict[str, list[str]], item: dict[str, Any]) -> None:
    """Add the types of an object's members."""
    for name, value in item.items():
        members[name] = sorted({*members.get(name, ()), _KINDS[type(value)]})


def code_of(reasons: list[str]) -> str:
    """The code of the error that a request's reasons tell of; empty for none of an API."""
    codes = [match[1] for reason in reasons if (match := _CODE.fullmatch(reason))]
    return codes[-1] if codes else ""


def install() -> None:
    """Watch the schemas and the responses of this process."""
    load, dump, finish = Schema.load, Schema.dump, Recorder.finish
    depth = [0]

    def watch(kind: str, entry: Any) -> None:
        try:
            ctx: Any = current()
        except LookupError:
            return
        about = ctx.__dict__.setdefault("seen", {"read": [], "shown": [], "query": []})
        about[kind].append(entry)

    def watched_load(self: Schema, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, VendorSchema | Body) and not depth[0]:
            partial = kwargs.get("partial")
            optional = sorted(self.load_fields) if partial is True else [*(partial or ())]
            watch("read", (name_of(self), optional))
        depth[0] += 1
        try:
            return load(self, *args, **kwargs)
        finally:
            depth[0] -= 1

    def watched_dump(self: Schema, *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, VendorSchema | Body):
            keys = {field.data_key or name for name, field in self.dump_fields.items()}
            nullable = {
                field.data_key or name
                for name, field in self.dump_fields.items()
                if field.allow_none or field.dump_default is None
            }
            watch("shown", (name_of(self), keys, nullable))
        return dump(self, *args, **kwargs)

    def watched_finish(self: Recorder, ctx: RequestContext, response: Response) -> None:
        finish(self, ctx, response)
        is_own = ctx.stub is None and ctx.fault is None and not ctx.state_unavailable
        is_plain = ctx.method not in ("HEAD", "OPTIONS") and "envelope" not in ctx.query_string
        if ctx.operation and is_own and is_plain and not ctx.path.startswith("/__"):
            note(ctx, response)

    def watched_all(self: Query, *names: str) -> list[str]:
        for name in names:
            watch("query", (name, "string"))
        return every(self, *names)

    def watched_flag(self: Query, name: str, *args: Any, **kwargs: Any) -> bool:
        watch("query", (name, "boolean"))
        return flag(self, name, *args, **kwargs)

    def watched_number(self: Query, name: str, *args: Any, **kwargs: Any) -> int:
        watch("query", (name, "integer"))
        return number(self, name, *args, **kwargs)

    every, flag, number = Query.all, Query.flag, Query.number
    Query.all, Query.flag, Query.number = watched_all, watched_flag, watched_number  # type: ignore[method-assign,assignment]
    Schema.load, Schema.dump = watched_load, watched_dump  # type: ignore[method-assign]
    Recorder.finish = watched_finish  # type: ignore[method-assign]


def merge(into: Any, more: Any) -> Any:
    """Two notes of the same thing as one."""
    if isinstance(more, bool):
        return more or bool(into)
    if isinstance(more, str):
        return more if into in (None, "string") else into
    if isinstance(more, dict):
        return {name: merge(into.get(name), more[name]) for name in more} | {
            name: into[name] for name in into or {} if name not in more
        } if into else more  # fmt: skip
    return sorted({*(into or ()), *more})


def pytest_configure() -> None:
    """Watch, as a plugin of pytest."""
    install()


def pytest_sessionfinish() -> None:
    """Leave what this process saw."""
    Path(os.environ[PARTS], f"{os.getpid()}.json").write_text(json.dumps(seen))


def main() -> None:
    """Run the tests, and write the file."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "tests.operation_answers"]
        command += [f"tests/{name}" for name in TESTS]
        root, environment = Path(__file__).parent.parent, {**os.environ, PARTS: folder}
        subprocess.run(command, cwd=root, env=environment, check=False)
        tables = json.loads(FILE.read_bytes()) if FILE.exists() else {}
        for part in Path(folder).iterdir():
            tables = merge(tables, json.loads(part.read_bytes()))
    write(tables)


def write(tables: Seen) -> None:
    """Write the file: a line for each operation of each vendor."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(as_lines(tables, 2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
