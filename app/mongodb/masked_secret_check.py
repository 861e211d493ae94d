"""Masks that clients read and write back in the place of secrets."""

import re
from collections.abc import Mapping
from typing import Any

from ..api.context import current
from ..api.errors import ApiError
from ..worlds.secret_names import is_secret

_MASK = re.compile(r"\*{3,}.{0,4}|https?://[^/]+/\*{4}.{0,4}")


def check_for_masks(type_name: str, attributes: Mapping[str, Any]) -> None:
    """Warn of each secret of an integration or a notification that is a mask.

    The vendor refuses it where it checks the form of the key, as the schemas do, and stores it
    elsewhere (ISSUE: a provider that sent `****a1b2` back as a key). With `strict`, raises
    INVALID_INTEGRATION_SETTINGS.
    """
    for name, value in attributes.items():
        is_mask = isinstance(value, str) and _MASK.fullmatch(value)
        if is_mask and (is_secret(name) or name == "url"):
            current().warn(f"{name} of {type_name} looks like a mask: was it read and sent back?")
            if current().services.config.strict:
                reason = f"{name} is a mask, not a key"
                raise ApiError("INVALID_INTEGRATION_SETTINGS", type_name, reason)
