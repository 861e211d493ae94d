"""The errors that an operation can answer with, and their bodies, in an OpenAPI document."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from apispec import APISpec

from ...api.api_family import Dialect
from ...api.errors import ApiError
from ...mongodb.dialect import MongoDialect

Json = dict[str, Any]
Codes = dict[int, set[str]]  # the codes of errors by status; none where the answer has no body

_PARENTS = {
    "group_id": ("INVALID_GROUP_ID", "GROUP_NOT_FOUND"),
    "org_id": ("INVALID_ORG_ID", "ORG_NOT_FOUND"),
    "tenant_id": ("NOT_AUTHORIZED", "TENANT_GONE"),
}
_NOT_VISIBLE = frozenset({"NOT_IN_GROUP", "GROUP_NOT_FOUND"})
_PARAMETERS = ("…",) * 5  # more than any sentence has places
# The name of an error body by a member that only it has; the last one fits any.
_NAMES = {
    "parameters": "Error",
    "reason": "Challenge",
    "error_description": "CredentialsError",
    "fieldName": "FieldErrors",
    "message": "Failure",
    "error": "TokenError",
}
_TYPES = {str: "string", int: "integer"}


class Errors:
    """The errors of one family, in one document."""

    def __init__(self, spec: APISpec, dialect: Dialect, recorded: Mapping[str, Json]) -> None:
        self._spec = spec
        self._dialect = dialect
        self._recorded = recorded

    def codes(
        self,
        row: Mapping[str, Any],
        arguments: Iterable[str],
        *,
        is_open: bool,
        reads_body: bool,
    ) -> Codes:
        """What can come: what the tests saw, what credentials, version, path, query, body bring."""
        dialect, names, seen = self._dialect, {*arguments}, row.get("errors", {})
        codes = {code for each in seen.values() for code in each if code}
        if isinstance(dialect, MongoDialect):
            if "group_id" in names:
                codes = codes - _NOT_VISIBLE | {dialect.projects.not_visible}
            codes |= {"INVALID_JSON"} if "reads" in row else set()
            codes |= {"USER_UNAUTHORIZED"} if names.isdisjoint(_PARENTS) else set()
            is_numbered = "integer" in row.get("query", {}).values()
            codes |= {"INVALID_QUERY_PARAMETER"} if is_numbered else set()
        codes |= {code for name in names for code in _PARENTS.get(name, ())}
        if names:  # a value that leads to no route
            codes |= {"RESOURCE_NOT_FOUND"}
        by_status: Codes = {int(status): set() for status in seen if "" in seen[status]}
        if not is_open:
            by_status[401] = set()
            codes |= {"IP_ADDRESS_NOT_ON_ACCESS_LIST"}
            if "digest" not in dialect.authentication.schemes:
                codes |= {"NO_CREDENTIALS", "INVALID_TOKEN"}
            if dialect.body.is_versioned:
                codes |= {"INVALID_VERSION_DATE"}
        if reads_body and not dialect.body.accepts(""):
            by_status[415] = set()
        for code in codes:
            status, _ = dialect.error(ApiError(code, *_PARAMETERS))
            by_status.setdefault(status, set()).add(code)
        return by_status

    def response(self, status: int, codes: set[str], method: str) -> Json:
        """The answers with a status."""
        dialect = self._dialect
        bodies = {
            code: body
            for code in sorted(codes)
            if (body := dialect.error(ApiError(code, *_PARAMETERS))[1]) is not None
        }
        rules = dialect.authentication
        schemas = [self._schema(body) for body in bodies.values()]
        if status == 401 and "digest" in rules.schemes and method in rules.challenge_body_methods:
            schemas.append(self._schema(json.loads(rules.challenge_body)))
        response: Json = {"description": ", ".join(sorted(codes)) or HTTPStatus(status).phrase}
        if schemas:
            unique = [each for i, each in enumerate(schemas) if each not in schemas[:i]]
            if "envelope" in dialect.body.options and bodies:
                unique.append({"$ref": "#/components/schemas/Envelope"})
            content: Json = {"schema": unique[0] if len(unique) == 1 else {"anyOf": unique}}
            if bodies:
                content["examples"] = {code: self._example(code, bodies[code]) for code in bodies}
            response["content"] = {"application/json": content}
        grades = {code: dialect.errors[code].grade for code in bodies if code in dialect.errors}
        return {**response, "x-evidence": grades} if grades else response

    def unavailable(self) -> Json:
        """A reference to the answer while opsemu's state cannot be used."""
        components = self._spec.components
        name = f"{self._dialect.name.title().replace('-', '')}Unavailable"
        if name not in components.responses:
            _, body = self._dialect.error(ApiError("UNEXPECTED_ERROR"))
            components.response(name, {
                "description": "The state of opsemu cannot be read or written just now.",
                "content": {"application/json": {"schema": self._schema(body)}},
            })  # fmt: skip
        return {"$ref": f"#/components/responses/{name}"}

    def _example(self, code: str, body: Any) -> Json:
        """A reference to a body of an error: as it was recorded, else with `…` for parameters."""
        if code not in self._spec.components.examples:
            source = self._recorded.get(code, {})
            example = {"value": source.get("value", body)}
            if source:
                example["x-evidence"] = source["source"]
            self._spec.components.example(code, example)
        return {"$ref": f"#/components/examples/{code}"}

    def _schema(self, body: Any) -> Json:
        """The schema of an error body, made from one."""
        item = body[0] if isinstance(body, list) else body
        name = next(name for member, name in _NAMES.items() if member in item)
        if name not in self._spec.components.schemas:
            schema: Json = {
                "type": "object",
                "properties": {member: _type(value) for member, value in item.items()},
                "required": sorted(item),
            }
            schema = {"type": "array", "items": schema} if item is not body else schema
            self._spec.components.schema(name, schema)
        return {"$ref": f"#/components/schemas/{name}"}


def _type(value: Any) -> Json:
    if isinstance(value, list):
        return {"type": "array", "items": {"type": "string"}}
    return {"type": _TYPES[type(value)]}
