"""MongoDB's part of a seed: organizations, projects with integrations, and keys."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields

from opsemu.schemas import REGISTRY, Profile
from opsemu.schemas.errors import ValidationFailure

from ..auth.api_keys import client_document, key_document
from ..store import Document, Owner
from ..store.base import Tables
from ..store.layout import ALERT_CONFIGS, INTEGRATIONS, ORGANIZATION, PROJECT, PROJECT_NAMES
from ..worlds.clock import WorldTime
from ..worlds.known_names import hint, unknown
from ..worlds.random_source import RandomSource
from ..worlds.seed_errors import Mistakes, SeedError, check_unique
from ..worlds.seeds import Sections, Seed
from .automation.seeded import SeededAutomation, automation_tables, check_automation
from .people.seeded import (
    Organization,
    ProjectPeople,
    check_people,
    organization_tables,
    project_tables,
    users_owner,
)
from .roles import Role, check_public_key, check_scopes, is_object_id

# The type is for the JSON Schema: the schema of each type checks the rest.
_TYPE = {"type": {"enum": sorted(REGISTRY)}}
_BODY = fields.Dict(keys=fields.String(), metadata={"properties": _TYPE, "required": ["type"]})


def _alert() -> Schema:
    from .alerts.seeded import SeededAlert

    return SeededAlert()


class _Project(ProjectPeople, SeededAutomation):
    orgId = fields.String(required=True, validate=is_object_id)
    integrations = fields.List(_BODY, load_default=list)
    alertConfigs = fields.List(fields.Dict(keys=fields.String()), load_default=list)
    alerts = fields.List(fields.Nested(_alert), load_default=list)


def _key(name: str, public: str, secret: str) -> type[Schema]:
    return Schema.from_dict(
        {
            public: fields.String(required=True, validate=check_public_key),
            secret: fields.String(required=True),
            "desc": fields.String(),
            "roles": fields.List(fields.Nested(Role), required=True),
            "accessList": fields.List(fields.IPInterface(), load_default=list),
        },
        name=name,
    )


def _section(schema: type[Schema], unique: str) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), load_default=list, metadata={"unique": unique})


SECTIONS: Sections = {
    "organizations": _section(Organization, "id"),
    "projects": _section(_Project, "id"),
    "apiKeys": _section(_key("ApiKey", "publicKey", "privateKey"), "publicKey"),
    "serviceAccounts": _section(_key("ServiceAccount", "clientId", "clientSecret"), "clientId"),
}


def stored_integration(body: Document, place: str, time: WorldTime) -> tuple[str, Document]:
    """The type of an integration and what is stored of it; raises SeedError, naming `place`."""
    type_name = str(body.get("type", ""))
    if type_name not in REGISTRY:
        raise SeedError(f"{place}: {unknown('type', type_name, REGISTRY, 'opsemu types')}")
    schema = REGISTRY[type_name].of(Profile())
    try:
        document = schema.merged({}, schema.read(body))
    except ValidationFailure as error:
        words = " ".join((error.code, *error.parameters))
        near = hint("".join(error.parameters[:1]), schema.fields)
        raise SeedError(f"{place}: {words}{near}") from None
    return type_name, {**document, "id": time.object_id()}


def load(seed: Seed, time: WorldTime, mistakes: Mistakes) -> None:
    """Replace integrations and alert configurations by what is stored of them."""
    names: dict[tuple[str, str], int] = {}
    for number, project in enumerate(seed["projects"]):
        place, name = f"projects[{number}]", project["name"]
        first = names.setdefault((project["orgId"], name), number)
        with mistakes:
            if first != number:
                raise SeedError(f"{place}.name: {name!r} is the name of projects[{first}], too")
        at, integrations = f"{place}.integrations", list[tuple[str, Document]]()
        for position, body in enumerate(project["integrations"]):
            with mistakes:
                integrations += [stored_integration(body, f"{at}[{position}]", time)]
        with mistakes:
            check_unique([type_name for type_name, _ in integrations], at)
        project["integrations"] = dict(integrations)
        with mistakes:
            project["alertConfigs"] = _configs(project, f"{place}.alertConfigs", time)
    check_people(seed, mistakes)
    check_automation(seed, mistakes)
    check_scopes(seed, mistakes)


def _configs(project: Document, place: str, time: WorldTime) -> dict[str, Document]:
    if not project["alertConfigs"]:
        return {}
    from .alerts.documents import seeded_configs

    return seeded_configs(project, place, time)


def owners(seed: Seed, time: WorldTime) -> Iterator[tuple[Owner, Tables]]:
    """Organizations and projects, and their tables; an organization may be unlisted."""
    yield from users_owner(seed, time)
    projects = seed["projects"]
    listed = {each["id"]: each for each in seed["organizations"]}
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for each in projects:
        names[each["orgId"]][each["name"]] = each["id"]
    unlisted = names.keys() - listed.keys()
    for about in [*listed.values(), *({"id": each, "name": each} for each in sorted(unlisted))]:
        org_id = about["id"]
        tables = {
            ORGANIZATION: {org_id: _only(about, "id", "name")},
            PROJECT_NAMES: {org_id: names[org_id]},
            **organization_tables(about, time),
        }
        yield Owner(time.world, ORGANIZATION, org_id), tables
    for project in projects:
        about = {**_only(project, "id", "name", "orgId"), "created": time.timestamp()}
        tables = {
            PROJECT: {project["id"]: about},
            INTEGRATIONS: project["integrations"],
            ALERT_CONFIGS: project["alertConfigs"],
            **project_tables(project, time),
            **automation_tables(project, time),
        }
        yield Owner(time.world, PROJECT, project["id"]), tables


def keys(seed: Seed, world: str) -> Iterator[Document]:
    """The documents of API keys and service accounts that lead to a world."""
    yield from (key_document(key, world) for key in seed["apiKeys"])
    yield from (client_document(account, world) for account in seed["serviceAccounts"])


def fresh_keys(seed: Seed, random: RandomSource) -> Seed:
    """The sections of keys, with new keys."""
    keys = [
        {
            **key,
            "publicKey": random.letters(8),
            "privateKey": random.uuid(),
            "seedKey": key["publicKey"],
        }
        for key in seed["apiKeys"]
    ]
    accounts = [
        {
            **account,
            "clientId": f"mdb_sa_id_{random.bytes(12).hex()}",
            "clientSecret": f"mdb_sa_sk_{random.alphanumeric(40)}",
            "seedKey": account["clientId"],
        }
        for account in seed["serviceAccounts"]
    ]
    return {"apiKeys": keys, "serviceAccounts": accounts}


def access(seed: Seed) -> Document:
    """The keys of a seed with their private halves, and where they lead."""
    accounts = seed["serviceAccounts"]
    return {
        "keys": [_only(key, "publicKey", "privateKey", "desc") for key in seed["apiKeys"]],
        "serviceAccounts": [_only(each, "clientId", "clientSecret", "desc") for each in accounts],
        "organizations": [_only(each, "id", "name") for each in seed["organizations"]],
        "projects": [_only(project, "id", "name", "orgId") for project in seed["projects"]],
    }


def _only(row: Document, *names: str) -> Document:
    return {name: row[name] for name in names if name in row}
