"""Masks for secrets."""

from __future__ import annotations

import re


def mask_key(value: str) -> str:
    """Replace all but the last four characters by stars; the length stays.

    RECORDED for 515 keys of Atlas; DOCS for Ops Manager. A key of up to four
    characters is masked completely (INFERRED).
    """
    kept = value[-4:] if len(value) > 4 else ""
    return "*" * (len(value) - len(kept)) + kept


def mask_url(value: str, tail: int = 0) -> str:
    """Scheme and host, then `/****` and the last `tail` characters.

    RECORDED on Atlas: no tail until 2026-03, four characters since 2026-05.
    Ports are shown, user information is masked (INFERRED: not observed).
    """
    scheme, _, rest = value.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    user, at, host = authority.rpartition("@")
    kept = value[-tail:] if tail and len(rest) > len(authority) + 1 + tail else ""
    return f"{scheme}://{'****' if user else ''}{at}{host}/****{kept}"
