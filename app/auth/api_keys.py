"""API keys: who calls, from where, and what the key may do."""

import re
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, NamedTuple, Protocol

from ..store import Document, Owner
from ..store.layout import API_KEY, KEY, NO_WORLD
from .digest import ha1

_PUBLIC_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_UUID = re.compile(r"(?:[0-9A-Fa-f]+-){4}([0-9A-Fa-f]{12})", re.ASCII)
_OWNER = "OWNER"
# Of an organization's roles these reach into its projects; all others of a kind read (DOCS).
_ORG_READERS = frozenset({"ORG_OWNER", "ORG_READ_ONLY"})
# In what is stored of a key in no world: its world has a document on it, too.
IN_WORLD = "inWorld"
# In that document: the entries of the access list, whether the key was deleted.
ENTRIES, DELETED = "accessEntries", "deleted"


class Readable(Protocol):
    """Where documents are looked up: the store, or what a request reads of it."""

    def get(self, owner: Owner, table: str, key: str) -> Document | None:
        """One document, or None."""


class Key(NamedTuple):
    """An API key: `ha1` is its private half's hash for digest, `secret_hash` that for tokens.

    `access_list` is a seed's, `added_list` one that was made over the API: it is enforced
    where the setting says so.
    """

    public_key: str
    ha1: str
    world: str
    roles: tuple[Mapping[str, str], ...]
    access_list: tuple[str, ...]
    secret_hash: str = ""
    added_list: tuple[str, ...] = ()

    def may_read(self, project: Document) -> bool:
        """Whether the project is visible to the key."""
        roles = self._roles_for(project)
        return any(not name.startswith("ORG_") or name in _ORG_READERS for name in roles)

    def may_write(self, project: Document, role: str = _OWNER) -> bool:
        """Whether the key may change something of a project, as an owner or in another role.

        `role` is the name without its kind: GROUP_USER_ADMIN and GLOBAL_USER_ADMIN are
        USER_ADMIN. What has an empty id stands for all that is in its organization.
        """
        names = {name.partition("_")[2] for name in self._roles_for(project)}
        return bool(names & {_OWNER, role})

    def may_enter(self, tenant_id: str) -> bool:
        """Whether the key covers an OpsRamp tenant."""
        return any(role.get("tenantId") == tenant_id for role in self.roles)

    def is_global(self) -> bool:
        """Whether the key belongs to the whole Ops Manager rather than to organizations."""
        return any(role["roleName"].startswith("GLOBAL_") for role in self.roles)

    def org_ids(self) -> list[str]:
        """The organizations that the key has a role in."""
        return [role["orgId"] for role in self.roles if "orgId" in role]

    def group_ids(self) -> list[str]:
        """The projects that the key has a role in."""
        return [role["groupId"] for role in self.roles if "groupId" in role]

    def describe(self) -> str:
        """The key, its world and its roles, for people."""
        names = [[role[name] for name in sorted(role, reverse=True)] for role in self.roles]
        roles = ", ".join(map(" ".join, names))
        return f"key {self.public_key} of world {self.world} has {roles or 'no role'}"

    def admits(self, address: str) -> bool:
        """Whether an address is on the key's API access list; an empty one admits all."""
        if not self.access_list:
            return True
        caller = plain_address(address)
        return any(caller in ip_network(net) for net in self.access_list)

    def _roles_for(self, project: Document) -> list[str]:
        """The names of the key's roles in the project, in its organization, and everywhere."""
        group, org = {"groupId": project["id"]}, {"orgId": project["orgId"]}
        scopes = {"GROUP": group, "ORG": org, "GLOBAL": {}}
        names = ((role["roleName"], role) for role in self.roles)
        return [
            name
            for name, role in names
            if {**scopes.get(name.partition("_")[0], {"": ""}), "roleName": name} == role
        ]


def plain_address(address: str) -> IPv4Address | IPv6Address:
    """An address; one of IPv4 in IPv6's notation is taken for what it is."""
    parsed = ip_address(address)
    return getattr(parsed, "ipv4_mapped", None) or parsed


def key_document(seeded: Mapping[str, Any], world: str) -> Document:
    """A key of a seed as it is stored; `seedKey` is the one that it was made of."""
    public_key, private_key = seeded["publicKey"], seeded["privateKey"]
    shown = {"desc": seeded.get("desc", ""), "lastBlock": last_block(private_key)}
    return _document(public_key, seeded, world, ha1=ha1(public_key, private_key), **shown)


def client_document(seeded: Mapping[str, Any], world: str) -> Document:
    """A key that asks for tokens, `clientId` and `clientSecret` of a seed, as it is stored."""
    client_id = seeded["clientId"]
    hashed = secret_hash(client_id, seeded["clientSecret"])
    return _document(client_id, seeded, world, secretHash=hashed)


def _document(public: str, seeded: Mapping[str, Any], world: str, **secret: str) -> Document:
    networks = [str(entry.network) for entry in seeded.get("accessList", ())]
    access = {"world": world, "roles": seeded["roles"], "accessList": networks}
    return {"publicKey": public, "seedKey": seeded.get("seedKey", public), **secret, **access}


def secret_hash(client_id: str, secret: str) -> str:
    """The hash that stands for the secret of a key that asks for tokens."""
    return sha256(f"{client_id}:{secret}".encode(errors="surrogatepass")).hexdigest()


def owner_of(public_key: str) -> Owner:
    """Where a key is stored: in no world, because keys choose the world of a request."""
    return Owner(NO_WORLD, KEY, public_key)


def owner_in_world(world: str, public_key: str) -> Owner:
    """Where it is stored what was made or changed of a key over the API."""
    return Owner(world, API_KEY, public_key)


def find_key(store: Readable, public_key: str) -> Key | None:
    """The key by its public half, or None."""
    key = find_document(store, public_key)
    if key is None:
        return None
    networks: list[str] = key.get("accessList", [])
    listed = [each["cidrBlock"] for each in key[ENTRIES]] if ENTRIES in key else networks
    return Key(
        public_key,
        ha1=key.get("ha1", ""),
        world=key["world"],
        roles=tuple(key["roles"]),
        access_list=tuple(listed if networks else ()),
        added_list=tuple(() if networks else listed),
        secret_hash=key.get("secretHash", ""),
    )


def find_document(store: Readable, public_key: str) -> Document | None:
    """What is stored of a key, or None."""
    is_valid = is_public_key(public_key)
    key = store.get(owner_of(public_key), API_KEY, public_key) if is_valid else None
    if key is None or not key.get(IN_WORLD):
        return key
    own = store.get(owner_in_world(key["world"], public_key), API_KEY, public_key)
    return merged(key, own)


def merged(key: Document, own: Document | None) -> Document | None:
    """A key of what is stored of it in no world, and of its world's own document.

    None if it was deleted, or made over an API in a world that was reset since. No document
    of a world, which may have been imported, says which world the key leads to, or has
    another private half for a seed's key.
    """
    if own is None:
        return key if "roles" in key else None
    fixed: Document = {name: key[name] for name in ("world", "ha1", "secretHash") if name in key}
    return None if own.get(DELETED) else {**key, **own, **fixed}


def last_block(private_key: str) -> str:
    """What is shown of a private key that is a UUID; empty for others."""
    match = _UUID.fullmatch(private_key)
    return match[1] if match else ""


def is_public_key(text: str) -> bool:
    """Whether the text has the form of a public key, or of a user name of older servers."""
    return _PUBLIC_KEY.fullmatch(text) is not None
