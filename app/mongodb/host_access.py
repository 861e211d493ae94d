"""Look up a host of a project."""

import re

from ..api.errors import ApiError
from ..store import Document
from .parents import Parent

_HOST_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


def get_host(project: Parent, host_id: str) -> Document:
    """A host of a project; raises HOST_NOT_FOUND."""
    if not _HOST_ID.fullmatch(host_id):
        raise ApiError("HOST_NOT_FOUND", host_id, project.id)
    return {"id": host_id, "hostname": "localhost", "port": 27017}
