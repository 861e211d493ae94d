"""The life of each store of backups through pyomsdk; prints what was seen as JSON.

It runs in the client's own environment. Its input has a body for each of the client's
resources; its arguments are the server's URL and the key's halves.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pyomsdk import OpsManagerClient

client = OpsManagerClient(*sys.argv[1:])


def model(cls: Any, values: dict[str, Any]) -> Any:
    """An object of the client's class, of the values that it has fields for."""
    names = {field.serialization_alias: name for name, field in cls.model_fields.items()}
    return cls(**{names[alias]: value for alias, value in values.items() if alias in names})


def one(cls: Any, key: str) -> Any:
    """The path of a store: each resource calls its argument differently."""
    return cls(**dict.fromkeys(cls.model_fields, key))


def life(name: str, body: dict[str, Any]) -> dict[str, Any]:
    """What creation, listing, change, reading and deletion answer."""
    resource, key = getattr(client, f"{name}_resource"), body["id"]
    created = resource.create(None, model(resource.CreateBodyParams, body))
    listed = resource.get_all(None)
    changed = resource.update(
        one(resource.UpdatePathParams, key),
        None,
        model(resource.UpdateBodyParams, {**body, "labels": ["changed"]}),
    )
    read = resource.get_by_id(one(resource.GetByIdPathParams, key), None)
    resource.delete(one(resource.DeletePathParams, key), None)
    gone = resource.get_by_id(one(resource.GetByIdPathParams, key), None)
    return {
        "created": body.items() <= created.items(),
        "listed": listed["results"] == [created],
        "changed": changed == read and read["labels"] == ["changed"],
        "gone": gone["errorCode"],
    }


print(json.dumps({name: life(name, body) for name, body in json.load(sys.stdin).items()}))
