"""The marshmallow schemas of the vendors' bodies as components of an OpenAPI document."""

from collections.abc import Collection
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import RAISE, Schema, fields, missing

from opsemu.schemas.base import IntegrationSchema, Nested, VendorSchema
from opsemu.schemas.fields import Choice, Secret, SecretUrl, Text
from opsemu.schemas.opsramp.base import Body
from opsemu.schemas.profiles import Profile

Json = dict[str, Any]

# What holds for values that are sent, but not for what is shown of them: masks, defaults.
_OF_REQUESTS = ("minLength", "maxLength", "minimum", "maximum", "pattern", "minItems")
_LINKS = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}


class Components:
    """Adds the schemas of bodies to a document, as a family reads and shows them.

    A class is named by its module and its name, as in `slack:Slack`. What a request sends and
    what a response shows of it are two components, as are `load_fields` and `dump_fields`.
    """

    def __init__(self, spec: APISpec, plugin: MarshmallowPlugin, profile: Profile | None) -> None:
        self._spec = spec
        self._profile = profile
        self._is_request = False
        assert plugin.converter is not None
        self._converter = plugin.converter
        add = self._converter.add_attribute_function
        add(lambda _, field, ret: self._describe(field, ret))  # type: ignore[no-untyped-call]

    def request(self, name: str, optional: Collection[str] = ()) -> Json | None:
        """What a request sends; attributes in `optional` may be missing. None: no such body."""
        schema = self._schema(name)
        if schema is None:
            return None
        return self._component(schema, is_request=True, optional=optional)

    def response(self, name: str) -> Json | None:
        """What a response shows, or None where the family has no such body."""
        schema = self._schema(name)
        return None if schema is None else self._component(schema, is_request=False)

    def is_integration(self, name: str) -> bool:
        """Whether a class is that of an integration type."""
        return isinstance(self._schema(name), IntegrationSchema)

    def _schema(self, name: str) -> Schema | None:
        kind = _classes()[name]
        if self._profile is None or not issubclass(kind, VendorSchema):
            return kind()
        return kind.of(self._profile) if kind.is_known_to(self._profile) else None

    def _component(
        self, schema: Schema, *, is_request: bool, optional: Collection[str] = ()
    ) -> Json:
        kind = type(schema)
        module = kind.__module__.rpartition(".")[2].title().replace("_", "")
        name = kind.__name__.lstrip("_")
        name = name if module.startswith(name) else f"{module}{name}"
        name += ("Changes" if optional else "Body") if is_request else ""
        if name not in self._spec.components.schemas:
            self._spec.components.schemas[name] = {}  # a schema may contain itself
            was_request, self._is_request = self._is_request, is_request
            component = self._request(schema, optional) if is_request else self._response(schema)
            if isinstance(schema, IntegrationSchema):
                component["properties"]["type"] = {"type": "string", "const": schema.type_name}
                component["required"] = sorted({*component.get("required", ()), "type"})
            self._is_request = was_request
            self._spec.components.schemas[name] = component
        return {"$ref": f"#/components/schemas/{name}"}

    def _request(self, schema: Schema, optional: Collection[str]) -> Json:
        component: Json = self._converter.fields2jsonschema(  # type: ignore[no-untyped-call]
            schema.load_fields, partial=tuple(optional)
        )
        component["additionalProperties"] = schema.unknown != RAISE
        if isinstance(schema, IntegrationSchema):
            component["example"] = {"type": schema.type_name, **schema.sample()}
        return component

    def _response(self, schema: Schema) -> Json:
        shown = schema.dump_fields
        component: Json = self._converter.fields2jsonschema(shown)  # type: ignore[no-untyped-call]
        component.pop("required", None)
        always = [
            field.data_key or name
            for name, field in shown.items()
            if field.dump_default is not missing
        ]
        return {**component, "required": sorted(always)} if always else component

    def _describe(self, field: fields.Field[Any], described: Json) -> Json:
        """Correct what apispec says of a field, add what it does not know."""
        profile = self._profile or Profile()
        described.pop("default", None)
        if isinstance(field, Nested):
            described.clear()
            schema = field.schema.of(profile)
            return self._component(schema, is_request=self._is_request)
        if field.name == "links":
            return _LINKS
        if isinstance(field, Choice):
            known = [each for each, since in field.since.items() if since <= profile.date]
            return {"enum": known + [None] * field.allow_none}
        if not self._is_request:
            if isinstance(field, fields.List) and type(field) is not fields.List:
                described["items"] = {}  # shown in a way of its own
            for name in _OF_REQUESTS:
                described.pop(name, None)
            is_null = field.dump_default is None and isinstance(described.get("type"), str)
            return {"type": [described["type"], "null"]} if is_null else {}
        if isinstance(field, Secret) and field.key_formats and profile.strict:
            return {"pattern": f"^({field.key_formats[0][0]})$"}
        if isinstance(field, SecretUrl):
            return {"pattern": "^https?://[a-zA-Z0-9]"}
        if "pattern" in described:  # Python's spelling of "anywhere in the text"
            return {"pattern": described["pattern"].replace("(?s).*", "")}
        return {"minLength": 1} if isinstance(field, Text) and field.required else {}


@cache
def _classes() -> dict[str, type[Schema]]:
    """The classes of all bodies, as far as they are imported."""
    classes: dict[str, type[Schema]] = {}
    waiting: list[type[Schema]] = [VendorSchema, Body]
    while waiting:
        kind = waiting.pop()
        classes[f"{kind.__module__.rpartition('.')[2]}:{kind.__name__}"] = kind
        waiting += kind.__subclasses__()
    return classes
