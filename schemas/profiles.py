"""An API family at a date: which attributes it has, requires and hides.

The `metadata` of a field says where the field exists: `only` lists families, `since` and
`until` are dates (YYYY-MM-DD), of Ops Manager versions (6.0); `required_in` lists families
where it is required, `clear_in` those that show a secret unmasked.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

OPS_MANAGER = frozenset({"ops-manager"})
CLOUD_MANAGER = frozenset({"cloud-manager"})
ATLAS_V2 = frozenset({"atlas-v2"})
ATLAS = ATLAS_V2 | {"atlas-v1"}
HOSTED = ATLAS | CLOUD_MANAGER
MANAGER = OPS_MANAGER | CLOUD_MANAGER
EVERY = HOSTED | OPS_MANAGER


class Profile(NamedTuple):
    """How a family reads and shows attributes; an empty family has all of them.

    `date` is a version of Ops Manager. `strict` checks key formats. `coerces` reads scalars
    of another kind as Jackson does by default. `nulls` shows attributes that are not set as
    null; `null_unsets` reads null as that, else it is the same as absent. `url_tail` is the
    number of characters shown at the end of a secret URL. `full_secret` masks a webhook's
    secret completely. `opsgenie_eu` is whether Ops Manager has an address for Opsgenie's EU.
    """

    family: str = ""
    date: str = "9999-12-31"
    strict: bool = False
    coerces: bool = False
    nulls: bool = False
    null_unsets: bool = False
    url_tail: int = 0
    full_secret: bool = False
    opsgenie_eu: bool = True

    def knows(self, metadata: Mapping[str, Any]) -> bool:
        """Whether the family has a field with this metadata at this date."""
        in_family = not self.family or self.family in metadata.get("only", EVERY)
        return bool(
            in_family and metadata.get("since", "") <= self.date < metadata.get("until", "~")
        )
