"""An API family as data: whatever a family does its own way is a field here.

The fields are grouped by the module that reads them. A vendor adds its own by a subclass
of Dialect. No view asks which family it serves.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from flask import Request

from ..worlds.clock import WorldTime
from ..worlds.seeds import SeedPart
from .errors import ApiError, ErrorSpec
from .paging import Paging, Query

Headers = tuple[tuple[str, str], ...]


class AuthenticationRules(NamedTuple):
    """Read by authentication.py, and by responses.py for the 401.

    The first of `schemes` answers a request without credentials. `open_paths` lie outside the
    family's prefix and need no credentials before their view asks for them. `bearer_error`
    makes the exception for a bad token from its error code. `challenge_body` is the body of
    the 401 for the methods in `challenge_body_methods`; it is empty for the others.
    """

    schemes: tuple[str, ...] = ("digest",)
    open_paths: frozenset[str] = frozenset()
    bearer_error: Callable[[str], Exception] = ApiError
    challenge_body: bytes = b""
    challenge_body_methods: frozenset[str] = frozenset()


class HeaderRules(NamedTuple):
    """Read by headers.py.

    `security` is on every answer past authentication, `framing` follows the content type,
    `always` is on each answer, as is what `per_request` makes of the request. `version` is
    `X-MongoDB-Service-Version` (empty: no header); in its `{}` goes the configured build, else
    `build`. `java_version` is shown with the Java method, `sunset` (empty: it is not) with the
    date of a deprecation. `upstream_time`, `rate_limit` and `error_code` add a header each.
    `unlimited_errors` are raised before limits and version are known. `vary_methods` are methods
    whose errors depend on `Accept-Encoding`. `volatile` are headers that differ between two
    responses to one request, made from the world's time.
    """

    security: Headers = ()
    framing: Headers = ()
    always: Headers = ()
    per_request: Callable[[Request], Headers] = lambda request: ()
    version: str = ""
    build: str = ""
    java_version: str = ""
    sunset: str = ""
    upstream_time: bool = False
    rate_limit: bool = False
    error_code: bool = False
    unlimited_errors: frozenset[str] = frozenset()
    vary_methods: frozenset[str] = frozenset()
    volatile: Mapping[str, Callable[[WorldTime], str]] = {}


class BodyRules(NamedTuple):
    """Read by responses.py and authentication.py.

    `media_type` may have a place for a resource's version: the family then demands one in
    `Accept`. The content type of a request body must match `reads`. `options` are the query
    parameters that change the form of an answer.
    """

    media_type: str = "application/json"
    reads: str = r"application/json"
    options: frozenset[str] = frozenset()

    @property
    def is_versioned(self) -> bool:
        """Whether a client has to say which version of a resource it wants."""
        return "{" in self.media_type

    def accepts(self, content_type: str) -> bool:
        """Whether a request body of this content type is read."""
        bare = content_type.partition(";")[0].strip().lower()
        return re.fullmatch(self.reads, bare) is not None


@dataclass(frozen=True, eq=False, kw_only=True)  # compared by identity: a key of caches
class Dialect:
    """One API family, at `prefix`.

    `others` begin further paths that are the vendor's, though nothing is served there.
    `errors` is the vendor's table, `error` gives status and body of one (None: no body).
    `page` reads the page that a query asks for. `operations` is the list of the vendor's
    operations in data/operations, if there is one.
    """

    name: str
    prefix: str
    vendor: str
    errors: Mapping[str, ErrorSpec]
    error: Callable[[ApiError], tuple[int, Any]]
    page: Callable[[str, Query], Paging]
    authentication: AuthenticationRules = field(default_factory=AuthenticationRules)
    headers: HeaderRules = field(default_factory=HeaderRules)
    body: BodyRules = field(default_factory=BodyRules)
    others: tuple[str, ...] = ()
    operations: str = ""

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """What the family's paths begin with, if a slash is added to them."""
        return (f"{self.prefix}/", *self.others)

    def serves(self, path: str) -> bool:
        """Whether a path belongs to the family."""
        return f"{path}/".startswith(self.prefixes) or path in self.authentication.open_paths


class Vendor(NamedTuple):
    """What a vendor's package brings along; application.py has the list of vendors.

    `dialects` gives the families that a profile names. `seed_part` is its sections of a seed.
    `resources` are served below the prefixes of the families, `standalone` at their own paths;
    both are names for werkzeug's `import_string`. The `first` so many resources are looked at
    before all others are imported; no other one has a path of theirs.
    """

    name: str
    dialects: Callable[[str], tuple[Dialect, ...]]
    errors: Mapping[str, ErrorSpec]
    seed_part: SeedPart
    resources: tuple[str, ...]
    standalone: tuple[str, ...]
    first: int = 0


def dialect_of(path: str, families: Sequence[Dialect]) -> Dialect:
    """The family that a path belongs to; the first one answers for all other paths."""
    for family in families:
        if family.serves(path):
            return family
    return families[0]
