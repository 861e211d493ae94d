"""API keys that clients make: their documents, and how they are shown."""

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_interface, ip_network
from typing import Any

from opsemu.schemas.api_keys import ApiKey

from ...api.context import current
from ...api.errors import ApiError
from ...api.urls import self_link
from ...auth import made_keys
from ...auth.api_keys import ENTRIES, find_document, last_block
from ...auth.digest import ha1
from ...store import Document, MissingOwner
from ..dialect import dialect, profile
from ..parents import check_id
from ..project_access import find_project
from ..projects.names import project_ids
from ..request_helpers import find_by_id

MEMBER = "ORG_MEMBER"


def create_key(
    scope: Mapping[str, str], desc: str, roles: Iterable[str], access_list: Iterable[str] = ()
) -> tuple[Document, str]:
    """Make a key in the world of the request: its document, and its private half.

    `scope` is what the roles are for: `{"orgId": …}`, `{"groupId": …}`, or nothing for Ops
    Manager as a whole. A key of a project is a member of its organization (RECORDED).
    Addresses are bare or in CIDR notation; raises INVALID_IP_ADDRESS_OR_CIDR_NOTATION.
    """
    ctx, documents = current(), [{**scope, "roleName": role} for role in dict.fromkeys(roles)]
    if "groupId" in scope:
        project = find_project(scope["groupId"]) or {}
        documents.insert(0, {"orgId": project["orgId"], "roleName": MEMBER})
    private_key = ctx.time.random.uuid()
    document: Document = {
        "id": ctx.time.object_id(),
        "desc": desc,
        "lastBlock": last_block(private_key),
        "roles": documents,
        ENTRIES: [new_entry(address) for address in access_list],
    }
    is_new = False
    while not is_new:  # another key may have the same public half
        public_key = ctx.time.random.letters(8)
        document |= {"publicKey": public_key, "ha1": ha1(public_key, private_key)}
        is_new = made_keys.create(ctx.store, ctx.time.world, document)
    return document, private_key


def every_key() -> list[Document]:
    """The keys of the caller's world, in the order of their public halves."""
    return list(made_keys.every(current().store, current().key.world))


def keys_of(org_id: str) -> list[Document]:
    """The keys with a role in an organization or in one of its projects."""
    projects = set(project_ids(org_id).values())

    def is_in(role: Document) -> bool:
        return role.get("orgId") == org_id or role.get("groupId") in projects

    return [key for key in every_key() if any(map(is_in, key["roles"]))]


def find_key(keys: Iterable[Document], key_id: str) -> Document:
    """The key of an id; raises INVALID_KEY_ID or API_KEY_NOT_FOUND."""
    check_id(key_id, "INVALID_KEY_ID")
    return find_by_id(keys, key_id, "API_KEY_NOT_FOUND")


def id_of(public_key: str) -> str:
    """The id of a key by its public half; of one that has gone, that of a seed's key."""
    key = find_document(current().store, public_key)
    return made_keys.key_id(key or {"publicKey": public_key})


def change_key(key: Document, edit: Callable[[Document], Document]) -> Document:
    """Replace what is stored of a key by what `edit` makes of it; raises API_KEY_NOT_FOUND."""
    ctx = current()
    try:
        changed = made_keys.change(ctx.store, ctx.key.world, key["publicKey"], edit)
    except MissingOwner:  # deleted since it was looked up
        raise ApiError("API_KEY_NOT_FOUND", key["id"]) from None
    return {**key, **changed}


def become_owner(project: Document) -> None:
    """Make the caller's key an owner of a project that it has made, unless it is one (DOCS)."""
    ctx = current()
    if not ctx.key.may_write(project):
        role = {"groupId": project["id"], "roleName": "GROUP_OWNER"}
        made_keys.change(
            ctx.store,
            ctx.key.world,
            ctx.key.public_key,
            lambda own: {**own, "roles": [*own["roles"], role]},
        )


def show_key(key: Document, org_id: str = "null", private_key: str = "") -> dict[str, Any]:
    """A key as the API shows it, its private half only if it is given, else its last block.

    The link is one to the organization, whatever the key is for (RECORDED).
    """
    masked = f"********-****-****-{key.get('lastBlock') or '*' * 12}"
    shown = {
        **key,
        "desc": key.get("desc", ""),
        "links": [self_link(key_url(org_id, key))],
        "privateKey": private_key or masked,
        "roles": [dict(sorted(role.items())) for role in key["roles"]],
    }
    return ApiKey.of(profile()).show(shown)


def key_url(org_id: str, key: Document) -> str:
    """The URL of a key in the caller's API family."""
    return f"{current().base_url}{dialect().prefix}/orgs/{org_id}/apiKeys/{key['id']}"


def new_entry(address: str) -> Document:
    """An entry of an access list; raises INVALID_IP_ADDRESS_OR_CIDR_NOTATION."""
    return {"cidrBlock": cidr_block(address), "created": current().time.timestamp()}


def cidr_block(address: str) -> str:
    """An address or a block in CIDR notation; raises INVALID_IP_ADDRESS_OR_CIDR_NOTATION."""
    try:
        return str(ip_interface(address).network)
    except ValueError:
        raise ApiError("INVALID_IP_ADDRESS_OR_CIDR_NOTATION", address) from None


def bare_address(cidr: str) -> str | None:
    """The address of a block that has no other, else None."""
    network = ip_network(cidr)
    return str(network.network_address) if network.num_addresses == 1 else None
