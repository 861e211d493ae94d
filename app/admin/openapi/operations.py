"""One operation of a family in an OpenAPI document: parameters, body, answers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...api.api_family import Dialect
from ...api.routes import Operation
from .errors import Errors
from .schemas import Components

Json = dict[str, Any]

_ARGUMENT = re.compile(r"<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>")
_OBJECT_IDS = frozenset({"group_id", "org_id"})
_BINARY = {"type": "string", "format": "binary"}
_FLAG, _NUMBER, _TEXT = {"type": "boolean"}, {"type": "integer"}, {"type": "string"}
# What a client sends in a form to get a token, or to give it back.
_FORMS = {
    "tokenLogin": ("grant_type", "client_id", "client_secret"),
    "tokenOauth": ("grant_type", "client_id", "client_secret"),
    "revokeOauth": ("token", "client_id", "client_secret"),
}
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}
# What is around the items of a page. `status` is there with `envelope=true`.
_PAGES: dict[str, Json] = {
    "mongodb": {"links": _LINKS, "totalCount": _NUMBER, "status": _NUMBER},
    "opsramp": {
        **dict.fromkeys(("totalResults", "pageNo", "pageSize", "totalPages"), _NUMBER),
        **dict.fromkeys(("nextPageNo", "previousPageNo"), _NUMBER),
        **dict.fromkeys(("nextPage", "descendingOrder"), _FLAG),
    },
}
_QUERY: dict[str, Json] = {
    "itemsPerPage": {"minimum": 1, "maximum": 500, "default": 100},
    "pageNum": {"minimum": 1, "maximum": 2**31 - 1, "default": 1},
    "includeCount": {"default": True},
}


def template(rule: str) -> str:
    """A rule's path as OpenAPI writes it: `/groups/{groupId}`."""
    return _ARGUMENT.sub(lambda match: f"{{{_camel(match[3])}}}", rule)


class OperationWriter:
    """Describes the operations of one family.

    `recorded` are recorded answers by operation and status. The `row` of an operation is that of
    data/openapi/operations.json: what the tests have seen it read and answer.
    """

    def __init__(
        self, dialect: Dialect, components: Components, errors: Errors, recorded: Mapping[str, Json]
    ) -> None:
        self._dialect = dialect
        self._components = components
        self._errors = errors
        self._recorded = recorded

    def describe(
        self, rule: str, method: str, operation: Operation, row: Mapping[str, Any], *, is_open: bool
    ) -> Json:
        """The operation at a rule, for a method; without credentials if it `is_open`."""
        recorded = self._recorded.get(operation.name, {})
        responses = {
            status: self._answer(operation, answer, recorded.get(status))
            for status, answer in row.get("answers", {}).items()
        }
        names = [name for _, _, name in _ARGUMENT.findall(rule)]
        reads_body = operation.expects_body(method)
        codes = self._errors.codes(row, names, is_open=is_open, reads_body=reads_body)
        for status, of_status in codes.items():
            responses[str(status)] = self._errors.response(status, of_status, method)
        responses["503"] = self._errors.unavailable()
        query = row.get("query", {})
        described: Json = {
            "parameters": [*_path_parameters(rule), *_query_parameters(query)],
            "responses": dict(sorted(responses.items())),
        }
        if reads_body or (method == "DELETE" and "reads" in row):
            described["requestBody"] = self._request_body(operation, row)
        return described

    def _request_body(self, operation: Operation, row: Mapping[str, Any]) -> Json:
        """The body that the operation reads."""
        if names := _FORMS.get(operation.name):
            form: Json = {"type": "object", "properties": dict.fromkeys(names, _TEXT)}
            return {"content": {"application/x-www-form-urlencoded": {"schema": form}}}
        reads = row.get("reads", {})
        bodies = [self._components.request(name, reads[name]) for name in sorted(reads)]
        schema = _any_of("oneOf", bodies)
        if "oneOf" in schema and all(map(self._components.is_integration, reads)):
            schema["discriminator"] = {"propertyName": "type"}
        if row.get("many"):
            schema = {"type": "array", "items": schema}
        content = {each: {"schema": schema} for each in self._media_types(operation)}
        return {"required": not self._dialect.body.accepts(""), "content": content}

    def _answer(
        self, operation: Operation, answer: Mapping[str, Any], recorded: Json | None
    ) -> Json:
        """What comes with a status that is no error."""
        shown = [self._components.response(name) for name in answer.get("shows", ())]
        if "members" in answer:
            members = {name: _types(kinds) for name, kinds in answer["members"].items()}
            shown.append({"type": "object", "properties": members})
        item = _any_of("anyOf", shown)
        forms = [each for each in answer["form"] if each not in ("empty", "text")]
        content: Json = {
            each: {"schema": _TEXT if each.startswith("text/") else _BINARY}
            for each in answer.get("types", ())
        }
        if forms:
            bodies = [self._form(form, item) for form in forms]
            if "envelope" in self._dialect.body.options:
                bodies.append({"$ref": "#/components/schemas/Envelope"})
            media: Json = {"schema": _any_of("anyOf", bodies)}
            if recorded:
                example = {"value": recorded["value"], "summary": recorded["source"]}
                media["examples"] = {"recorded": example}
            content |= dict.fromkeys(self._media_types(operation), media)
        described = {"description": "the answer to the request"}
        return {**described, "content": content} if content else described

    def _form(self, form: str, item: Json) -> Json:
        """The schema of an answer of a form; `item` is that of its object, or of its items."""
        if form == "object":
            return item
        items = {"type": "array", "items": item}
        if form == "list":
            return items
        members = {"results": items, **_PAGES[self._dialect.vendor]}
        return {"type": "object", "properties": members, "required": ["results"]}

    def _media_types(self, operation: Operation) -> list[str]:
        """The media types of JSON bodies, one for each version of the resource."""
        body = self._dialect.body
        versions = operation.versions if body.is_versioned else ("",)
        return [body.media_type.partition(";")[0].format(version=each) for each in versions]


def _any_of(keyword: str, schemas: Iterable[Json | None]) -> Json:
    """One schema as it is, several under a keyword, none as anything."""
    listed = [schema for schema in schemas if schema is not None]
    return {keyword: listed} if len(listed) > 1 else dict(*listed)


def _types(kinds: list[str]) -> Json:
    schema: Json = {"type": kinds[0] if len(kinds) == 1 else kinds}
    return {**schema, "items": {}} if "array" in kinds else schema


def _path_parameters(rule: str) -> Iterator[Json]:
    for converter, choices, name in _ARGUMENT.findall(rule):
        schema: Json = {"type": "string", "minLength": 1}
        if converter == "any":
            schema = {"type": "string", "enum": re.split(", *", choices)}
        elif name in _OBJECT_IDS:
            schema = {"type": "string", "pattern": "^[0-9a-f]{24}$"}
        yield {"name": _camel(name), "in": "path", "required": True, "schema": schema}


def _query_parameters(kinds: Mapping[str, str]) -> Iterator[Json]:
    for name, kind in sorted(kinds.items()):
        yield {"name": name, "in": "query", "schema": {"type": kind, **_QUERY.get(name, {})}}


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
