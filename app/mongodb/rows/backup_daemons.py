"""Backup daemons: each belongs to a machine and a head directory on it."""

from urllib.parse import urlsplit

from flask import Response

from ...api.context import current
from ...api.responses import reply
from ...store import Document
from ..parents import Parent
from .collections import Collection


class Daemons(Collection):
    """The daemons of an Ops Manager; until one is configured, there is one that is not.

    A path names the machine, and the head directory except for a daemon that is new. Werkzeug
    decodes `%2Fdata%2F`, so that slashes at the ends of a directory are lost: they do not count.
    """

    def documents(self, parent: Parent) -> list[Document]:
        """The daemons, which are never none (CLIENT: a script takes the first one)."""
        machine = urlsplit(current().base_url).hostname or ""
        free = {"place": machine, "machine": {"headRootDirectory": "", "machine": machine}}
        return super().documents(parent) or [free]

    def replace(self, item_id: str, **_: str) -> Response:
        """Configure a daemon, or add one."""
        parent, body = self.parent(write=True), self.load()
        machine, _slash, head = item_id.partition("/")
        own_head = {"headRootDirectory": f"/{head.strip('/')}/" if head else ""}
        body["machine"] = {**own_head, **body["machine"], "machine": machine}
        place = f"{machine}/{(head or body['machine']['headRootDirectory']).strip('/')}"
        daemon = self.write(parent, place, lambda old: self.replaced(old, body))
        return reply(self.show(daemon, place))
