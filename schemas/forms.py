"""The forms of keys that Atlas insists on; Ops Manager takes any text (DOCS: a 10-digit key)."""

from __future__ import annotations

import re
from collections.abc import Callable

from marshmallow import ValidationError

from opsemu.schemas.errors import make_error

Form = Callable[[str, str, str], ValidationError | None]

_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)


def datadog_key(value: str, name: str, type_name: str) -> ValidationError | None:
    """32 hexadecimal digits: the first sentence is from an ISSUE, the second from the DOCS."""
    if not _HEX.fullmatch(value):
        return _invalid(type_name, f"{name} must be a hexadecimal string")
    return None if len(value) == 32 else make_error("INVALID_DATADOG_API_KEY")


def datadog_digits(value: str, name: str, type_name: str) -> ValidationError | None:
    """32 hexadecimal digits, in the one sentence that notifications have for it (DOCS)."""
    good = len(value) == 32 and _HEX.fullmatch(value)
    return None if good else make_error("INVALID_DATADOG_API_KEY")


def pager_duty_key(value: str, name: str, type_name: str) -> ValidationError | None:
    """32 hexadecimal digits (DOCS)."""
    good = len(value) == 32 and _HEX.fullmatch(value)
    return None if good else make_error("INVALID_PAGER_DUTY_SERVICE_KEY")


def uuid(value: str, name: str, type_name: str) -> ValidationError | None:
    """A UUID (CLIENT: refused since 2022; the sentence is INFERRED)."""
    return None if _UUID.fullmatch(value) else _invalid(type_name, f"{name} must be a UUID string")


def _invalid(type_name: str, sentence: str) -> ValidationError:
    return make_error("INVALID_INTEGRATION_SETTINGS", type_name, sentence)
