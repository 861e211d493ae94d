"""The README's table of types and fields, from the schemas."""

from __future__ import annotations

from opsemu.schemas import REGISTRY, IntegrationSchema


def row(cls: type[IntegrationSchema]) -> str:
    """One type with its fields; the required ones in bold."""
    fields = cls._declared_fields
    named = (
        f"**{name}**" if field.required else name
        for name, field in fields.items()
        if name not in ("type", "id")
    )
    return f"| {cls.type_name} | {', '.join(named)} |"


def table() -> str:
    """All types, in the order of lists."""
    rows = (row(cls) for cls in sorted(REGISTRY.values(), key=lambda cls: cls.rank))
    return "\n".join(["| Type | Fields |", "|---|---|", *rows])
