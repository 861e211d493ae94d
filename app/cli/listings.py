"""`opsemu types` and `operations`, which need no server."""

import re

from .admin import print_output, table
from .group import JSON_OPTION, SETTING_OPTIONS, cli


@cli.command(params=[JSON_OPTION])
def types(as_json: bool) -> None:
    """List the integration types, one a line."""
    from opsemu.schemas import REGISTRY

    names = sorted(REGISTRY)
    print_output(({"types": names}, "\n".join(names)), as_json=as_json)


@cli.command(params=[SETTING_OPTIONS["profile"], JSON_OPTION])
def operations(profile: str, as_json: bool) -> None:
    """List the operations, by whose names faults and assertions know requests.

    A path is below that of its families, which are listed first.
    """
    families, rows = _operations(profile)
    document = {
        "families": families,
        "operations": [
            {"name": name, "families": names, "method": method, "path": path}
            for name, method, path, names in rows
        ],
    }
    lines = [(name, method, path, " ".join(names)) for name, method, path, names in rows]
    head = ("operation", "method", "path", "families")
    text = f"{table(('family', 'path'), list(families.items()))}\n\n{table(head, lines)}"
    print_output((document, text), as_json=as_json)


def _operations(profile: str) -> tuple[dict[str, str], list[tuple[str, str, str, list[str]]]]:
    """The prefix of each family; the name, method, path and families of each operation."""
    from ..api.services import Services
    from ..application import create_app
    from ..config import Config

    services: Services = create_app(Config(seed="empty", profile=profile)).extensions["opsemu"]
    router = services.router
    prefixes = {family.name: family.prefix for family in services.dialects}
    rows: dict[tuple[str, str, str], list[str]] = {}
    for rule in router.url_map.iter_rules():
        if operation := router.endpoints.get(rule.endpoint):
            family = rule.endpoint.partition("/")[0]
            prefix = prefixes.get(family, "")
            path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule).removeprefix(prefix)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                names = rows.setdefault((operation.name, method, path), [])
                names += [family] if prefix else []
    return prefixes, [(*key, names) for key, names in sorted(rows.items())]
