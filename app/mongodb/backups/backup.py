"""What the backup of a cluster is at a moment, without Flask and without a store.

The stored document, of a replica set or of a whole sharded cluster:

    statusName, before, since  the status that was asked for last, the one before, and when it
                               was asked for, in seconds of the epoch
    fields                     what else clients set
    schedule                   what clients changed of the schedule of snapshots
    snapshots, restoreJobs     oldest first: `id`, `at` in seconds, and what was asked for
"""

from typing import Any

from ...api.errors import ApiError
from ...store import Document

INACTIVE, STARTED, STOPPED, TERMINATING = "INACTIVE", "STARTED", "STOPPED", "TERMINATING"

# By the status that is asked for: those that it may follow, and the error for others (DOCS).
_TRANSITIONS = {
    STARTED: ({INACTIVE, STOPPED}, "CANNOT_START_BACKUP_INVALID_STATE"),
    STOPPED: ({STARTED}, "CANNOT_STOP_BACKUP_INVALID_STATE"),
    TERMINATING: ({STOPPED}, "CANNOT_TERMINATE_BACKUP_INVALID_STATE"),
}


class Backup:
    """The backup of a cluster at a moment; whatever is asked for takes `delay` seconds."""

    def __init__(self, document: Document, now: float, delay: float) -> None:
        self.now = now
        self._delay = delay
        is_over = document.get("statusName") == TERMINATING and self._is_due(document["since"])
        self.document: Document = {} if is_over else document

    @property
    def status(self) -> str:
        """The present status: that which was asked for once the delay is over."""
        document = self.document
        if not document.get("statusName"):
            return INACTIVE
        is_visible = document["statusName"] == TERMINATING or self._is_due(document["since"])
        return str(document["statusName" if is_visible else "before"])

    def items(self, name: str) -> list[Document]:
        """The `snapshots` or `restoreJobs`, the newest first."""
        return [*reversed(self.document.get(name, []))]

    def is_complete(self, item: Document) -> bool:
        """Whether a snapshot is complete, or a restore job finished."""
        return self._is_due(item["at"])

    def snapshots(self) -> list[Document]:
        """The complete snapshots, the newest first."""
        return [item for item in self.items("snapshots") if self.is_complete(item)]

    def require(self, *statuses: str, cluster_id: str) -> None:
        """Raise BACKUP_INVALID_STATE unless the status is one of these (the code is INFERRED)."""
        if self.status not in statuses:
            raise ApiError("BACKUP_INVALID_STATE", cluster_id, self.status)

    def changed(self, body: Document, snapshot_id: str) -> Document:
        """The document with what a client sets; a backup that starts takes a snapshot.

        Raises MISSING_SYNC_SOURCE, or the error of a status that may not follow the present one.
        """
        fields = {**self.document.get("fields", {}), **body}
        status = fields.pop("statusName", None)
        if status is None:
            return {**self.document, "fields": fields}
        allowed, code = _TRANSITIONS[status]
        if self.status not in allowed:
            raise ApiError(code)
        if status == STARTED and "syncSource" not in fields:
            raise ApiError("MISSING_SYNC_SOURCE")
        snapshots = [{"id": snapshot_id}] if status == STARTED else []
        return {
            **self.added("snapshots", *snapshots),
            "before": self.status,
            "fields": fields,
            "since": self.now,
            "statusName": status,
        }

    def added(self, name: str, *items: Document) -> Document:
        """The document with further snapshots or jobs, which begin now."""
        new = [{**item, "at": self.now} for item in items]
        return {**self.document, name: [*self.document.get(name, []), *new]}

    def edited(self, item_id: str, change: Document | None) -> Document:
        """The document with changes of a snapshot, or without it."""
        items = self.document.get("snapshots", [])
        rows = [{**item, **(change or {})} if item["id"] == item_id else item for item in items]
        kept = [item for item in rows if change is not None or item["id"] != item_id]
        return {**self.document, "snapshots": kept}

    def _is_due(self, since: Any) -> bool:
        return bool(self.now >= since + self._delay)
