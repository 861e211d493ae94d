"""What the connections of a server share."""

from dataclasses import dataclass

from .delivery import CheckQueue
from .threads import RequestThreads

MAX_BODIES = 64 * 1024 * 1024  # bytes of all request bodies that are not answered yet


@dataclass
class Shared:
    """What the connections of a server share; `body_space` is what is left of MAX_BODIES."""

    threads: RequestThreads
    checks: CheckQueue
    body_space: int = MAX_BODIES
