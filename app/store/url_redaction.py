"""State URLs without their passwords, for logs and messages."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"(?<=password=)[^&]*", re.IGNORECASE)


def shown_url(url: str) -> str:
    """The URL of a state with its password masked."""
    scheme, slashes, rest = url.partition("://")
    if not slashes or scheme == "file":
        return url
    userinfo, at, address = rest.rpartition("@")
    # A slash belongs to a password that was not percent-encoded: hide the user name as well.
    user = "" if "/" in userinfo else userinfo.partition(":")[0]
    masked = f"{user}:****@" if at else ""
    return f"{scheme}://{masked}{_PASSWORD.sub('****', address)}"
