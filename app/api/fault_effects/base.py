"""What every effect shares, and how the effects of a rule are found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import Response
from marshmallow import fields, validate

from ...store import Document
from ...worlds.fault_rules import FaultRule
from ..context import current


class FaultEffect:
    """An effect of a rule on the current request; subclasses register themselves.

    A rule has the effect if `fault` is the value of its `fault`, if `name` is the `effect`
    of the built-in fault that it names (data/faults.json), or if it has one of `members`,
    which are fields of the schema of rules.
    """

    effects: ClassVar[list[type[FaultEffect]]] = []
    fault: ClassVar[str] = ""
    name: ClassVar[str] = ""
    members: ClassVar[Mapping[str, fields.Field[Any]]] = {}

    def __init_subclass__(cls) -> None:
        FaultEffect.effects.append(cls)

    def __init__(self, rule: FaultRule) -> None:
        self.rule = rule
        self.settings = rule.settings
        self.context = current()

    @classmethod
    def applies(cls, settings: Document) -> bool:
        """Whether a rule has the effect; `settings` are its own and those of its name."""
        asked = cls.name == settings.get("effect") or cls.fault == settings.get("fault")
        return asked or not settings.keys().isdisjoint(cls.members)

    def before_view(self) -> Response | None:
        """A response in place of the view's, or None."""
        return None

    def after_view(self, response: Response) -> Response:
        """What becomes of the view's response, if that is no error."""
        return response


def effects_of(rule: FaultRule) -> list[FaultEffect]:
    """The effects of a rule on the current request."""
    return [cls(rule) for cls in FaultEffect.effects if cls.applies(rule.settings)]


def rule_members() -> dict[str, fields.Field[Any]]:
    """The members of a rule that are about its effects, as fields of a schema."""
    effects = FaultEffect.effects
    names = [effect.fault for effect in effects if effect.fault]
    members = {name: field for effect in effects for name, field in effect.members.items()}
    return {**members, "fault": fields.String(validate=validate.OneOf(names))}
