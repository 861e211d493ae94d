"""Secrets that look like their own masks: a client read them and wrote them back.

The vendor stores such a mask, or refuses it for its form (ISSUE: a provider that sent
`****a1b2` back as a key). So it is accepted by default, with a warning in the journal.
"""

import re
from collections.abc import Mapping
from typing import Any

from opsemu.schemas import IntegrationSchema

from ..api.context import current
from ..api.errors import ApiError
from ..worlds.redaction import is_secret

_MASK = re.compile(r"\*{3,}.{0,4}|https?://[^/]+/\*{4}.{0,4}")


def check(schema: IntegrationSchema, attributes: Mapping[str, Any]) -> None:
    """Warn of each secret that is a mask; with `strict`, refuse the first one.

    Raises INVALID_INTEGRATION_SETTINGS.
    """
    for name, value in attributes.items():
        is_mask = isinstance(value, str) and _MASK.fullmatch(value)
        if is_mask and (is_secret(name) or name == "url"):
            type_name = schema.type_name
            current().warn(f"{name} of {type_name} looks like a mask: was it read and sent back?")
            if current().services.config.strict:
                reason = f"{name} is a mask, not a key"
                raise ApiError("INVALID_INTEGRATION_SETTINGS", type_name, reason)
