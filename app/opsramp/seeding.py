"""OpsRamp's part of a seed: tenants with keys, installed integrations and activity."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError, fields, validate

from opsemu.schemas.errors import ValidationFailure

from ..api.errors import ApiError
from ..auth.api_keys import client_document, is_public_key
from ..store import Document, Owner
from ..store.base import Tables
from ..store.layout import ACTIVITY, INSTALLED, TENANT
from ..worlds.clock import WorldTime
from ..worlds.random_source import RandomSource
from ..worlds.seed_errors import Mistakes, SeedError, check_unique
from ..worlds.seeds import Sections, Seed
from .constants import INBOUND, OUTBOUND


def _public_key(text: str) -> None:
    if not is_public_key(text):
        raise ValidationError("not a key: up to 64 letters, digits, - and _")


is_tenant_id = validate.Regexp(
    r"[!-.0-~]{1,64}\Z", error="not 1 to 64 printable ASCII characters without '/' and space"
)


class Activity(Schema):
    """An entry of the activity log."""

    installedintgId = fields.String(required=True)
    intgName = fields.String(required=True)
    resourceId = fields.String(load_default="")
    resourceType = fields.String(load_default="")
    status = fields.String(required=True)
    statusMessage = fields.String(load_default="")
    reqPayload = fields.String(load_default="")
    resPayload = fields.String(load_default="")
    requestUrl = fields.String(load_default="")
    intgMode = fields.String(required=True, validate=validate.OneOf((INBOUND, OUTBOUND)))
    processedTime = fields.Integer(strict=True, required=True)


class _Key(Schema):
    key = fields.String(required=True, validate=_public_key)
    secret = fields.String(required=True)


class _Tenant(Schema):
    id = fields.String(required=True, validate=is_tenant_id)
    name = fields.String(required=True)
    partner = fields.String()
    deactivated = fields.Boolean(load_default=False)
    keys = fields.List(fields.Nested(_Key), load_default=list)
    installed = fields.List(fields.Dict(keys=fields.String()), load_default=list)
    activity = fields.List(fields.Nested(Activity), load_default=list)


SECTIONS: Sections = {
    "tenants": fields.List(fields.Nested(_Tenant), load_default=list, metadata={"unique": "id"})
}


class TenantAccess(NamedTuple):
    """What a client of OpsRamp needs for its first call."""

    tenant_id: str
    partner: str
    key: str
    secret: str


def first_tenant(seed: Seed) -> TenantAccess:
    """The first tenant of a seed that has a key, for banners, examples and tests."""
    tenant = next((tenant for tenant in seed["tenants"] if tenant["keys"]), None)
    if tenant is None:
        return TenantAccess("<tenant>", "<partner>", "<key>", "<secret>")
    key = tenant["keys"][0]
    return TenantAccess(tenant["id"], str(tenant.get("partner", tenant["id"])), **key)


def tables(tenant: Mapping[str, Any]) -> Tables:
    """The tables of a tenant, with its integrations and its activity."""
    about = {name: tenant[name] for name in ("id", "name", "deactivated")}
    return {
        TENANT: {tenant["id"]: about},
        INSTALLED: {document["id"]: document for document in tenant["installed"]},
        ACTIVITY: {str(number): entry for number, entry in enumerate(tenant["activity"])},
    }


def stored_installed(body: Document, place: str, time: WorldTime) -> Document:
    """What is stored of an installed integration; raises SeedError, naming `place`."""
    from .seeded_integrations import installed

    try:
        return installed(body, time.random)
    except (ApiError, ValidationFailure) as error:
        raise SeedError(f"{place}: {error.code} {' '.join(error.parameters)}") from None


def load(seed: Seed, time: WorldTime, mistakes: Mistakes) -> None:
    """Replace installed integrations by what is stored of them."""
    with mistakes:
        _check_keys(seed)
    for number, tenant in enumerate(seed["tenants"]):
        place = f"tenants[{number}].installed"
        documents = []
        for position, body in enumerate(tenant["installed"]):
            with mistakes:
                documents.append(stored_installed(body, f"{place}[{position}]", time))
        with mistakes:
            check_unique([document["id"] for document in documents], place)
        tenant["installed"] = documents


def _check_keys(seed: Seed) -> None:
    """Refuse a key that two tenants, or one tenant twice, would have; raises SeedError."""
    seen: set[str] = set()
    for number, tenant in enumerate(seed["tenants"]):
        for position, key in enumerate(tenant["keys"]):
            if key["key"] in seen:
                place = f"tenants[{number}].keys[{position}]"
                raise SeedError(f"{place}: {key['key']!r} is there twice")
            seen.add(key["key"])


def owners(seed: Seed, time: WorldTime) -> Iterator[tuple[Owner, Tables]]:
    """Tenants, and their tables."""
    for tenant in seed["tenants"]:
        yield Owner(time.world, TENANT, tenant["id"]), tables(tenant)


def keys(seed: Seed, world: str) -> Iterator[Document]:
    """The documents of tenants' keys; a partner's enter its clients' tenants, too (CLIENT)."""
    clients: dict[str, list[str]] = {}
    for tenant in seed["tenants"]:
        clients.setdefault(tenant.get("partner", ""), []).append(tenant["id"])
    for tenant in seed["tenants"]:
        covered = [tenant["id"], *clients.get(tenant["id"], ())]
        roles = [{"roleName": "TENANT_ADMINISTRATOR", "tenantId": each} for each in covered]
        for key in tenant["keys"]:
            client = {"clientId": key["key"], "clientSecret": key["secret"], "roles": roles}
            # Apart from service accounts, which may have the same name.
            seed_key = f"tenant/{key.get('seedKey', key['key'])}"
            yield client_document({**client, "seedKey": seed_key}, world)


def fresh_keys(seed: Seed, random: RandomSource) -> Seed:
    """The tenants, with new keys."""

    def fresh_key(key: dict[str, str]) -> dict[str, str]:
        secrets = {"key": random.alphanumeric(32), "secret": random.alphanumeric(64)}
        return {**secrets, "seedKey": key["key"]}

    tenants = seed["tenants"]
    return {"tenants": [{**each, "keys": [*map(fresh_key, each["keys"])]} for each in tenants]}


def access(seed: Seed) -> Document:
    """Tenants by `id` and `name`, and their `keys`: objects of `key` and `secret`."""

    def shown(tenant: Mapping[str, Any]) -> Document:
        keys = [{"key": key["key"], "secret": key["secret"]} for key in tenant["keys"]]
        return {"id": tenant["id"], "name": tenant["name"], "keys": keys}

    return {"tenants": [*map(shown, seed["tenants"])]}
