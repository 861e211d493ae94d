"""Access lists of API keys, which are enforced where the setting says so."""

from functools import partial
from ipaddress import ip_network
from typing import Any
from urllib.parse import quote

from flask import Response

from opsemu.schemas.api_keys import AccessListEntry
from opsemu.schemas.profiles import ATLAS_V2, EVERY

from ...api.authentication import LOOPBACK
from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...auth.api_keys import ENTRIES, plain_address
from ...store import Document
from ..dialect import dialect, profile
from ..organization_access import get_organization
from ..request_helpers import load_bodies, page_of
from .documents import bare_address, change_key, cidr_block, find_key, key_url, keys_of, new_entry

bp = Resource("key_access_lists", __name__, EVERY, "ApiOrganizationApiUsersAccessListResource")

_KEY, _ENTRY = "/orgs/<org_id>/apiKeys/<key_id>", "<path:address>"
_OLD = EVERY - ATLAS_V2
_LIMITS = {"limit": 500, "limited_with": "ApiOrganizationApiUsersResource"}


@bp.get(f"{_KEY}/whitelist", operation="getApiUserAccessList", families=_OLD, **_LIMITS)
@bp.get(f"{_KEY}/accessList", operation="getApiUserAccessList", **_LIMITS)
def list_all(org_id: str, key_id: str) -> Response:
    """The entries of a key's access list, the oldest first."""
    get_organization(org_id)
    return reply(_page(org_id, find_key(keys_of(org_id), key_id)))


@bp.post(f"{_KEY}/whitelist", operation="addApiUserAccessList", families=_OLD, **_LIMITS)
@bp.post(f"{_KEY}/accessList", operation="addApiUserAccessList", **_LIMITS)
def add(org_id: str, key_id: str) -> Response:
    """Add entries; the answer has the whole list (RECORDED)."""
    get_organization(org_id, write=True)
    key, entries = find_key(keys_of(org_id), key_id), _new_entries()
    return reply(_page(org_id, change_key(key, partial(_added, entries=entries))))


@bp.get(
    f"{_KEY}/whitelist/{_ENTRY}", operation="getApiUserAccessListEntry", families=_OLD, **_LIMITS
)
@bp.get(f"{_KEY}/accessList/{_ENTRY}", operation="getApiUserAccessListEntry", **_LIMITS)
def get_one(org_id: str, key_id: str, address: str) -> Response:
    """One entry, by its address or block."""
    get_organization(org_id)
    key = find_key(keys_of(org_id), key_id)
    return reply(_show(org_id, key, _find(key, address)))


@bp.delete(
    f"{_KEY}/whitelist/{_ENTRY}", operation="deleteUserAccessListEntry", families=_OLD, **_LIMITS
)
@bp.delete(f"{_KEY}/accessList/{_ENTRY}", operation="deleteUserAccessListEntry", **_LIMITS)
def delete(org_id: str, key_id: str, address: str) -> Response:
    """Remove an entry, but not the last one that admits the caller to its own key."""
    get_organization(org_id, write=True)
    change_key(find_key(keys_of(org_id), key_id), partial(_removed, address=address))
    return no_content()


def _added(key: Document, entries: list[Document]) -> Document:
    """A key with further entries; raises the family's error for one that is listed."""
    listed = list(key[ENTRIES])
    for entry in entries:
        block = entry["cidrBlock"]
        if block in [each["cidrBlock"] for each in listed]:
            raise ApiError(dialect().keys.address_taken, bare_address(block) or block)
        listed.append(entry)
    return {**key, ENTRIES: listed}


def _removed(key: Document, address: str) -> Document:
    """A key without an entry; raises CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST."""
    removed, entries = _find(key, address), key[ENTRIES]
    caller = plain_address(current().request.remote_addr or LOOPBACK)
    admitting = [each for each in entries if caller in ip_network(each["cidrBlock"])]
    if key["publicKey"] == current().key.public_key and admitting == [removed]:
        raise ApiError("CANNOT_REMOVE_CALLER_FROM_ACCESS_LIST", str(caller))
    return {**key, ENTRIES: [entry for entry in entries if entry != removed]}


def _new_entries() -> list[Document]:
    """The entries in the request's array; raises the errors of the table of codes."""
    loaded = load_bodies(AccessListEntry)
    if any(body.get("ipAddress") and body.get("cidrBlock") for body in loaded):
        raise ApiError("BAD_ACCESS_LIST_ADD_REQUEST")
    return [new_entry(body.get("ipAddress") or body.get("cidrBlock") or "") for body in loaded]


def _find(key: Document, address: str) -> Document:
    """The entry of an address or block; raises the family's error for one that is not listed."""
    block = cidr_block(address)
    entries: list[Document] = key[ENTRIES]
    for entry in entries:
        if entry["cidrBlock"] == block:
            return entry
    raise ApiError(dialect().keys.address_not_found, address)


def _page(org_id: str, key: Document) -> dict[str, Any]:
    return page_of(key[ENTRIES], partial(_show, org_id, key))


def _show(org_id: str, key: Document, entry: Document) -> dict[str, Any]:
    """An entry; one of a block has no address, and its link has the block (RECORDED, DOCS)."""
    address = bare_address(entry["cidrBlock"])
    item = quote(address or entry["cidrBlock"], safe=":")
    url = f"{key_url(org_id, key)}/accessList/{item}"
    return AccessListEntry.of(profile()).show(
        {**entry, "ipAddress": address, "links": [self_link(url)]}
    )
