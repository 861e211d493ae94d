"""The metrics of a project's processes in Prometheus' text format, written by prometheus-client.

Values follow from the seed of random values, the process and the time: levels go up and down
within the hour, counts grow with the uptime.
"""

from collections.abc import Iterator, Mapping
from math import pi, sin
from typing import NamedTuple
from zlib import crc32

from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ...store import Document
from ..automation.deployment import Deployment
from . import families
from .families import Range

DISK = "xvdb"
_HOUR = 3600.0
_OLD = ("4.", "5.", "6.", "7.")  # versions of MongoDB
# The numbers of a replica set member's states; a mongos and a standalone have none.
_STATES = {"PRIMARY": "1", "SECONDARY": "2", "ARBITER": "7"}


class Process(NamedTuple):
    """A process: its id, its labels by the start of a family's name, its version and uptime."""

    id: str
    labels: Mapping[str, dict[str, str]]
    version: str
    uptime: float


class ProcessCollector(Collector):
    """The families of processes at a moment."""

    def __init__(self, processes: list[Process], now: float, rng_seed: str) -> None:
        self._processes = processes
        self._now = now
        self._rng_seed = rng_seed

    def collect(self) -> Iterator[Metric]:
        old = [each for each in self._processes if each.version.startswith(_OLD)]
        new = [each for each in self._processes if each not in old]
        for ranges, processes in (
            (families.MONGODB, self._processes),
            (families.OLD_TICKETS, old),
            (families.NEW_TICKETS, new),
            (families.HARDWARE, self._processes),
        ):
            for name, scale in ranges.items() if processes else ():
                yield self._family(name, scale, processes)

    def _family(self, name: str, scale: Range, processes: list[Process]) -> Metric:
        # Not as a counter: prometheus-client would end its name in _total.
        metric = Metric(name, _help(name), "unknown" if scale.is_count else "gauge")
        for process in processes:
            labels = next(row for start, row in process.labels.items() if name.startswith(start))
            metric.add_sample(name, labels, self._value(process, name, scale))
        return metric

    def _value(self, process: Process, name: str, scale: Range) -> int:
        share = crc32(f"{self._rng_seed}/{process.id}/{name}".encode()) / 2**32
        if scale.is_count:
            return int(process.uptime * scale.at(share))
        return round(scale.at((1 + sin(2 * pi * (self._now / _HOUR + share))) / 2))


def metrics_text(
    deployment: Deployment, org_id: str, rng_seed: str, hostname: str | None = None
) -> bytes:
    """The metrics of the processes that run in a project, or on one host of it."""
    hosts = [
        (each, host)
        for each, host in deployment.hosts.items()
        if is_running(deployment, each) and hostname in (None, host["hostname"])
    ]
    has_more = len({host["hostname"] for _, host in hosts}) > 1
    processes = [_process(deployment, org_id, *item, has_more=has_more) for item in hosts]
    return generate_latest(ProcessCollector(processes, deployment.moment.now, rng_seed))


def is_running(deployment: Deployment, host_id: str) -> bool:
    """Whether a process has been started, and the agent beside it is there to ask it."""
    process = deployment.processes.get(host_id)
    if process is None or process["disabled"]:
        return False
    has_started = "uptimeMsec" in deployment.hosts.get(host_id, {})
    return has_started and "stopped" not in deployment.servers.get(process["hostname"], {})


def _process(
    deployment: Deployment, org_id: str, identifier: str, host: Document, *, has_more: bool
) -> Process:
    """A process; where those of several hosts are together, `instance` tells them apart."""
    kind, cluster = host["typeName"], host.get("clusterId")
    base = {"group_id": deployment.group_id, "org_id": org_id, "process_port": str(host["port"])}
    if has_more:
        base["instance"] = host["hostname"]
    mongodb = {
        **base,
        "cl_name": deployment.cluster_name(cluster) if cluster else "",
        "cl_role": _role(kind),
        "rs_nm": host.get("replicaSetName", ""),
        "rs_state": _STATES.get(host.get("replicaStateName", ""), ""),
    }
    types = {"SHARD_CONFIG": "config", "SHARD_MONGOS": "mongos"}
    info = {
        "mongodb_version": host["version"],
        "process_type": types.get(kind, "mongod"),
        "replica_state_name": host.get("replicaStateName", ""),
    }
    labels = {
        "mongodb_info": {**mongodb, **info},
        "mongodb": mongodb,
        "hardware_disk": {**base, "disk_name": DISK},
        "hardware": base,
    }
    return Process(identifier, labels, host["version"], host["uptimeMsec"] / 1000)


def _role(kind: str) -> str:
    """What a member of a sharded cluster is to it (INFERRED: as mongod's own settings say)."""
    if kind == "SHARD_CONFIG":
        return "configsvr"
    return "shardsvr" if kind in ("SHARD_PRIMARY", "SHARD_SECONDARY") else ""


def _help(name: str) -> str:
    source, _, path = name.partition("_")
    return f"{path} of {'serverStatus' if source == 'mongodb' else 'the machine'}"
