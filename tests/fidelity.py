"""Write docs/fidelity.md from the evidence marks of the tests.

python -m tests.fidelity            write it
python -m tests.fidelity --check    fail if it is out of date
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from opsemu.config import SETTINGS, WORLD_SETTINGS

PAGE = Path(__file__).parent.parent / "docs" / "fidelity.md"
ALERTS = Path(__file__).parent.parent / "data" / "alerts.json"
REPLAYS = Path(__file__).parent / "opsramp" / "replays.json"

GRADES = {
    "RECORDED": "bytes of the real server",
    "SPEC": "the vendor's OpenAPI document",
    "DOCS": "the vendor's documentation",
    "CLIENT": "a real client depends on it",
    "ISSUE": "output of the real server, quoted in a public issue",
    "INFERRED": "reasoned, with no direct evidence: it may be wrong",
}

HEAD = """# What is known and what is guessed

Every behaviour below is held by a test, and every test says what it rests on.
This page is generated from those marks by `make docs`; `make check` fails when it
is out of date.

| Grade | Meaning | Rules |
|---|---|---|
"""

LISTS = """A name outside a complete list is refused, unless another family knows it. Any other
unknown name is taken with a warning in the journal, and refused under `--strict`. A family
without a list takes the names of all.

"""

SWITCHES = """Two good sources may disagree. A setting then says which one is followed: an option of
`opsemu serve`, or a seed's `settings`.

"""

COLLECTING = ("--collect-only", "-q", "-m", "", "-p", "no:cacheprovider")
# An editable install lists tests/ among the plugin's files, and this module is one of them.
TOLERATING = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


class Rule(NamedTuple):
    """One behaviour: what it says, what it rests on, and the test that holds it."""

    sentence: str
    grade: str
    sources: list[str]
    test: str


class Collector:
    """A pytest plugin that notes the evidence of every test it sees."""

    def __init__(self) -> None:
        self.sources: dict[tuple[str, str], list[str]] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            name = getattr(item, "originalname", item.name)
            path = item.path.relative_to(session.config.rootpath).as_posix()
            for mark in item.iter_markers("evidence"):
                grade, source = mark.args
                sources = self.sources.setdefault((f"{path}::{name}", grade), [])
                if source not in sources:
                    sources.append(source)

    def rules(self) -> list[Rule]:
        """A rule for each test and grade, with all its sources."""
        return [
            Rule(test.partition("::test_")[2].replace("_", " "), grade, sources, test)
            for (test, grade), sources in self.sources.items()
        ]


def collect() -> list[Rule]:
    """All rules, in the order of the tests."""
    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()) as output:
        code = pytest.main([*COLLECTING, *TOLERATING], [collector])
    if code:
        sys.exit(output.getvalue())
    return collector.rules()


def page(rules: list[Rule]) -> str:
    """The whole page."""
    unknown = {rule.grade for rule in rules} - set(GRADES)
    if unknown:
        sys.exit(f"unknown grades: {', '.join(sorted(unknown))}")
    counts = "".join(
        f"| {grade} | {meaning} | {sum(rule.grade == grade for rule in rules)} |\n"
        for grade, meaning in GRADES.items()
    )
    guessed = [rule for rule in rules if rule.grade == "INFERRED"]
    known = [rule for rule in rules if rule.grade != "INFERRED"]
    return (
        f"{HEAD}{counts}\n## Guessed\n\n{table(guessed)}\n## Known\n\n{table(known)}"
        f"\n## Where sources disagree\n\n{SWITCHES}{switches(rules)}"
        f"\n## Names in alert configurations\n\n{LISTS}{lists()}"
        f"\n## Samples that are answered differently\n\n{samples()}"
    )


def switches(rules: list[Rule]) -> str:
    """What each choice rests on, by the sources that begin with a setting's name."""
    lines = []
    for name in (each for each in WORLD_SETTINGS if isinstance(SETTINGS[each].kind, click.Choice)):
        found = {
            f"| `{name}` | {source.partition(': ')[2]} | {rule.grade} | `{rule.test}` |\n"
            for rule in rules
            for source in rule.sources
            if source.startswith(f"{name}: ")
        }
        if not found:
            sys.exit(f"no evidence mark says what {name} rests on")
        lines += sorted(found)
    return f"| Setting | Sources | Grade | Test |\n|---|---|---|---|\n{''.join(lines)}"


def lists() -> str:
    """The lists of names, and whether they are complete, as a Markdown table."""
    head = "| Attribute | Families | Names | Complete | Source |\n|---|---|---|---|---|\n"
    rows = [
        f"| {row['attribute']} | {', '.join(row['families'])} | {len(row['values'])} "
        f"| {'yes' if row['complete'] else 'no'} | {row['source']} |\n"
        for row in json.loads(ALERTS.read_text())["lists"]
    ]
    return head + "".join(rows)


def samples() -> str:
    """Where answers differ from OpsRamp's recorded ones, as a Markdown table."""
    replays = json.loads(REPLAYS.read_text())
    rows = []
    for name, replay in replays["samples"].items():
        if "not_replayed" in replay:
            rows.append(f"| `{name}` | not replayed | {replay['not_replayed']} |\n")
        places: dict[str, list[str]] = {}
        for place, reason in replay.get("differs", {}).items():
            places.setdefault(replays["reasons"][reason], []).append(f"`{place}`")
        rows += [f"| `{name}` | {', '.join(at)} | {why} |\n" for why, at in places.items()]
    return f"| Sample | Where | Why |\n|---|---|---|\n{''.join(rows)}"


def table(rules: list[Rule]) -> str:
    """Rules as a Markdown table."""
    cells = ((r.sentence, r.grade, "; ".join(r.sources), f"`{r.test}`") for r in rules)
    rows = "".join(f"| {' | '.join(c.replace('|', '&#124;') for c in row)} |\n" for row in cells)
    return f"| Rule | Grade | Source | Test |\n|---|---|---|---|\n{rows}"


def main() -> None:
    """Write the page, or compare it."""
    text = page(collect())
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        sys.exit("docs/fidelity.md is out of date: run `make docs`")


if __name__ == "__main__":
    main()
