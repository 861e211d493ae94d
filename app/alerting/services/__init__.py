"""The services that alerts are sent to: a module each, with its messages and its fake."""

from ..service import Service
from . import datadog, microsoft_teams, ops_genie, pager_duty, slack, victor_ops, webhook

# What became of them (DOCS of each vendor).
_CLOSED = {
    "HIP_CHAT": "HipChat was shut down in February 2019",
    "NEW_RELIC": "New Relic takes metrics, no alerts, and its plugins ended in June 2021",
    "FLOWDOCK": "Flowdock was shut down",
}

# By the typeName of notifications. Mails and texts to people are rows of the inbox only.
SERVICES: dict[str, Service] = {
    "DATADOG": datadog.SERVICE,
    "MICROSOFT_TEAMS": microsoft_teams.SERVICE,
    "OPS_GENIE": ops_genie.SERVICE,
    "PAGER_DUTY": pager_duty.SERVICE,
    "SLACK": slack.SERVICE,
    "VICTOR_OPS": victor_ops.SERVICE,
    "WEBHOOK": webhook.SERVICE,
    **{name: Service() for name in ("EMAIL", "SMS", "GROUP", "USER", "TEAM", "ORG", "ADMIN")},
    **{name: Service(closed=f"{why}: nothing is sent") for name, why in _CLOSED.items()},
}
