"""What is measured of hosts, their databases and disks: no values, in the right shape."""

import re
from datetime import timezone
from typing import Any, NamedTuple

from flask import Response
from marshmallow import ValidationError, fields

from opsemu.schemas.profiles import MANAGER

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import reply
from ...api.routes import Resource
from ...api.urls import self_link
from ...store import Document
from ...worlds.clock import timestamp
from ..project_access import project_url
from ..request_helpers import link, page_of
from . import metrics
from .access import find_host, get_deployment

bp = Resource("measurements", __name__, MANAGER)

MAX_POINTS = 100_000  # of all measurements in one answer; the latest are kept

_HOST = "/groups/<group_id>/hosts/<host_id>"


class Part(NamedTuple):
    """What each host has of a kind; `member` names one, `error` is the code for another."""

    kind: str
    names: tuple[str, ...]
    member: str
    error: str
    metrics: tuple[str, ...]

    def show(self, name: str) -> dict[str, Any]:
        """One of them, with its own URL; raises the error."""
        if name not in self.names:
            raise ApiError(self.error, name, current().arguments["host_id"])
        link = self_link(f"{_host_url()}/{self.kind}/{name}")
        return dict(sorted({self.member: name, "links": [link]}.items()))


_DATABASES = Part(
    "databases",
    ("admin", "config", "local"),
    "databaseName",
    "DATABASE_NOT_FOUND",
    metrics.DATABASE,
)
_DISKS = Part("disks", ("xvdb",), "partitionName", "DEVICE_NOT_FOUND", metrics.DISK)

_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_SECONDS = (365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3600, 60, 1)
_TIME = fields.AwareDateTime(format="iso", default_timezone=timezone.utc)


@bp.get(f"{_HOST}/databases", operation="getDatabases", defaults={"part": _DATABASES})
@bp.get(f"{_HOST}/disks", operation="getDisks", defaults={"part": _DISKS})
def list_parts(part: Part, group_id: str, host_id: str) -> Response:
    """The databases or the disk partitions of a host."""
    find_host(get_deployment(group_id), host_id)
    return reply(page_of(part.names, part.show))


@bp.get(f"{_HOST}/databases/<name>", operation="getDatabase", defaults={"part": _DATABASES})
@bp.get(f"{_HOST}/disks/<name>", operation="getDisk", defaults={"part": _DISKS})
def get_part(part: Part, group_id: str, host_id: str, name: str) -> Response:
    """One database or disk partition."""
    find_host(get_deployment(group_id), host_id)
    return reply(part.show(name))


@bp.get(
    f"{_HOST}/databases/<name>/measurements",
    operation="getDatabaseMeasurements",
    defaults={"part": _DATABASES},
)
@bp.get(
    f"{_HOST}/disks/<name>/measurements",
    operation="getDiskMeasurements",
    defaults={"part": _DISKS},
)
def measure_part(part: Part, group_id: str, host_id: str, name: str) -> Response:
    """What is measured of a database or a disk partition."""
    host, shown = find_host(get_deployment(group_id), host_id), part.show(name)
    return _reply(host, part.metrics, **{part.member: shown[part.member]})


@bp.get(f"{_HOST}/measurements", operation="getHostMeasurements")
def measure_host(group_id: str, host_id: str) -> Response:
    """What is measured of a host."""
    return _reply(find_host(get_deployment(group_id), host_id), metrics.HOST)


def _reply(host: Document, default: tuple[str, ...], **part: str) -> Response:
    ctx, (start, end, step) = current(), _interval()
    units = {name: metrics.unit_of(name) for name in ctx.request.args.getlist("m") or default}
    if unknown := [name for name, unit in units.items() if unit is None]:
        raise ApiError("INVALID_METRIC_NAME", unknown[0])
    count = min(int((end - start) / step), MAX_POINTS // len(units))
    times = (timestamp(end - step * number) for number in reversed(range(count)))
    points = [{"timestamp": moment, "value": None} for moment in times]
    body = {
        **part,
        "end": timestamp(end),
        "granularity": ctx.query.first("granularity"),
        "groupId": ctx.arguments["group_id"],
        "hostId": host["id"],
        "links": [self_link(ctx.url), link(_host_url(), "host")],
        "measurements": [
            {"dataPoints": points, "name": name, "units": unit} for name, unit in units.items()
        ],
        "processId": f"{host['hostname']}:{host.get('port', 27017)}",
        "start": timestamp(start),
    }
    return reply(dict(sorted(body.items())))


def _host_url() -> str:
    arguments = current().arguments
    return f"{project_url(arguments['group_id'])}/hosts/{arguments['host_id']}"


def _interval() -> tuple[float, float, float]:
    """Start, end and step of what is asked for, in seconds; raises the errors of the table."""
    step = _duration("granularity", "INVALID_GRANULARITY")
    sent = {name for name in ("period", "start", "end") if current().query.first(name) is not None}
    if "period" in sent and len(sent) > 1:
        raise ApiError("MUTUALLY_EXCLUSIVE_QUERY_PARAMETERS", "period", "start and end")
    if sent & {"start", "end"}:
        start, end = _moment("start"), _moment("end")
    else:
        end = current().time.now() // step * step
        start = end - _duration("period", "INVALID_PERIOD")
    if not 0 <= start <= end:
        raise ApiError("INVALID_PERIOD")
    return start, end, step


def _sent(name: str) -> str:
    text = current().query.first(name)
    if not text:
        raise ApiError("MISSING_QUERY_PARAMETER", name)
    return text


def _duration(name: str, error: str) -> float:
    """A period in ISO 8601's notation, in seconds."""
    text = _sent(name)
    match = _DURATION.fullmatch(text)
    pairs = zip(match.groups(default="0"), _SECONDS, strict=True) if match else ()
    seconds = sum(float(number) * unit for number, unit in pairs)
    if not seconds:
        raise ApiError(error, text)
    return seconds


def _moment(name: str) -> float:
    try:
        moment = _TIME.deserialize(_sent(name))
    except ValidationError:
        raise ApiError("INVALID_QUERY_PARAMETER", name) from None
    return float(moment.timestamp())
