"""`/groups/<id>/agentapikeys`: keys that agents call with, kept as hashes."""

import hmac
from hashlib import sha256
from typing import Any

from flask import Response

from opsemu.schemas.automation import AgentKeyBody
from opsemu.schemas.profiles import MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...auth.api_keys import plain_address
from ...store import Document, Owner
from ...store.layout import AGENT_KEYS
from ..keys.documents import id_of
from ..parents import check_id
from ..project_access import get_project
from ..request_helpers import load_body

bp = Resource("agent_keys", __name__, MANAGER)

ALL = "/groups/<group_id>/agentapikeys"
_MASK = "*" * 28  # although the keys are longer (DOCS)
_TAIL = 4


@bp.get(ALL, operation="getAgentApiKeys")
def list_all(group_id: str) -> Response:
    """The keys of a project, masked: an array without a page around it (DOCS)."""
    keys = get_project(group_id).all(AGENT_KEYS).values()
    return reply([_show(key, _MASK + key["tail"]) for key in keys])


@bp.post(ALL, operation="addAgentApiKey")
def create(group_id: str) -> Response:
    """Make a key, which is shown whole this once."""
    project = get_project(group_id, write=True)
    body = load_body(AgentKeyBody)
    text, key = new_key(body["desc"], "PUBLIC_API")
    project.change(AGENT_KEYS, key["id"], lambda _: key)
    return reply(_show(key, text), 201)


@bp.delete(f"{ALL}/<key_id>", operation="deleteAgentApiKey")
def delete(group_id: str, key_id: str) -> Response:
    """Delete a key; raises INVALID_KEY_ID or AGENT_API_KEY_NOT_FOUND."""
    project = get_project(group_id, write=True)
    check_id(key_id, "INVALID_AGENT_KEY_ID")
    if not project.delete(AGENT_KEYS, key_id):
        raise ApiError("AGENT_API_KEY_NOT_FOUND", key_id, group_id)
    return no_content()


def new_key(desc: str, made_by: str) -> tuple[str, Document]:
    """A new key, an identifier and 32 random digits (RECORDED), and what is stored of it."""
    ctx = current()
    text = ctx.time.object_id() + ctx.time.random.bytes(16).hex()
    return text, {
        "createdBy": made_by,
        "createdIpAddr": str(plain_address(ctx.request.remote_addr or "127.0.0.1")),
        "createdTime": int(ctx.time.now() * 1000),
        "createdUserId": id_of(ctx.key.public_key),
        "desc": desc,
        "hash": hash_key(text),
        "id": ctx.time.object_id(),
        "tail": text[-_TAIL:],
    }


def hash_key(text: str) -> str:
    """The hash that is stored of a key, which is masked in the journal from now on."""
    current().world.add_secrets({"key": text})
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def has_key(group: Owner, hashed: str) -> bool:
    """Whether a hash is that of a key of a project's agents."""
    keys = current().store.all(group, AGENT_KEYS).values()
    return any([hmac.compare_digest(hashed, key["hash"]) for key in keys])


def _show(key: Document, text: str) -> dict[str, Any]:
    """A key with its text, or the mask of it; of all ids this one begins with `_` (DOCS)."""
    kept = {name: value for name, value in key.items() if name not in ("hash", "id", "tail")}
    return {"_id": key["id"], **kept, "key": text}
