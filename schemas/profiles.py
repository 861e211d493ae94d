"""An API family at a date: which attributes it knows, checks and hides.

A field says in its `metadata` where it is at home: `only` names families, `since`
and `until` are dates, `required_in` names families that insist on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

OPS_MANAGER = frozenset({"ops-manager"})
CLOUD_MANAGER = frozenset({"cloud-manager"})
ATLAS_V2 = frozenset({"atlas-v2"})
ATLAS = ATLAS_V2 | {"atlas-v1"}
HOSTED = ATLAS | CLOUD_MANAGER
EVERY = HOSTED | OPS_MANAGER

NEWEST = "9999-12-31"


class Profile(NamedTuple):
    """How a family reads and shows; without a family it is lenient and knows everything.

    `strict` checks the form of keys. `nulls` shows what is not set as null. `url_tail`
    is how many characters of a secret URL stay in clear at its end, `full_secret`
    hides the last ones of a webhook's secret, too.
    """

    family: str = ""
    date: str = NEWEST
    strict: bool = False
    nulls: bool = False
    url_tail: int = 0
    full_secret: bool = False

    def knows(self, where: Mapping[str, Any]) -> bool:
        """Whether something that is `only` there, `since` and `until` then, is known."""
        here = not self.family or self.family in where.get("only", EVERY)
        return bool(here and where.get("since", "") <= self.date < where.get("until", "~"))
