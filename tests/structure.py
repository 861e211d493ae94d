"""The rooms of the house, and the imports between them.

`python -m tests.structure` prints rooms, floors, arrows and circles, and fails if an import
points upward. A room is a folder of app/, or a module that stands there alone.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent

# From the bottom to the top; rooms of one row do not import each other.
LAYERS = (
    ("data",),
    ("schemas",),
    ("config",),
    ("store",),
    ("auth",),
    ("worlds",),
    ("api",),
    ("mongodb", "opsramp"),
    ("alerting",),
    ("admin",),
    ("application",),
    ("server",),
    ("testing",),
    ("cli",),
)
# Where an import may stand inside a function, as it costs milliseconds or needs an extra, and
# most processes never come there: the plugin and the command line load what they need when they
# need it, as do a kind of state whose driver is an extra, the admin API, the engine of alerts,
# what a seed has beside projects and integrations, and by their names the resources of vendors.
LAZY = (
    "app/admin/__init__.py",
    "app/admin/docs.py",
    "app/admin/snapshots.py",
    "app/admin/status.py",
    "app/admin/worlds.py",
    "app/alerting/__init__.py",
    "app/alerting/seeding.py",
    "app/application.py",
    "app/cli/",
    "app/mongodb/automation/seeded.py",
    "app/mongodb/seeding.py",
    "app/mongodb/vendor.py",
    "app/opsramp/seeding.py",
    "app/opsramp/vendor.py",
    "app/server/__init__.py",
    "app/store/open.py",
    "app/testing/",
)


_NAME = re.compile(r"opsemu(\.\w+)+:\w+")  # for `import_string`


class Import(NamedTuple):
    """An import of one module by another, at `line` of `path`."""

    path: Path
    line: int
    importer: str
    imported: str
    is_lazy: bool


def sources() -> list[Path]:
    """All modules of the package."""
    folders = ("app", "schemas", "data")
    return [path for folder in folders for path in ROOT.glob(f"{folder}/**/*.py")]


def module_name(path: Path) -> str:
    """The dotted name of a module, without `opsemu.`."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    parts = parts[1:] if parts[0] == "app" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(module: str) -> str:
    """The room that a module is in; empty for the package's own `__init__`."""
    return module.partition(".")[0]


@cache
def imports() -> tuple[Import, ...]:
    """Every import of the package's own modules, those of type checkers left out."""
    return tuple(_imports())


def _imports() -> Iterator[Import]:
    modules = {module_name(path): path for path in sources()}
    for importer, path in modules.items():
        tree = ast.parse(path.read_text())
        skipped = {id(node) for node in _type_checking(tree)}
        lazy = {id(node) for node in _in_functions(tree)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and _NAME.fullmatch(str(node.value)):
                imported = node.value.removeprefix("opsemu.").partition(":")[0]
                yield Import(path, node.lineno, importer, imported, True)
            if isinstance(node, ast.ImportFrom) and id(node) not in skipped:
                for imported in _imported(node, importer, path.name == "__init__.py", modules):
                    yield Import(path, node.lineno, importer, imported, id(node) in lazy)


def _imported(
    node: ast.ImportFrom, importer: str, is_package: bool, modules: dict[str, Path]
) -> Iterator[str]:
    if node.level:
        base = importer.split(".") if importer else []
        base = base[: len(base) - node.level + is_package]
    elif (node.module or "").partition(".")[0] == "opsemu":
        base = []
    else:
        return
    module = (node.module or "").removeprefix("opsemu").lstrip(".")
    name = ".".join([*base, *filter(None, [module])])
    for alias in node.names:
        submodule = f"{name}.{alias.name}".lstrip(".")
        yield submodule if submodule in modules else name


def _type_checking(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from ast.walk(node)


def _in_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ast.walk(node)


def arrows() -> dict[tuple[str, str], list[Import]]:
    """The imports from room to room."""
    found: dict[tuple[str, str], list[Import]] = {}
    for each in imports():
        pair = room(each.importer), room(each.imported)
        if pair[0] != pair[1] and all(pair) and each.importer not in _DOORS:
            found.setdefault(pair, []).append(each)
    return found


# `python -m opsemu` and `opsemu.server.Emulator` lead upward by their nature.
_DOORS = {"__main__", "server"}


def upward() -> list[Import]:
    """Imports of a room that is not below the importing one."""
    level = {name: number for number, names in enumerate(LAYERS) for name in names}
    return [
        each
        for (importer, imported), found in arrows().items()
        if level[importer] <= level[imported]
        for each in found
    ]


def circles(edges: set[tuple[str, str]]) -> list[set[str]]:
    """Groups of more than one node that import each other, directly or not."""
    imported_by: dict[str, set[str]] = {}
    for importer, imported in edges:
        imported_by.setdefault(importer, set()).add(imported)
    below = {node: _reachable(node, imported_by) for pair in edges for node in pair}
    groups = {frozenset({n for n in below[node] if node in below[n]} | {node}) for node in below}
    return [set(group) for group in groups if len(group) > 1]


def _reachable(start: str, imported_by: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = imported_by.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def module_edges() -> set[tuple[str, str]]:
    """Imports from module to module; a package stands for what its `__init__` imports."""
    return {
        (each.importer, each.imported)
        for each in imports()
        if each.importer != each.imported and not each.is_lazy and each.importer
    }


def misplaced() -> list[Import]:
    """Imports inside a function where they may not stand."""
    return [
        each
        for each in imports()
        if each.is_lazy and not str(each.path.relative_to(ROOT)).startswith(LAZY)
    ]


def floors() -> int:
    """The length of the longest chain of imports between rooms."""
    edges = set(arrows())
    height: dict[str, int] = {}
    for names in LAYERS:
        for name in names:
            below = [height[b] for a, b in edges if a == name and b in height]
            height[name] = 1 + max(below, default=0)
    return max(height.values())


def main() -> int:
    """Print the structure; 1 if something points upward or in a circle."""
    pairs = arrows()
    rooms = sorted({name for pair in pairs for name in pair})
    for name in rooms:
        modules = [path for path in sources() if room(module_name(path)) == name]
        lines = sum(path.read_text().count("\n") for path in modules)
        below = ", ".join(sorted(b for a, b in pairs if a == name)) or "nothing"
        print(f"{name:12} {len(modules):3} modules {lines:6} lines   imports {below}")
    rings = circles(set(pairs)) + circles(module_edges())
    counts = f"{len(rooms)} rooms, {floors()} floors, {len(pairs)} arrows"
    print(f"{counts}, {len(rings)} circles, {len(upward())} upward")
    for each in (*upward(), *misplaced()):
        print(f"{each.path.relative_to(ROOT)}:{each.line}: {each.importer} imports {each.imported}")
    for ring in rings:
        print(f"circle: {', '.join(sorted(ring))}")
    return bool(upward() or rings or misplaced())


if __name__ == "__main__":
    sys.exit(main())
