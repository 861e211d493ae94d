"""Write the README's table of integration types from the schemas: python -m tests.fields_table."""

from __future__ import annotations

from pathlib import Path

from opsemu.schemas import REGISTRY, IntegrationSchema, Profile

README = Path(__file__).parent.parent / "README.md"
BEGIN = "<!-- Types and fields: written by `make docs`. -->\n"
END = "<!-- End of types and fields. -->\n"


def fields_of(cls: type[IntegrationSchema], family: str) -> dict[str, str]:
    """The fields that a family reads, by name; required ones in bold."""
    profile = Profile(family)
    fields = cls(profile).load_fields if cls.is_known_to(profile) else {}
    return {
        name: f"**{name}**" if field.required else name
        for name, field in fields.items()
        if name != "type"
    }


def row(cls: type[IntegrationSchema]) -> str:
    """A type, its fields in Ops Manager, and what is different in Atlas."""
    ops_manager, atlas = fields_of(cls, "ops-manager"), fields_of(cls, "atlas-v2")
    added = ", ".join(text for name, text in atlas.items() if name not in ops_manager)
    missing = ", ".join(name for name in ops_manager if name not in atlas)
    difference = "; ".join(filter(None, (added, f"not {missing}" if missing else "")))
    last = difference if atlas else "not supported"
    return f"| {cls.type_name} | {', '.join(ops_manager.values())} | {last} |\n"


def table() -> str:
    """All types, in the order of lists."""
    types = sorted(REGISTRY.values(), key=lambda cls: cls.list_order)
    rows = (row(cls) for cls in types if cls.is_known_to(Profile("ops-manager")))
    return "| Type | Fields | Atlas |\n|---|---|---|\n" + "".join(rows)


def with_table(text: str) -> str:
    """The README with the table between its two markers."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
