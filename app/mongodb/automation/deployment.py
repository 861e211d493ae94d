"""What a project's servers run: hosts, clusters and their goal, without Flask and without a store.

All of it follows from the project's stored document, which `publication.py` changes, and from
the moment of the read.

    config        the automation configuration as it was sent, with the server's `version`
    published     when that was, in seconds of the epoch
    achieved      the last `version` that each process had reached before, with its `name`
    stuck         what the status tells of processes that do not get further, with their `name`
    hosts         by id: `created`; `fields` that clients sent; `discovered`, whether it was there
                  before the configuration; `kept`, what a host was when its process left the
                  configuration; `deleted` until the next publication
    clusters      by id, with the id of the sharded cluster that one is in as `parent`
    servers       the `hostname`, since when its agents run; `stopped`; `added` if none needs it
    agentConfigs  the configurations of agents and of log rotation
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from hashlib import md5
from typing import Any, NamedTuple

from opsemu.schemas.automation import ReadConfig

from ...store import Document
from ...worlds.clock import timestamp
from .host_attributes import NEW_HOST, process_name, running
from .skeleton import SKELETON
from .topology import ClusterKey, Topology, cluster_key

_READ = ReadConfig()
_MOVES = ["Download", "Start", "WaitRsInit"]  # of a process that has not reached the goal (CLIENT)
_NO_ERROR = {
    "errorCode": 0, "errorCodeDescription": "", "errorCodeHumanReadable": "", "errorString": "",
}  # fmt: skip


class Moment(NamedTuple):
    """The world's time in seconds of the epoch, and the delays in seconds of its settings."""

    now: float
    automation_delay: float = 0.0
    agent_delay: float = 0.0
    backup_delay: float = 0.0

    @classmethod
    def of(cls, now: float, settings: Mapping[str, Any]) -> Moment:
        """A moment under the settings of a world."""
        return cls(now, *(settings[f"{kind}_delay"] for kind in ("automation", "agent", "backup")))


def host_id(group_id: str, name: str) -> str:
    """The id of a host called `hostname:port`: 32 hexadecimal digits (DOCS; INFERRED: a hash)."""
    return md5(f"{group_id}/{name}".encode(), usedforsecurity=False).hexdigest()


class Deployment:
    """A project's deployment at a moment. Raises ValidationError for a malformed configuration."""

    def __init__(
        self, group_id: str, document: Document, moment: Moment, config: Document | None = None
    ) -> None:
        self.group_id = group_id
        self.document = document
        self.moment = moment
        self.config = config or read_config(self.sent)

    @property
    def sent(self) -> Document:
        """The configuration as it was sent."""
        return self.document.get("config", {})  # type: ignore[no-any-return]

    @property
    def shown(self) -> Document:
        """The configuration as it is read back: absent members are those of the skeleton."""
        return dict(sorted({**SKELETON, **self.sent}.items()))

    @property
    def version(self) -> int:
        """The goal of all agents; a fresh project has version 1 (CLIENT: 0 would be left out)."""
        return int(self.config["version"] or 1)

    @cached_property
    def processes(self) -> dict[str, Document]:
        """The processes of the configuration that have a host name, by the id of their host."""
        rows = self.config["processes"]
        return {host_id(self.group_id, process_name(row)): row for row in rows if row["hostname"]}

    @cached_property
    def topology(self) -> Topology:
        """The sets and shards of the configuration."""
        return Topology(self.config)

    @cached_property
    def cluster_ids(self) -> dict[ClusterKey, str]:
        """The ids of all clusters that were published and have hosts."""
        return {cluster_key(row): each for each, row in self._of("clusters").items()}

    @cached_property
    def hosts(self) -> dict[str, Document]:
        """The monitored hosts by id, ordered by name and port."""
        hosts = {each: self._host(each, entry) for each, entry in self._of("hosts").items()}
        shown = [(each, host) for each, host in hosts.items() if host]
        return dict(sorted(shown, key=lambda item: (item[1]["hostname"], item[1].get("port", 0))))

    @cached_property
    def clusters(self) -> dict[str, Document]:
        """The clusters by id, which live as long as a host of theirs."""
        clusters = self._of("clusters")
        own = {str(host["clusterId"]) for host in self.hosts.values() if "clusterId" in host}
        own |= {clusters[each].get("parent", each) for each in own & clusters.keys()}
        return {each: cluster for each, cluster in clusters.items() if each in own}

    def cluster_name(self, cluster_id: str) -> str:
        """The name of a cluster; that of its sharded cluster if it is in one."""
        cluster = self.clusters[cluster_id]
        named = self.clusters.get(cluster.get("parent", cluster_id), cluster)
        return str(named.get("name", cluster["clusterName"]))

    def members(self, cluster_id: str) -> list[Document]:
        """The hosts of a cluster; of a sharded one those of its shards, too."""
        ids = {each for each, row in self.clusters.items() if row.get("parent") == cluster_id}
        return [host for host in self.hosts.values() if host.get("clusterId") in ids | {cluster_id}]

    def status(self) -> Document:
        """How far each process has got, in the order of the configuration (DOCS)."""
        rows = self.config["processes"]
        return {"goalVersion": self.version, "processes": [self._status(row) for row in rows]}

    @cached_property
    def servers(self) -> dict[str, Document]:
        """The servers whose agents run or have stopped, by name."""
        return {row["hostname"]: row for row in self.document.get("servers", ())}

    @cached_property
    def stuck(self) -> dict[str, Document]:
        """The processes that do not get further, by name."""
        return {row["name"]: row for row in self.document.get("stuck", ())}

    def achieved(self) -> list[Document]:
        """The last version that each process has reached, if any, with its name."""
        rows = self.config["processes"]
        reached = [{"name": row["name"], "version": self._reached(row)} for row in rows]
        return [row for row in reached if row["version"] >= 0]

    def _of(self, name: str) -> dict[str, Any]:
        return self.document.get(name, {})  # type: ignore[no-any-return]

    def _status(self, process: Document) -> Document:
        last = self._reached(process)
        plan = [] if last == self.version else _MOVES
        at = {"hostname": process["hostname"], "lastGoalVersionAchieved": last, "plan": plan}
        error = self.stuck.get(process["name"], {})
        return dict(sorted({**_NO_ERROR, **error, **at, "name": process["name"]}.items()))

    def _reached(self, process: Document) -> int:
        """The last version that a process has reached, -1 if there is none."""
        published, delay = self.document.get("published", 0.0), self.moment.automation_delay
        is_due = self.moment.now >= published + delay and process["name"] not in self.stuck
        return self.version if is_due else self._before.get(process["name"], -1)

    @cached_property
    def _before(self) -> dict[str, int]:
        return {row["name"]: row["version"] for row in self.document.get("achieved", ())}

    def _host(self, identifier: str, entry: Document) -> Document | None:
        """A host as it is shown but for its links; None for one that is not monitored."""
        now, process = self.moment.now, self.processes.get(identifier)
        fields = {
            **NEW_HOST,
            "created": timestamp(entry["created"]),
            "groupId": self.group_id,
            "id": identifier,
            **entry.get("fields", {}),
        }
        if entry.get("deleted"):
            return None
        if process and (entry.get("discovered") or self._reached(process) >= 0):
            seen = self.document.get("published", now) if process["disabled"] else now
            uptime = int(max(0.0, seen - entry["created"]) * 1000)
            role = self.topology.describe(process, self.cluster_ids)
            times = {"lastPing": timestamp(seen), "uptimeMsec": uptime}
            is_open = self.config["auth"]["disabled"]
            return {**fields, **running(process, role, is_open=is_open), **times}
        if "kept" in entry:
            return {**fields, **entry["kept"], **entry.get("fields", {})}
        return fields if "hostname" in fields else None


def read_config(config: Document) -> Document:
    """What is read of a configuration, with defaults; raises ValidationError."""
    return _READ.load(config)  # type: ignore[no-any-return]
