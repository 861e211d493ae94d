"""What `opsemu serve` prints when it answers: what a newcomer needs for the first call."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from .. import __version__
from .admin import table
from .group import connectable

if TYPE_CHECKING:
    from ..store import Store
    from ..testing.emulator import Emulator
    from ..worlds.seeds import Seed

MAX_KEYS = 1000  # of a state that are looked at for one that leads into the default world


class Access(NamedTuple):
    """A project and a key for it, a tenant and its key; "" for what there is not.

    Only private halves that everybody knows are here.
    """

    project: str = ""
    public_key: str = ""
    private_key: str = ""
    tenant: str = ""
    client: str = ""
    secret: str = ""


def banner(emulator: Emulator) -> str:
    """State, seed, addresses, keys and a line to paste. The last line is `Ready.`."""
    from ..application import SEEDS
    from ..store import shown_url
    from ..worlds.manager import SERVER_SEED
    from ..worlds.seed_files import BUILT_IN, read_document

    config, store = emulator.config, emulator.store
    # The seed's file may be gone by now, or have been a pipe.
    seed = emulator.app.extensions["opsemu.admin"].worlds.seed(SERVER_SEED)
    planted = _planted_seed(store, config.seed)
    names = sorted(BUILT_IN, key=lambda name: name != planted)
    held = (name for name in names if _holds_keys(store, read_document(name)["apiKeys"]))
    built_in = (seed if name == config.seed else SEEDS.load(name) for name in held)
    documented = next((each for each in built_in if _holds(store, each)), None)
    access = _seed_access(documented) if documented else _state_access(store, seed)
    state = shown_url(config.state)
    origin = f"state {state}, seed {config.seed}"
    if planted != config.seed or not _holds(store, seed):
        origin = f"state of {state}, its seed was planted before"
    profile = f", profile {config.profile}" * bool(config.profile)
    scheme = emulator.base_url.partition(":")[0]
    base_url = connectable(emulator.host, emulator.port, scheme)
    url = f"{base_url}/api/public/v1.0"
    own = connectable(emulator.host, emulator.admin_port, scheme) if emulator.admin_port else ""
    rows = [
        ("Ops Manager", url),
        ("project", access.project),
        ("key", _shown(access.public_key, access.private_key or "<private key>")),
        ("OpsRamp", base_url),
        ("tenant", access.tenant),
        ("key", _shown(access.client, access.secret or "<secret>")),
        ("Links", config.external_url),
        ("Control", f"{own}/__admin" * bool(own)),
    ]
    lines = table((), [row for row in rows if row[1]]).replace("\n", "\n  ")
    curl = f"curl --cacert {emulator.ca_file}" if emulator.ca_file else "curl"
    command = _command(curl, base_url, url, access)
    return f"opsemu {__version__}, {origin}{profile}\n  {lines}\n\nTry:\n  {command}\n\nReady."


def _shown(public: str, private: str) -> str:
    return f"{public} / {private}" if public else ""


def _command(curl: str, base_url: str, url: str, access: Access) -> str:
    """A line to paste; without a private key, curl asks for it."""
    if not (access.project and access.public_key):
        return f"{curl} '{base_url}/api/private/unauth/version'"
    user = ":".join(filter(None, [access.public_key, access.private_key]))
    return (
        f"{curl} --digest --user '{user}' \\\n"
        f"    '{url}/groups/{access.project}/integrations?pretty=true'"
    )


def _planted_seed(store: Store, default: str) -> str:
    """The seed that the state was planted from; states of earlier versions do not tell."""
    from ..store.layout import PLANTED, PLANTED_OWNER, STATE

    planted = store.get(PLANTED_OWNER, STATE, PLANTED) or {}
    return str(planted.get("seed", default))


def _holds_keys(store: Store, keys: list[dict[str, str]]) -> bool:
    """Whether there are keys of these names; to read a seed whole takes longer."""
    from ..auth.api_keys import find_key

    return all(find_key(store, key["publicKey"]) for key in keys)


def _holds(store: Store, seed: Seed) -> bool:
    """Whether the default world still has the keys of a seed and its first project."""
    from ..application import SEEDS
    from ..auth.api_keys import owner_of
    from ..store import Owner
    from ..store.layout import API_KEY, DEFAULT_WORLD, PROJECT

    for key in SEEDS.keys(seed, DEFAULT_WORLD):
        stored = store.get(owner_of(key["publicKey"]), API_KEY, key["publicKey"]) or {}
        if any(stored.get(member) != key.get(member) for member in ("world", "ha1", "secretHash")):
            return False
    owners = [Owner(DEFAULT_WORLD, PROJECT, row["id"]) for row in seed["projects"][:1]]
    return all(store.tables(owner) is not None for owner in owners)


def _seed_access(seed: Seed) -> Access:
    """What a built-in seed leads to; its private halves are documented."""
    from ..mongodb.first_access import first_access
    from ..opsramp.seeding import first_tenant

    access, tenant = first_access(seed), first_tenant(seed)
    key = (access.public_key, access.private_key)
    return Access(access.group_id, *key, tenant.tenant_id, tenant.key, tenant.secret)


def _state_access(store: Store, seed: Seed) -> Access:
    """What leads into the default world as the state has it, the seed's first."""
    from ..admin.world_access import MAX_LISTED, world_access
    from ..application import SEEDS
    from ..auth.api_keys import find_key
    from ..store.layout import DEFAULT_WORLD, KEY, NO_WORLD

    names = [key["publicKey"] for key in SEEDS.keys(seed)]
    names += sorted(islice(store.names(NO_WORLD, KEY), MAX_KEYS))
    found = [find_key(store, name) for name in dict.fromkeys(names)]
    keys = [key for key in found if key is not None and key.world == DEFAULT_WORLD]
    rows = (*seed["projects"][:MAX_LISTED], *seed["tenants"][:MAX_LISTED])
    first = [row["id"] for row in rows]
    stored = world_access(store, DEFAULT_WORLD, [key.public_key for key in keys], first)
    pairs = [
        (key.may_write(project), key.may_read(project), project["id"], key.public_key)
        for project in stored["mongodb"]["projects"]
        for key in keys
        if key.ha1
    ]
    *_, project, public_key = max(pairs, key=lambda pair: pair[:2], default=("", ""))
    tenants = stored["opsramp"]["tenants"]
    clients = [(tenant["id"], row["key"]) for tenant in tenants for row in tenant["keys"]]
    tenant_id, client = next(iter(clients), ("", ""))
    return Access(project, public_key, tenant=tenant_id, client=client)
