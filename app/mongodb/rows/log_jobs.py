"""Log collection jobs, and the archives of what they and the diagnostics have collected."""

import gzip
import io
import tarfile
from typing import Any

from flask import Response

from ...api.context import current
from ...api.errors import ApiError
from ...api.plain_responses import file_reply
from ...api.responses import reply
from ...api.routes import Resource
from ...store import Document
from ...worlds.clock import timestamp
from .collections import Collection

_LIFETIME = 30 * 86_400.0  # seconds (INFERRED)


class LogJobs(Collection):
    """Jobs that have succeeded with nothing; the further verbs are retry and download."""

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations."""
        super().register(bp)
        one = f"{self.path}/{self.item}"
        self._add(bp, "retry", "PUT", f"{one}/retry", self.retry, reads_body=False)
        self._add(bp, "download", "GET", f"{one}/download", self.download)

    def show(self, document: Document, key: str = "") -> dict[str, Any]:
        """The job with the URL of its archive."""
        return super().show({**document, "downloadUrl": f"{self.url(document['id'])}/download"})

    def create(self, **_: str) -> Response:
        """Add a job; the answer is its id (DOCS)."""
        parent, until = self.parent(write=True), timestamp(current().time.now() + _LIFETIME)
        job = self.add(parent, {"expirationDate": until, **self.load()})
        return reply({"id": job["id"]}, self.created)

    def delete(self, item_id: str, **_: str) -> Response:
        """Delete a job."""
        super().delete(item_id)
        return reply({})

    def retry(self, item_id: str, **_: str) -> Response:
        """Refuse, as no job has failed."""
        self.find(self.parent(write=True), item_id)
        raise ApiError("ONLY_FAILED_JOB_CAN_BE_RESTARTED")

    def download(self, item_id: str, **_: str) -> Response:
        """An archive without files."""
        self.find(self.parent(), item_id)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w"):
            pass
        return gzip_reply(archive.getvalue())


def gzip_reply(content: bytes) -> Response:
    """A file, compressed; the same content makes the same bytes."""
    return file_reply(gzip.compress(content, mtime=0), "application/gzip")
