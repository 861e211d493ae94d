"""What the attributes of an alert configuration say of each other, and whom it notifies."""

from collections.abc import Collection
from typing import Any

from ...api.context import current
from ...api.errors import ApiError
from ...store import Document
from ..people.accounts import members
from ..people.team_members import teams
from .enumerations import alert_data, check_name

# Where names of an enumeration stand in a threshold.
_ENUMERATED = ("metricName", "operator", "units", "mode")
# What an event takes if there is no rule for it.
_NO_THRESHOLD = {"threshold": "none", "metricThreshold": "none"}
_MISSING = {"threshold": "MISSING_THRESHOLD", "metricThreshold": "MISSING_METRIC_THRESHOLD"}
_PRESENT = {"threshold": "THRESHOLD_PRESENT", "metricThreshold": "METRIC_THRESHOLD_PRESENT"}


def check(config: Document, org_id: str) -> None:
    """Check a configuration that its schema has read; raises ApiError."""
    check_name("eventTypeName", config["eventTypeName"])
    for matcher in config.get("matchers", ()):
        check_name("fieldName", matcher["fieldName"])
        check_name("matcher operator", matcher["operator"])
    for name in _MISSING:
        _check_names(config.get(name, {}))
    _check_thresholds(config)
    for notification in config["notifications"]:
        for role in notification.get("roles", ()):
            check_name("roles", role)
        _check_people(notification, org_id)


def _check_names(threshold: Document) -> None:
    """Raises INVALID_ENUM_VALUE, METRIC_TYPE_UNSUPPORTED or TOTAL_MODE_DEPRECATED."""
    if threshold.get("metricName") in alert_data()["retiredMetrics"]:
        raise ApiError("METRIC_TYPE_UNSUPPORTED", threshold["metricName"])
    if threshold.get("mode") == "TOTAL":
        raise ApiError("TOTAL_MODE_DEPRECATED")
    for name in _ENUMERATED:
        if name in threshold:
            check_name(name, threshold[name])


def _check_thresholds(config: Document) -> None:
    """Check thresholds against the event and the metric; of unknown events nothing is known."""
    event, data = config["eventTypeName"], alert_data()
    rules = (rule for rule in data["eventRules"] if event in rule["names"])
    is_known = any(event in each.values for each in data["lists"])
    rule = next(rules, _NO_THRESHOLD if is_known else {})
    for name in _MISSING:
        if rule.get(name) == "required" and name not in config:
            raise ApiError(_MISSING[name])
        if rule.get(name) == "none" and name in config:
            raise ApiError(_PRESENT[name])
    threshold, metric = config.get("threshold", {}), config.get("metricThreshold", {})
    operator = threshold.get("operator")
    if operator is not None and operator not in rule.get("operators", [operator]):
        raise ApiError("INVALID_OPERATOR_FOR_EVENT_TYPE", operator, event)
    _check_units(threshold, rule.get("units"))
    rows = (row["units"] for row in data["metricUnits"] if metric.get("metricName") in row["names"])
    _check_units(metric, next(rows, None))
    delays = [each.get("delayMin", 0) for each in config["notifications"]]
    if metric.get("metricName") in data["metricsWithDelay"] and not all(delays):
        raise ApiError("NONZERO_DELAY_REQUIRED")


def _check_units(threshold: Document, units: Any) -> None:
    if units and threshold.get("units", units[0]) not in units:
        raise ApiError("UNITS_MISMATCH")


def _check_people(notification: Document, org_id: str) -> None:
    """Look up a user or a team of the organization; raises BAD_USERNAME_REF or TEAM_NOT_FOUND."""
    username = notification.get("username", "")
    if notification["typeName"] == "USER":
        names = [each["username"] for each in members(org_id)]
        _check_member(username, names, ApiError("BAD_USERNAME_REF", username))
    elif notification["typeName"] == "TEAM":
        team_id = notification["teamId"]
        _check_member(team_id, teams(org_id), ApiError("TEAM_NOT_FOUND", team_id))


def _check_member(name: str, members: Collection[str], error: ApiError) -> None:
    """Raise the error for one who is no member; if there are none, warn."""
    if not members and name and not current().services.config.strict:
        current().warn(f"{name!r} is not looked up: the organization has no users or teams")
    elif name not in members:
        raise error
