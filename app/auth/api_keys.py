"""API keys: who calls, from where, and what the key may do."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Protocol

from ..store import Document, Owner
from ..store.layout import API_KEY, KEY, NO_WORLD
from .digest import ha1

_PUBLIC_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_OWNER = "OWNER"
# Of an organization's roles these reach into its projects; all others of a kind read (DOCS).
_ORG_READERS = frozenset({"ORG_OWNER", "ORG_READ_ONLY"})


class Readable(Protocol):
    """Where documents are looked up: the store, or what a request reads of it."""

    def get(self, owner: Owner, table: str, key: str) -> Document | None:
        """One document, or None."""


@dataclass(frozen=True)
class Key:
    """An API key: `ha1` is its private half's hash for digest, `secret_hash` that for tokens."""

    public_key: str
    ha1: str
    world: str
    roles: tuple[Mapping[str, str], ...]
    access_list: tuple[str, ...]
    secret_hash: str = ""

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
        caller = plain_address(address)
        return not self.access_list or any(caller in ip_network(net) for net in self.access_list)

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
    public_key = seeded["publicKey"]
    return _document(public_key, seeded, world, ha1=ha1(public_key, seeded["privateKey"]))


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


def find_key(store: Readable, public_key: str) -> Key | None:
    """The key by its public half, or None."""
    is_valid = is_public_key(public_key)
    key = store.get(owner_of(public_key), API_KEY, public_key) if is_valid else None
    if key is None:
        return None
    roles, access_list = tuple(key["roles"]), tuple(key["accessList"])
    digest_hash, token_hash = key.get("ha1", ""), key.get("secretHash", "")
    return Key(public_key, digest_hash, key["world"], roles, access_list, token_hash)


def is_public_key(text: str) -> bool:
    """Whether the text has the form of a public key, or of a user name of older servers."""
    return _PUBLIC_KEY.fullmatch(text) is not None
