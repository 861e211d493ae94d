"""Times in OpsRamp's queries and bodies."""

from contextlib import suppress
from datetime import datetime, timezone
from itertools import product

FORMS = ("%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")


def is_between(time: int, start: str, end: str) -> bool:
    """Whether a time in milliseconds is between two others; a text that is no time is ignored."""
    first, last = milliseconds(start), milliseconds(end)
    return (first is None or time >= first) and (last is None or time <= last)


def milliseconds(text: str) -> int | None:
    """Milliseconds since the epoch, as a number or in ISO 8601; None for other text.

    The offset may follow a space in place of the `+`, or be missing for UTC. A space may stand
    before the hours, too (SPEC).
    """
    if text.isascii() and text.isdigit() and len(text) < 15:
        return int(text)
    for form, written in product(FORMS, (text.strip(), text.strip().replace(" ", "+"))):
        with suppress(ValueError):
            moment = datetime.strptime(written, form)
            return int(moment.replace(tzinfo=moment.tzinfo or timezone.utc).timestamp() * 1000)
    return None
