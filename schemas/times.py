"""Times in bodies."""

from datetime import timezone
from typing import Any

from marshmallow import fields


class Time(fields.AwareDateTime):
    """A time in ISO 8601 with any offset; stored and shown in UTC, in whole seconds (DOCS)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", default_timezone=timezone.utc, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        moment = super()._deserialize(value, *args, **kwargs)
        return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return value
