"""The list of MongoDB's versions that agents may download."""

from flask import Response

from opsemu.schemas.profiles import OPS_MANAGER

from ...api.context import current
from ...api.responses import reply
from ...api.routes import Resource
from ...store import Owner
from ...store.base import Tables
from ...store.layout import APPLICATION, DEFAULT_WORLD, VERSION_MANIFEST
from ..parents import get_application

bp = Resource("version_manifest", __name__, OPS_MANAGER)
static = Resource("static_version_manifest", __name__)

_EMPTY = {"updated": 0, "versions": []}


@bp.put("/versionManifest", operation="updateVersionManifest")
def replace() -> Response:
    """Replace the list, which may have megabytes."""
    world, manifest = get_application(role="OWNER").owner.world, current().json_object()
    documents: Tables = {name: {VERSION_MANIFEST: {}} for name in (APPLICATION, VERSION_MANIFEST)}
    documents[VERSION_MANIFEST][VERSION_MANIFEST] = manifest
    current().store.put(_owner(world), documents)
    return reply(manifest)


@bp.get("/unauth/versionManifest", operation="getVersionManifest")
@static.get("/static/version_manifest/<name>.json", operation="getStaticVersionManifest")
def get_one(**_: str) -> Response:
    """The list of the default world; it takes no credentials (DOCS)."""
    manifest = current().store.get(_owner(DEFAULT_WORLD), VERSION_MANIFEST, VERSION_MANIFEST)
    return reply(manifest or _EMPTY)


def _owner(world: str) -> Owner:
    """Where the list of a world is stored: by itself, as what is read of an owner is read whole."""
    return Owner(world, APPLICATION, VERSION_MANIFEST)
