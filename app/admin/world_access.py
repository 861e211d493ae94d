"""What leads into a world: its projects and tenants, and the public halves of its keys."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from ..auth.api_keys import find_document
from ..store import Document, Owner, Store
from ..store.layout import PROJECT, TENANT

MAX_LISTED = 100  # projects and tenants


def world_access(
    store: Store, world: str, public_keys: Iterable[str], first: Iterable[str] = ()
) -> dict[str, dict[str, list[Any]]]:
    """By vendor, in the shape of a new world's, without private halves.

    Projects and tenants whose ids are in `first` come before the others.
    """
    keys = [find_document(store, name) or {} for name in public_keys]
    kinds: dict[str, list[str]] = {"key": [], "account": []}
    tenants: dict[str, list[dict[str, str]]] = {}
    for name, key in zip(public_keys, keys, strict=True):
        roles = [role["tenantId"] for role in key.get("roles", ()) if "tenantId" in role]
        for tenant in roles[:1]:
            tenants.setdefault(tenant, []).append({"key": name})
        if not roles:
            kinds["key" if "ha1" in key else "account"].append(name)
    order = list(first)
    return {
        "mongodb": {
            "keys": [{"publicKey": name} for name in kinds["key"]],
            "serviceAccounts": [{"clientId": name} for name in kinds["account"]],
            "projects": [
                {name: project[name] for name in ("id", "name", "orgId")}
                for project in _described(store, world, PROJECT, order)
            ],
        },
        "opsramp": {
            "tenants": [
                {"id": row["id"], "name": row["name"], "keys": tenants.get(row["id"], [])}
                for row in _described(store, world, TENANT, order)
            ]
        },
    }


def _described(store: Store, world: str, kind: str, first: list[str]) -> list[Document]:
    """The documents about a world's projects or tenants."""
    names = {*store.some_names(world, kind, MAX_LISTED)}
    ordered = [*first, *sorted(names.difference(first))]
    documents = (store.get(Owner(world, kind, name), kind, name) for name in ordered)
    return list(islice((each for each in documents if each is not None), MAX_LISTED))
