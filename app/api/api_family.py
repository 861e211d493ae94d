"""What an API family is, as data: what one does its own way is a field here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Request

from opsemu.schemas import Profile

from .errors import ApiError, mongodb_error
from .paging import Page, Paging, Query

Headers = tuple[tuple[str, str], ...]

# Recorded on both Ops Manager and Atlas, which differ in the first.
GUARDS: Headers = (
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Permitted-Cross-Domain-Policies", "none"),
    ("X-Content-Type-Options", "nosniff"),
)


@dataclass(frozen=True, eq=False)  # a row is itself: it is a key of what is kept per family
class Dialect:
    """One API family.

    Where it is: `prefix` and `open_paths`, which lie outside the prefix and ask for no
    credentials before their view does; `resources` are the blueprints it serves.

    `vendor` is whose it is.

    Who may call: `schemes` are the ways to authenticate, of which the first answers who
    uses none; `not_admitted` is what a bad token raises, by its code; `unauthorized` is
    the body of its 401, for `challenged_with_body` methods.

    What it says: `profile` reads and shows integrations; `reconfigured` are types whose
    POST changes an existing integration; `not_visible` is the error code for a project
    that the key cannot see; `rel` begins the relations of links, `alert_rel` those of
    alerts (without a scheme: below the server's own address); `group_location` is where
    it says that a new project is, `project_links` are what lies below one; `unmatched` are
    error codes for a look-up by name that finds nothing; `most_groups` is how many
    projects an organization may have; `app_name` is what it calls itself; `error` gives
    status and body of a refusal (None: no body); `page` reads what part of a list is
    asked for; `options` are the query parameters that change the form of any answer.

    Headers: `security` on every answer past authentication, `framing` after the content
    type, `always` on each answer whatever it is, as is what `announced` makes of the
    request; `version` names its build (None: the configured one; empty: it tells none);
    `java` its Java version, shown with the method that would have run; `timed` adds what
    the proxy measures, `limited` the rate limit, `named_errors` the error's code;
    `unlimited` are errors raised before limits and version are known; `varied` are
    methods whose errors depend on the encoding accepted; `volatile` makes those of its
    headers that differ between two responses to one request (see `headers.volatile`).

    `media_type` may leave a place for a resource's version, which makes the family demand
    one in `Accept`; `reads` is what a body's content type must match. `merges_slashes`
    serves `//` in a path as `/`.
    """

    name: str
    prefix: str
    media_type: str
    security: Headers
    framing: Headers
    unauthorized: bytes
    challenged_with_body: frozenset[str]
    reconfigured: frozenset[str]
    not_visible: str
    profile: Profile = field(default_factory=Profile)
    error: Callable[[ApiError], tuple[int, Any]] = mongodb_error
    vendor: str = "mongodb"
    page: Callable[[str, Query], Paging] = Page.parse
    options: frozenset[str] = frozenset({"envelope", "pretty"})
    schemes: tuple[str, ...] = ("digest",)
    not_admitted: Callable[[str], Exception] = ApiError
    open_paths: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()
    always: Headers = ()
    announced: Callable[[Request], Headers] = lambda request: ()
    version: str | None = None
    java: str = ""
    timed: bool = False
    limited: bool = False
    named_errors: bool = False
    unlimited: frozenset[str] = frozenset()
    varied: frozenset[str] = frozenset()
    volatile: Mapping[str, Callable[[float], str]] = field(default_factory=dict)
    reads: str = r"application/json"
    merges_slashes: bool = False
    rel: str = "http://mms.mongodb.com/"
    alert_rel: str = "http://mms.mongodb.com/"
    group_location: str = "{self}"
    unmatched: frozenset[str] = frozenset()
    project_links: tuple[str, ...] = ()
    most_groups: int | None = None
    app_name: str = "MongoDB Ops Manager"

    def serves(self, path: str) -> bool:
        """Whether a path belongs to the family."""
        return f"{path}/".startswith(self.prefix + "/") or path in self.open_paths

    def accepts(self, content_type: str) -> bool:
        """Whether a request body of this media type is read."""
        bare = content_type.partition(";")[0].strip().lower()
        return re.fullmatch(self.reads, bare) is not None

    @property
    def versioned(self) -> bool:
        """Whether the caller has to say which version of a resource it wants."""
        return "{" in self.media_type


def dialect_of(path: str, dialects: Iterable[Dialect]) -> Dialect:
    """The family that a path belongs to; the first answers for what is nobody's."""
    families = tuple(dialects)
    return next((family for family in families if family.serves(path)), families[0])
