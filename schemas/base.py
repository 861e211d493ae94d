"""What every integration schema shares, and the registry of all types."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, NamedTuple, NoReturn

from marshmallow import RAISE, Schema, ValidationError, post_dump, pre_load, validates

from .fields import Text
from .refusals import first_refusal, refusal

REGISTRY: dict[str, type[IntegrationSchema]] = {}


class Redaction(NamedTuple):
    """How far secrets are hidden where the sources or the API families differ."""

    full_secret: bool = False
    url_tail: int = 0


class IntegrationSchema(Schema):
    """The body of one integration type; a subclass with a `type_name` registers itself.

    `rank` is the type's place in a list (contract of the wire: lists are ordered
    by type, never by creation; RECORDED). `example` is a valid request body.
    """

    type_name: ClassVar[str] = ""
    rank: ClassVar[int]
    example: ClassVar[dict[str, Any]]

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "INVALID_ATTRIBUTE", "type": "INVALID_JSON"}

    type = Text(required=True)

    def __init__(self, *, hidden: Collection[str] = (), redaction: Redaction | None = None) -> None:
        super().__init__(exclude=tuple(hidden))
        self.redaction = redaction or Redaction()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.type_name:
            REGISTRY[cls.type_name] = cls

    def read(self, body: dict[str, Any], *, partial: bool = False) -> dict[str, Any]:
        """The attributes of a request body.

        `partial` is for a body that changes an integration and so may leave
        required attributes out. Raises Refused with the vendor's error code.
        """
        loaded: dict[str, Any] = self.load(body, partial=self._optional() if partial else None)
        loaded.pop("type")
        return loaded

    def show(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The integration as the API shows it: secrets masked, alphabetical, `type` last."""
        shown: dict[str, Any] = self.dump({**document, "type": self.type_name})
        return shown

    def check(self, document: Mapping[str, Any]) -> None:
        """Refuse a whole integration whose attributes do not go together; raises Refused."""

    @validates("type")
    def _matches_the_path(self, value: str, **_: Any) -> None:
        if value != self.type_name:
            raise refusal("INVALID_ATTRIBUTE", "type")

    def _optional(self) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name != "type")

    @pre_load
    def _as_bound(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """`id` is accepted and ignored (CLIENT); null is the same as absent (INFERRED: Jackson)."""
        return {
            name: value
            for name, value in body.items()
            if name != "id" and not (value is None and name in self.fields)
        }

    @post_dump
    def _in_order(self, shown: dict[str, Any], **_: Any) -> dict[str, Any]:
        kind = shown.pop("type")
        return {**dict(sorted(shown.items())), "type": kind}

    def handle_error(
        self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any
    ) -> NoReturn:
        """Turn marshmallow's collection into the one refusal that the vendor would send."""
        messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise first_refusal(messages, data if isinstance(data, dict) else {}) from None
