"""The key formats that Atlas checks; Ops Manager takes any text (DOCS: a 10-digit key).

Each is called with the key, the name of its field and the integration type, and raises
ValidationError.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from marshmallow import ValidationError

from opsemu.schemas.errors import make_error

KeyFormat = Callable[[str, str, str], None]

_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_HEX_32 = re.compile(r"[0-9A-Fa-f]{32}", re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)


def datadog_key(value: str, name: str, type_name: str) -> None:
    """32 hexadecimal digits: the first sentence is from an ISSUE, the second from the DOCS."""
    if not _HEX.fullmatch(value):
        raise _invalid_settings(type_name, f"{name} must be a hexadecimal string")
    datadog_notification_key(value, name, type_name)


def datadog_notification_key(value: str, name: str, type_name: str) -> None:
    """32 hexadecimal digits; notifications have one sentence for all that is wrong (DOCS)."""
    if not _HEX_32.fullmatch(value):
        raise make_error("INVALID_DATADOG_API_KEY")


def pager_duty_key(value: str, name: str, type_name: str) -> None:
    """32 hexadecimal digits (DOCS)."""
    if not _HEX_32.fullmatch(value):
        raise make_error("INVALID_PAGER_DUTY_SERVICE_KEY")


def uuid(value: str, name: str, type_name: str) -> None:
    """A UUID (CLIENT: refused since 2022; the sentence is INFERRED)."""
    if not _UUID.fullmatch(value):
        raise _invalid_settings(type_name, f"{name} must be a UUID string")


def _invalid_settings(type_name: str, sentence: str) -> ValidationError:
    return make_error("INVALID_INTEGRATION_SETTINGS", type_name, sentence)
