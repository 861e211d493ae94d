"""The MongoDB families, as rows of data, each as it was on a given day.

What is dated here was recorded on Atlas between March 2025 and August 2026; of Ops
Manager and Cloud Manager no two dates are known to differ.
"""

from __future__ import annotations

from dataclasses import replace

from opsemu.schemas import Profile

from ..api.api_family import GUARDS, Dialect, Headers
from ..api.errors import Unauthorized, oauth_error
from .errors import PROBLEMS

_UNNAMED = (
    b'{\n  "error" : 401,\n  "reason" : "Unauthorized",\n'
    b'  "detail" : "You are not authorized for this resource."\n}'
)
_NAMED = _UNNAMED.replace(b'."\n}', b'.",\n  "errorCode" : "UNEXPECTED_ERROR"\n}')

# Jetty writes error pages for these methods only (RECORDED: empty PUT and DELETE challenges).
_PAGED = frozenset({"GET", "HEAD", "POST"})
_EVERY_METHOD = _PAGED | {"PUT", "PATCH", "DELETE", "OPTIONS"}

_FRAMING = (("X-Frame-Options", "DENY"),)
_COMMON = frozenset(
    {"root", "integrations", "groups", "organizations", "teams", "api_keys", "alert_configs"}
)
_ATLAS_ONLY = frozenset({"matchers", "settings", "limits", "clusters", "slow_ms"})

_UNMATCHED = frozenset({"ORG_NAME_NOT_FOUND", "GROUP_NAME_NOT_FOUND"})
_MANAGER_REL = "http://cloud.mongodb.com/"  # as a real Ops Manager answered in 2021 (ISSUE)
_ATLAS_LINKS = ("containers", "clusters", "databaseUsers", "peers", "processes", "whitelist")
_MANAGER_LINKS = (
    "hosts",
    "users",
    "clusters",
    "alertConfigs",
    "alerts",
    "backupConfigs",
    "agents",
)

# When the Java of the recorded answers changed.
_JAVA = (
    ("2026-06-01", "17.0.19+10-LTS"),
    ("2026-01-19", "17.0.18+9-LTS"),
    ("2025-11-10", "17.0.16+8"),
    ("2025-08-01", "17.0.15+6"),
    ("", "17.0.14+7"),
)
_ATLAS_BUILD = "gitHash=203ac0360368239eed8f27b82e06b1be8429648c; versionString=master"


def ops_manager(date: str) -> Dialect:
    """Ops Manager."""
    return Dialect(
        "ops-manager",
        "/api/public/v1.0",
        errors=PROBLEMS,
        media_type="application/json",
        security=_security("max-age=0; includeSubdomains;"),
        framing=_FRAMING,
        unauthorized=_UNNAMED,
        challenged_with_body=_PAGED,
        # INFERRED from the seed: its POST of SLACK keeps the channel of an earlier one.
        reconfigured=frozenset({"SLACK"}),
        not_visible="NOT_IN_GROUP",
        profile=Profile("ops-manager", date),
        open_paths=frozenset({"/api/private/unauth/version"}),
        resources=_COMMON,
        unmatched=_UNMATCHED,
        project_links=_MANAGER_LINKS,
        rel=_MANAGER_REL,
        alert_rel=_MANAGER_REL,
    )


def cloud_manager(date: str) -> Dialect:
    """Cloud Manager: at Ops Manager's address, in most things like Atlas."""
    return replace(
        _atlas("cloud-manager", "/api/public/v1.0", date),
        profile=Profile("cloud-manager", date, strict=True, url_tail=_url_tail(date)),
        reconfigured=frozenset({"SLACK"}),
        not_visible="NOT_IN_GROUP",
        open_paths=frozenset({"/api/private/unauth/version"}),
        resources=_COMMON,
        group_location="{self}",
        unmatched=_UNMATCHED,
        project_links=_MANAGER_LINKS,
        rel=_MANAGER_REL,
        alert_rel=_MANAGER_REL,
        most_groups=None,
        app_name="MongoDB Cloud Manager",
    )


def atlas_v1(date: str) -> Dialect:
    """Atlas v1.0, which Terraform still deletes by."""
    return _atlas("atlas-v1", "/api/atlas/v1.0", date)


def atlas_v2(date: str) -> Dialect:
    """Atlas v2, whose resources have versions."""
    dialect = _atlas("atlas-v2", "/api/atlas/v2", date)
    return replace(
        dialect,
        media_type="application/vnd.atlas.{version}+json;charset=utf-8",
        reads=r"application/(vnd\.atlas\.\d{4}-\d\d-\d\d\+)?json",
        rel="https://cloud.mongodb.com/",
        alert_rel="/",
        resources=dialect.resources | {"ip_addresses"},
    )


def atlas_private(date: str) -> Dialect:
    """What lies beside Atlas's API: the caller's address, the default version of MongoDB."""
    return replace(
        _atlas("atlas-private", "/api/private", date),
        always=(("Server", "mdbws"), ("X-Xgen-Up-Proto", "HTTP/2")),
        timed=False,
        limited=False,
        resources=frozenset({"private"}),
    )


def atlas_oauth(date: str) -> Dialect:
    """Where service accounts ask for tokens."""
    return replace(
        _atlas("atlas-oauth", "/api/oauth", date),
        open_paths=frozenset({"/api/oauth/token", "/api/oauth/revoke"}),
        error=oauth_error,
        limited=False,
        named_errors=False,
        resources=frozenset(),
    )


def _atlas(name: str, prefix: str, date: str) -> Dialect:
    return Dialect(
        name,
        prefix,
        errors=PROBLEMS,
        media_type="application/json",
        security=_security("max-age=31536000; includeSubdomains;"),
        framing=_FRAMING,
        unauthorized=_NAMED if date > "2026-07-20" else _UNNAMED,
        challenged_with_body=_EVERY_METHOD if date > "2026-02-04" else _PAGED,
        reconfigured=frozenset(),
        not_visible="GROUP_NOT_FOUND",
        profile=Profile(name, date, strict=True, nulls=True, url_tail=_url_tail(date)),
        schemes=("digest", "bearer"),
        not_admitted=lambda code: Unauthorized(),
        resources=_COMMON | _ATLAS_ONLY,
        always=(("Server", "mdbws"),),
        version=_ATLAS_BUILD,
        java=next(java for since, java in _JAVA if date >= since),
        timed=True,
        limited=date >= "2026-01-19",
        named_errors=date >= "2025-11-10",
        unlimited=frozenset({"GROUP_NOT_FOUND"}),
        varied=_PAGED if date > "2026-07-20" else frozenset(),
        group_location="{base}//api/atlas/v1.0",
        project_links=_ATLAS_LINKS,
        most_groups=250,
        app_name="MongoDB Atlas",
    )


def _security(transport: str) -> Headers:
    return (("Strict-Transport-Security", transport), *GUARDS)


def _url_tail(date: str) -> int:
    return 4 if date >= "2026-05-18" else 0
