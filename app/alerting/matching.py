"""Which alert configurations an event is for, and why it is for none."""

import re
from collections.abc import Callable, Iterable

from ..store import Document
from .life import seconds

_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda value, wanted: value == wanted,
    "NOT_EQUALS": lambda value, wanted: value != wanted,
    "CONTAINS": lambda value, wanted: wanted in value,
    "NOT_CONTAINS": lambda value, wanted: wanted not in value,
    "STARTS_WITH": str.startswith,
    "ENDS_WITH": str.endswith,
    "REGEX": lambda value, wanted: re.search(wanted, value) is not None,
}
# What the fields of matchers are called in an alert.
_FIELDS = {
    "CLUSTER_NAME": "clusterName",
    "HOSTNAME_AND_PORT": "hostnameAndPort",
    "REPLICA_SET_NAME": "replicaSetName",
    "SHARD_NAME": "shardName",
    "TYPE_NAME": "hostType",
    "APPLICATION_ID": "appId",
    "ATLAS_NODE_TYPE": "nodeType",
}


def mismatch(config: Document, alert: Document) -> str:
    """Why a configuration is not for an alert; empty if it is."""
    if config["eventTypeName"] != alert["eventTypeName"]:
        return f"it is for {config['eventTypeName']}"
    if not config.get("enabled"):
        return "it is disabled"
    limit = config.get("metricThreshold") or {}
    if limit and limit["metricName"] != alert.get("metricName"):
        return f"it is for the metric {limit['metricName']}"
    limit = limit or config.get("threshold") or {}
    if "currentValue" in alert and "threshold" in limit:
        number, edge = alert["currentValue"]["number"], limit["threshold"]
        is_over = number < edge if limit.get("operator") == "LESS_THAN" else number > edge
        if not is_over:
            return f"{number:g} is within its threshold, {limit.get('operator')} {edge:g}"
    for matcher in config.get("matchers", ()):
        if not _matches(matcher, alert):
            return "its matcher {fieldName} {operator} {value} does not match".format(**matcher)
    return ""


def end_of_maintenance(windows: Iterable[Document], alert: Document, at: float) -> float:
    """The end, in seconds of the epoch, of the window that an alert is in at a time, or 0.

    INFERRED: while a window for its type is open, an alert is not told of.
    """
    kind = alert.get("typeName", "").removesuffix("_METRIC")
    ends = (
        seconds(window["endDate"])
        for window in windows
        if kind in window["alertTypeNames"]
        and seconds(window["startDate"]) <= at < seconds(window["endDate"])
    )
    return max(ends, default=0.0)


def _matches(matcher: Document, alert: Document) -> bool:
    host, _, port = str(alert.get("hostnameAndPort", "")).rpartition(":")
    values = {"HOSTNAME": host, "PORT": port}
    values |= {name: str(alert.get(member, "")) for name, member in _FIELDS.items()}
    value = values.get(matcher["fieldName"], "")
    compare = _OPERATORS.get(matcher["operator"])
    try:
        return compare is not None and compare(value, matcher["value"])
    except re.error:
        return False
