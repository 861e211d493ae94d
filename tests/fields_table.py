"""The README's table of types and fields, from the schemas."""

from __future__ import annotations

from opsemu.schemas import REGISTRY, IntegrationSchema, Profile


def named(cls: type[IntegrationSchema], family: str) -> dict[str, str]:
    """The fields that a family reads, by name; the required ones in bold."""
    fields = cls(Profile(family)).load_fields if family in cls.families else {}
    return {
        name: f"**{name}**" if field.required else name
        for name, field in fields.items()
        if name != "type"
    }


def row(cls: type[IntegrationSchema]) -> str:
    """One type with what Ops Manager reads of it, and what Atlas reads besides."""
    here, there = named(cls, "ops-manager"), named(cls, "atlas-v2")
    more = ", ".join(text for name, text in there.items() if name not in here)
    less = ", ".join(name for name in here if name not in there)
    known = f"not {less}" if less else ""
    atlas = "; ".join(filter(None, (more, known))) if there else "does not know it"
    return f"| {cls.type_name} | {', '.join(here.values())} | {atlas} |"


def table() -> str:
    """All types, in the order of lists."""
    rows = (row(cls) for cls in sorted(REGISTRY.values(), key=lambda cls: cls.list_order))
    return "\n".join(["| Type | Fields | Atlas |", "|---|---|---|", *rows])
