"""Where state is, as it may be shown."""

from __future__ import annotations

import re

_PASSWORD = re.compile(r"(?<=password=)[^&]*", re.IGNORECASE)


def shown_url(url: str) -> str:
    """The URL of a state without a password, however it is written."""
    scheme, slashes, rest = url.partition("://")
    if not slashes or scheme == "file":
        return url
    whose, at, where = rest.rpartition("@")
    # A slash in it is one in a password that was not coded: none of that is a user's name.
    user = "" if "/" in whose else whose.partition(":")[0]
    hidden = f"{user}:****@" if at else ""
    return f"{scheme}://{hidden}{_PASSWORD.sub('****', where)}"
