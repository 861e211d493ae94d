"""The names of measurements, each with its unit (DOCS, CLIENT: INFERRED for some units)."""

import re

# The first row that a name matches has its unit.
_UNITS = (
    ("GIGABYTES_PER_HOUR", r"OPLOG_RATE_GB_PER_HOUR"),
    ("SECONDS", r"OPLOG_\w+|\w+_REPLICATION_LAG"),
    (
        "MILLISECONDS",
        r"OP_EXECUTION_TIME_\w+|AVG_\w+_TIME|DISK_\w+_LATENCY_\w+|BACKGROUND_FLUSH_AVG",
    ),
    (
        "PERCENT",
        r"(SYSTEM|PROCESS|FTS_PROCESS)_(NORMALIZED_)?CPU_\w+|DISK_PARTITION_UTILIZATION"
        r"|\w+_PERCENT(AGE|_FREE|_USED)?|(CACHE|DIRTY)_FILL_RATIO|MUNIN_CPU_\w+",
    ),
    ("BYTES_PER_SECOND", r"(SYSTEM_)?NETWORK_BYTES_\w+|CACHE_BYTES_\w+|DISK_\w+_THROUGHPUT_\w+"),
    ("MEGABYTES", r"MEMORY_\w+|COMPUTED_MEMORY|JOURNALING_\w*MB"),
    ("KILOBYTES", r"SYSTEM_MEMORY_\w+|SWAP_USAGE_\w+"),
    (
        "BYTES",
        r"CACHE_\w+|DISK_PARTITION_SPACE_(FREE|USED)|DATABASE_\w+_SIZE|DB_\w+|FTS_DISK_USAGE",
    ),
    (
        "SCALAR_PER_SECOND",
        r"OPCOUNTER_\w+|DOCUMENT_METRICS_\w+|ASSERT_\w+|DISK_PARTITION_IOPS_\w+|SWAP_IO_\w+"
        r"|QUERY_EXECUTOR_\w+|OPERATIONS_\w+|NETWORK_NUM_REQUESTS|EXTRA_INFO_PAGE_FAULTS",
    ),
    (
        "SCALAR",
        r"CONNECTIONS|CURSORS_TOTAL_\w+|TICKETS_AVAILABLE_(READS|WRITES)|GLOBAL_\w+|DATABASE_\w+"
        r"|QUERY_TARGETING_\w+|RESTARTS_IN_LAST_HOUR|DISK_QUEUE_DEPTH|INDEX_COUNTERS_BTREE_\w+"
        r"|JOURNALING_COMMITS_IN_WRITE_LOCK",
    ),
)

# What is measured, by what, for a request that names nothing.
HOST = (
    "CACHE_DIRTY_BYTES", "CACHE_USED_BYTES", "CONNECTIONS", "MEMORY_RESIDENT", "NETWORK_BYTES_IN",
    "NETWORK_BYTES_OUT", "OPCOUNTER_CMD", "OPCOUNTER_DELETE", "OPCOUNTER_INSERT",
    "OPCOUNTER_QUERY", "OPCOUNTER_UPDATE", "SYSTEM_NORMALIZED_CPU_USER",
)  # fmt: skip
DATABASE = ("DATABASE_DATA_SIZE", "DATABASE_INDEX_SIZE", "DATABASE_STORAGE_SIZE")
DISK = ("DISK_PARTITION_IOPS_TOTAL", "DISK_PARTITION_SPACE_FREE", "DISK_PARTITION_SPACE_USED")


def unit_of(name: str) -> str | None:
    """The unit of a measurement, or None for a name that is none."""
    return next(
        (unit for unit, names in _UNITS if re.fullmatch(f"(MAX_)?({names})", name, re.ASCII)), None
    )
