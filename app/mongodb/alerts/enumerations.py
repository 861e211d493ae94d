"""The names that alert configurations are made of, by family; data/alerts.json has them.

Where the public list of a vendor is not complete, an unknown name is accepted with a warning,
as is one that another family knows: a test double had better take a wrong name than refuse a
real one. With `strict` both are refused.
"""

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

from ...api.context import current
from ...api.errors import ApiError
from ..dialect import dialect

_SHOWN = 60  # characters of an unknown name that a warning repeats


class NameList(NamedTuple):
    """The names that an attribute may have in some families, and where they are from."""

    attribute: str
    families: list[str]
    complete: bool
    source: str
    values: list[str]


@cache
def alert_data() -> dict[str, Any]:
    """The whole of data/alerts.json."""
    content = files("opsemu.data").joinpath("alerts.json").read_bytes()
    data: dict[str, Any] = orjson.loads(content)
    data["lists"] = [NameList(**row) for row in data["lists"]]
    return data


def check_name(attribute: str, name: str) -> None:
    """Warn of a name that the family may not know; raises INVALID_ENUM_VALUE."""
    family, lists = dialect().profile.family, alert_data()["lists"]
    lists = [each for each in lists if each.attribute == attribute]
    own = [each for each in lists if family in each.families]
    if any(name in each.values for each in own or lists):
        return
    is_known_elsewhere = any(name in each.values for each in lists)
    is_refused = any(each.complete for each in own) and not is_known_elsewhere
    if is_refused or current().services.config.strict:
        raise ApiError("INVALID_ENUM_VALUE", name)
    current().warn(f"{attribute} {name[:_SHOWN]!r} is in no list of {family} that is known here")


def field_names() -> list[str]:
    """The names of fields in matchers, as the family lists them."""
    profile = dialect().profile
    rows = (
        row["names"]
        for row in alert_data()["fieldNames"]
        if profile.family in row["families"] and profile.date >= row["since"]
    )
    names: list[str] = next(rows)
    return names


def event_types() -> set[str]:
    """The types of events of all families."""
    lists = alert_data()["lists"]
    return {name for each in lists if each.attribute == "eventTypeName" for name in each.values}
