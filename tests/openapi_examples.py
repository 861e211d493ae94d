"""Write what the OpenAPI documents and the coverage take from the recordings.

data/openapi/examples.json has the shortest recorded answers of operations and of errors,
data/operations/recorded.json the operations of which there are recordings of the real server.

python -m tests.openapi_examples
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from opsemu.admin.openapi.families import describe, document, load
from opsemu.api.api_family import dialect_of
from opsemu.api.services import Services
from opsemu.application import create_app
from opsemu.config import Config

from .recordings import FOLDER

DATA = Path(__file__).parent.parent / "data"
EXAMPLES = DATA / "openapi" / "examples.json"
RECORDED = DATA / "operations" / "recorded.json"
_SOURCE = re.compile(r"\w+ ?[^ :;,]*")  # the grade, and the first word of where it is from
_DOCUMENTS = {"atlas-private": "atlas-v2", "atlas-oauth": "atlas-v2"}
MAX_LENGTH = 1_200  # of an example, in characters


def exchanges() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """The recorded exchanges: source, request, response."""
    rows = []
    for path in sorted(FOLDER.rglob("*.json")):
        recording = json.loads(path.read_bytes())
        if isinstance(recording, dict) and "source" in recording and "request" in recording:
            rows.append((recording["source"], recording["request"], recording["response"]))
    return rows


def main() -> None:
    """Write the files."""
    services: Services = create_app(Config(seed="empty")).extensions["opsemu"]
    answers: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    recorded: dict[str, set[str]] = {}
    for source, request, response in exchanges():
        path, method = request.get("path", ""), request.get("method", "")
        family, operation = (
            dialect_of(path, services.dialects),
            services.router.served(method, path),
        )
        value = json_of(response.get("body"))
        is_success = (response["status"] or 500) < 300
        if is_success and operation and source.startswith("RECORDED"):
            recorded.setdefault(family.name, set()).add(operation)
        if not value or not isinstance(value, dict | list):
            continue
        example = {"source": _SOURCE.match(source)[0], "value": value}
        if isinstance(value, dict) and isinstance(value.get("parameters"), list):
            keep(errors.setdefault(family.vendor, {}), value["errorCode"], example)
        elif is_success and operation:
            of_family = answers.setdefault(family.name, {})
            keep(of_family.setdefault(operation, {}), str(response["status"]), example)
    write(answers, errors)
    for family in answers:
        for operation, statuses in invalid(family):
            for status in statuses:
                answers[family].get(operation, {}).pop(status, None)
    write(answers, errors)
    names = {family: sorted(recorded[family]) for family in recorded}
    RECORDED.write_text(as_lines(names, 1) + "\n")


def write(answers: dict[str, Any], errors: dict[str, Any]) -> None:
    """Write the examples."""
    kept = {family: {name: of[name] for name in of if of[name]} for family, of in answers.items()}
    EXAMPLES.write_text(as_lines({"answers": kept, "errors": errors}, 3) + "\n")
    load.cache_clear()
    describe.cache_clear()


def invalid(family: str) -> list[tuple[str, list[str]]]:
    """The examples that have not what opsemu always shows, by operation and status."""
    described = document(_DOCUMENTS.get(family, family), create_app, "ops-manager", "http://a")
    rows = []
    for path in described["paths"].values():
        for operation in path.values():
            statuses = []
            for status, response in operation["responses"].items():
                for media in response.get("content", {}).values():
                    example = media.get("examples", {}).get("recorded")
                    schema = {**media["schema"], "components": described["components"]}
                    if example and not Draft202012Validator(schema).is_valid(example["value"]):
                        statuses.append(status)
            rows.append((operation["operationId"], sorted({*statuses})))
    return [row for row in rows if row[1]]


def json_of(body: Any) -> Any:
    """The value of a recorded body, which may be there as a text."""
    if isinstance(body, str):
        with suppress(ValueError):
            return json.loads(body)
    return body


def as_lines(value: Any, depth: int) -> str:
    """JSON that breaks lines in objects so deep, and is compact below."""
    if not depth:
        return json.dumps(value, sort_keys=True)
    rows = (f"{json.dumps(name)}: {as_lines(value[name], depth - 1)}" for name in sorted(value))
    return "{\n" + ",\n".join(rows) + "\n}"


def keep(examples: dict[str, Any], name: str, example: dict[str, Any]) -> None:
    """Keep an example if it is the shortest of that name."""
    size = len(json.dumps(example))
    if size <= MAX_LENGTH and size < len(json.dumps(examples.get(name, "." * MAX_LENGTH))):
        examples[name] = example


if __name__ == "__main__":
    main()
