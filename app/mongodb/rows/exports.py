"""Exports of logs and metrics, which newer clients make instead of integrations."""

from opsemu.schemas.exports import LogIntegration, MetricIntegration
from opsemu.schemas.profiles import ATLAS_V2

from ...api.routes import Resource
from .collections import Collection

ROWS = tuple(
    Collection(
        path=f"/groups/<group_id>/{table}",
        schema=schema,
        table=table,
        key=key,
        operations={
            "list": f"listGroup{name}s",
            "create": f"createGroup{name}",
            "get": f"getGroup{name}",
            "replace": f"updateGroup{name}",
            "delete": f"deleteGroup{name}",
        },
        not_found="RESOURCE_NOT_FOUND",
        created=201,
        options={"java": f"Api{name}Resource", "versions": ("2025-03-12",)},
    )
    for table, name, key, schema in (
        ("logIntegrations", "LogIntegration", "id", LogIntegration),
        ("metricIntegrations", "MetricIntegration", "metricIntegrationId", MetricIntegration),
    )
)

bp = Resource("export_rows", __name__, ATLAS_V2)
for row in ROWS:
    row.register(bp)
