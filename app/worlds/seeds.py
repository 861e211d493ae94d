"""Seeds, which fill a fresh store; a seed is checked whole before anything is stored."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from marshmallow import ValidationError

from opsemu.schemas import REGISTRY
from opsemu.schemas.errors import ValidationFailure

from ..api.errors import ApiError
from ..auth.api_keys import client_document, key_document, owner_of
from ..config import Config
from ..mongodb import organizations
from ..mongodb.notifications import INTEGRATIONS
from ..mongodb.project_access import ABOUT, KIND
from ..opsramp import seeding as tenants
from ..store import NO_WORLD, Owner, Store, open_store
from ..store.layout import API_KEY, DEFAULT_WORLD
from .clock import Clocks, WorldTime
from .seed_schema import Seed, first_message

BUILT_IN = ("demo", "empty")

_PLANTED = Owner(NO_WORLD, "state", "planted")


class SeedError(Exception):
    """A seed that cannot be used; the message is one sentence that names the place."""


_IDENTIFIERS = (
    ("organizations", "id"),
    ("projects", "id"),
    ("apiKeys", "publicKey"),
    ("serviceAccounts", "clientId"),
    ("tenants", "id"),
)


def load_seed(name: str, rng_seed: str = "") -> dict[str, Any]:
    """A built-in seed by name, or the one in a JSON or YAML file; raises SeedError."""
    return read_seed(_parse(name), name, Clocks(rng_seed).time("seed"))


def read_seed(document: Any, name: str, time: WorldTime) -> dict[str, Any]:
    """A seed as it is written, checked; raises SeedError, which calls it `name`."""
    try:
        seed: dict[str, Any] = Seed().load(document)
    except ValidationError as error:
        raise SeedError(f"seed {name}: {first_message(error.messages)}") from None
    for rows, identifier in _IDENTIFIERS:
        _each_once([row[identifier] for row in seed[rows]], f"seed {name}: {rows}")
    for number, project in enumerate(seed["projects"]):
        place = f"seed {name}: projects[{number}].integrations"
        found = [
            stored_integration(body, f"{place}[{position}]", time)
            for position, body in enumerate(project["integrations"])
        ]
        _each_once([type_name for type_name, _ in found], place)
        project["integrations"] = dict(found)
    for number, tenant in enumerate(seed["tenants"]):
        place = f"seed {name}: tenants[{number}].installed"
        tenant["installed"] = [
            stored_installed(body, f"{place}[{position}]", time)
            for position, body in enumerate(tenant["installed"])
        ]
        _each_once([document["id"] for document in tenant["installed"]], place)
    return seed


class Access(NamedTuple):
    """What a client needs to be let in."""

    public_key: str
    private_key: str
    org_id: str
    group_id: str


def first_access(seed: dict[str, Any]) -> Access:
    """The first key of a seed and the first project, for banners, examples and tests."""
    if not (seed["apiKeys"] and seed["projects"]):
        return Access("<public key>", "<private key>", "<organization>", "<project>")
    key, project = seed["apiKeys"][0], seed["projects"][0]
    return Access(key["publicKey"], key["privateKey"], project["orgId"], project["id"])


def seeded_store(config: Config, seed: dict[str, Any] | None = None) -> Store:
    """The store that a configuration names, seeded if it is fresh; raises StateError, SeedError."""
    seed = seed or load_seed(config.seed)
    store = open_store(config.state)
    plant(store, seed, Clocks(config.rng_seed).time(DEFAULT_WORLD))
    return store


def plant(store: Store, seed: dict[str, Any], time: WorldTime) -> None:
    """Put a seed and its keys into the store, unless the store was planted before."""
    if is_planted(store):
        return
    plant_world(store, seed, time)
    plant_keys(store, seed, time.world)
    store.create(_PLANTED, {"state": {"planted": {"planted": True}}})


def is_planted(store: Store) -> bool:
    """Whether the store has got its seed."""
    return store.get(_PLANTED, "state", "planted") is not None


def plant_world(store: Store, seed: dict[str, Any], time: WorldTime) -> None:
    """What a seed holds but for its keys, in the world of `time`."""
    world = time.world
    for organization in _organizations(seed):
        org_id = organization["id"]
        names = {each["name"]: each["id"] for each in seed["projects"] if each["orgId"] == org_id}
        tables = {organizations.ABOUT: {org_id: organization}, organizations.NAMES: {org_id: names}}
        store.create(Owner(world, organizations.KIND, org_id), tables)
    for project in seed["projects"]:
        about = {name: project[name] for name in ("id", "name", "orgId")}
        about["created"] = time.timestamp()
        tables = {ABOUT: {project["id"]: about}, INTEGRATIONS: project["integrations"]}
        store.create(Owner(world, KIND, project["id"]), tables)
    for tenant in seed["tenants"]:
        store.create(Owner(world, tenants.KIND, tenant["id"]), tenants.tables(tenant))


def plant_keys(store: Store, seed: dict[str, Any], world: str) -> None:
    """The keys of a seed, which lead to a world; those that exist stay as they are."""
    for key in seed["apiKeys"]:
        document = key_document(key, world)
        store.create(owner_of(key["publicKey"]), {API_KEY: {key["publicKey"]: document}})
    clients = [client for tenant in seed["tenants"] for client in tenants.clients(tenant)]
    for client in [*seed["serviceAccounts"], *clients]:
        document = client_document(client, world)
        store.create(owner_of(client["clientId"]), {API_KEY: {client["clientId"]: document}})


def _organizations(seed: dict[str, Any]) -> list[dict[str, Any]]:
    """The seed's organizations, and those that only its projects name."""
    named = {each["id"]: each for each in seed["organizations"]}
    implied = {each["orgId"] for each in seed["projects"]} - named.keys()
    return [*named.values(), *({"id": org_id, "name": org_id} for org_id in sorted(implied))]


def stored_installed(body: dict[str, Any], place: str, time: WorldTime) -> dict[str, Any]:
    """What is stored of an installed integration; raises SeedError, which names `place`."""
    try:
        return tenants.installed(body, time.random)
    except (ApiError, ValidationFailure) as refused:
        raise SeedError(f"{place}: {refused.code} {' '.join(refused.parameters)}") from None


def _parse(name: str) -> Any:
    built_in = files("opsemu.data").joinpath(f"{name}.json")
    source = built_in if name in BUILT_IN else Path(name)
    try:
        content = source.read_bytes()
        if name.endswith((".yaml", ".yml")):
            return _parse_yaml(content, name)
        return orjson.loads(content)
    except OSError as error:
        raise SeedError(f"seed {name}: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise SeedError(f"seed {name}: {error}") from None


def _parse_yaml(content: bytes, name: str) -> Any:
    try:
        import yaml
    except ImportError:
        raise SeedError(f"seed {name}: YAML needs `pip install opsemu[yaml]`") from None
    try:
        return yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise SeedError(f"seed {name}: {' '.join(str(error).split())}") from None


def stored_integration(
    body: dict[str, Any], place: str, time: WorldTime
) -> tuple[str, dict[str, Any]]:
    """An integration's type and what is stored of it; raises SeedError, which names `place`."""
    type_name = str(body.get("type", ""))
    if type_name not in REGISTRY:
        raise SeedError(f"{place}: {type_name!r} is not an integration type")
    schema = REGISTRY[type_name]()
    try:
        document = schema.read(body)
        schema.check(document)
    except ValidationFailure as refused:
        raise SeedError(f"{place}: {refused.code} {' '.join(refused.parameters)}") from None
    return type_name, {**document, "id": time.object_id()}


def _each_once(names: list[str], place: str) -> None:
    for position, name in enumerate(names):
        if name in names[:position]:
            raise SeedError(f"{place}[{position}]: {name!r} is there twice")
