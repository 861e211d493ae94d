"""Every GET that pyomsdk knows, once; prints the error code of each as JSON, or null.

It runs in the client's own environment. Its input has the values of parameters by their names on
the wire, `<method>.<name>` where one method needs another; its arguments are the server's URL and
the key's halves.
"""

from __future__ import annotations

import inspect
import json
import sys
from typing import Any

from pyomsdk import OpsManagerClient

NOWHERE = "0" * 24  # of what is not there

client, values = OpsManagerClient(*sys.argv[1:]), json.load(sys.stdin)


def model(resource: Any, name: str, kind: str) -> Any:
    """The parameters of a method, those that the client insists on and those with a value."""
    cls = getattr(resource, f"{name.title().replace('_', '')}{kind}Params", None)
    fields = cls.model_fields if cls else {}
    aliases = {field: info.serialization_alias for field, info in fields.items()}
    wanted = {
        field: values.get(f"{name}.{alias}", values.get(alias, NOWHERE))
        for field, alias in aliases.items()
        if kind == "Path" or alias in values or fields[field].is_required()
    }
    return cls(**wanted) if cls else None


def call(resource: Any, name: str) -> str | None:
    """The error code of an answer, or None; `not JSON` for what the client does not take."""
    names = inspect.signature(getattr(resource, name)).parameters
    kinds = {"path_params": "Path", "query_params": "Query"}
    arguments = [model(resource, name, kinds[each]) if each in kinds else None for each in names]
    try:
        answer = getattr(resource, name)(*arguments)
    except ValueError:
        return "not JSON"
    code = answer.get("errorCode") if isinstance(answer, dict) else None
    return str(code) if code else None


reads = {
    attribute.removesuffix("_resource"): {
        name: call(resource, name)
        for name, method in inspect.getmembers(resource, inspect.ismethod)
        if not name.startswith("_") and '"GET",' in inspect.getsource(method)
    }
    for attribute in dir(client)
    if attribute.endswith("_resource")
    for resource in [getattr(client, attribute)]
}
print(json.dumps(reads))
