"""The MongoDB families as data, each as it was on a given day.

What is dated here was recorded on Atlas between March 2025 and August 2026. The date of Ops
Manager is a version; of Cloud Manager no two dates are known to differ.
"""

from dataclasses import replace
from functools import partial

from opsemu.schemas import Profile

from ..api.api_family import AuthenticationRules, BodyRules, HeaderRules
from ..api.errors import Unauthorized
from ..api.paging import Page
from .dialect import ATLAS_LINKS, KeyRules, LinkRules, MongoDialect, ProjectRules, sunset
from .errors import ERRORS, mongodb_error, oauth_error

_UNNAMED = (
    b'{\n  "error" : 401,\n  "reason" : "Unauthorized",\n'
    b'  "detail" : "You are not authorized for this resource."\n}'
)
_NAMED = _UNNAMED.replace(b'."\n}', b'.",\n  "errorCode" : "UNEXPECTED_ERROR"\n}')

# Jetty writes error pages for these methods only (RECORDED: empty PUT and DELETE challenges).
_ERROR_PAGE_METHODS = frozenset({"GET", "HEAD", "POST"})
_ALL_METHODS = _ERROR_PAGE_METHODS | {"PUT", "PATCH", "DELETE", "OPTIONS"}

# Recorded on both Ops Manager and Atlas; before them comes one in which they differ.
_SECURITY = (
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Permitted-Cross-Domain-Policies", "none"),
    ("X-Content-Type-Options", "nosniff"),
)
_NAME_ERRORS = frozenset({"GROUP_NAME_NOT_FOUND"})
_OPTIONS = frozenset({"envelope", "pretty"})
_VERSION_PATH = frozenset({"/api/private/unauth/version"})

# When the Java of the recorded answers changed.
_JAVA = (
    ("2026-06-01", "17.0.19+10-LTS"),
    ("2026-05-18", "17.0.18+9-LTS"),
    ("2026-03-27", "17.0.17+10-LTS"),
    ("2026-01-14", "17.0.17+10"),
    ("2025-11-24", "17.0.16+8"),
    ("2025-07-21", "17.0.15+6"),
    ("", "17.0.14+7"),
)
_BUILD = "8.0.4.500.20250205T1234Z"
_ATLAS_VERSION = "gitHash=203ac0360368239eed8f27b82e06b1be8429648c; versionString=master"


def ops_manager(date: str) -> MongoDialect:
    """Ops Manager; the date is a version."""
    return MongoDialect(
        name="ops-manager",
        prefix="/api/public/v1.0",
        vendor="mongodb",
        errors=ERRORS,
        error=mongodb_error,
        page=Page.parse,
        operations="ops-manager",
        authentication=AuthenticationRules(
            open_paths=_VERSION_PATH,
            challenge_body=_UNNAMED,
            challenge_body_methods=_ERROR_PAGE_METHODS,
        ),
        headers=HeaderRules(
            security=(("Strict-Transport-Security", "max-age=0; includeSubdomains;"), *_SECURITY),
            framing=(("X-Frame-Options", "DENY"),),
            # The hash in the one recorded answer. Builds have this form (CLIENT).
            version="gitHash=e6efff793e3f0ff2fb7daa51d70306934dced894; versionString={}",
            build=_BUILD if date >= "8.0" else f"{date}{_BUILD[3:]}",
        ),
        body=BodyRules(options=_OPTIONS),
        app_name="MongoDB Ops Manager",
        profile=Profile("ops-manager", date, coerces=True),
        projects=ProjectRules(
            # CLIENT: the Kubernetes operator expects an empty list since 7.0.
            name_errors=_NAME_ERRORS if date >= "7.0" else _NAME_ERRORS | {"ORG_NAME_NOT_FOUND"},
            reconfigured=frozenset({"SLACK"}),
        ),
    )


def cloud_manager(date: str) -> MongoDialect:
    """Cloud Manager: at Ops Manager's address, in most things like Atlas."""
    atlas = _atlas("cloud-manager", "/api/public/v1.0", date)
    return replace(
        atlas,
        page=Page.parse,
        operations="ops-manager",
        authentication=atlas.authentication._replace(open_paths=_VERSION_PATH),
        app_name="MongoDB Cloud Manager",
        default_alerts="manager",
        profile=atlas.profile._replace(nulls=False),
        links=LinkRules(),
        projects=ProjectRules(),
        keys=KeyRules(),
    )


def atlas_v1(date: str) -> MongoDialect:
    """Atlas v1.0, which Terraform's provider still deletes by."""
    return _atlas("atlas-v1", "/api/atlas/v1.0", date)


def atlas_v2(date: str) -> MongoDialect:
    """Atlas v2, whose resources have versions."""
    atlas = _atlas("atlas-v2", "/api/atlas/v2", date)
    return replace(
        atlas,
        headers=atlas.headers._replace(sunset=sunset(date)),
        body=BodyRules(
            media_type="application/vnd.atlas.{version}+json;charset=utf-8",
            reads=r"application/(vnd\.atlas\.\d{4}-\d\d-\d\d\+)?json",
            options=_OPTIONS,
        ),
        profile=atlas.profile._replace(coerces=False, null_unsets=date >= "2026-08-04"),
        links=atlas.links._replace(rel="https://cloud.mongodb.com/", alert_rel="/"),
    )


def atlas_private(date: str) -> MongoDialect:
    """What lies beside Atlas's API: the caller's address, the default version of MongoDB."""
    atlas = _atlas("atlas-private", "/api/private", date)
    always = (("Server", "mdbws"), ("X-Xgen-Up-Proto", "HTTP/2"))
    headers = atlas.headers._replace(always=always, upstream_time=False, rate_limit=False)
    return replace(atlas, headers=headers, operations="")


def atlas_oauth(date: str) -> MongoDialect:
    """Where service accounts ask for tokens."""
    atlas = _atlas("atlas-oauth", "/api/oauth", date)
    paths = frozenset({"/api/oauth/token", "/api/oauth/revoke"})
    return replace(
        atlas,
        operations="",
        error=oauth_error,
        authentication=atlas.authentication._replace(open_paths=paths),
        headers=atlas.headers._replace(rate_limit=False, error_code=False),
    )


def _atlas(name: str, prefix: str, date: str) -> MongoDialect:
    manager = ops_manager(date)
    return replace(
        manager,
        name=name,
        prefix=prefix,
        operations="atlas",
        page=partial(Page.parse, first=0),
        authentication=AuthenticationRules(
            schemes=("digest", "bearer"),
            bearer_error=lambda code: Unauthorized(),
            challenge_body=_NAMED if date > "2026-07-20" else _UNNAMED,
            challenge_body_methods=_ALL_METHODS if date > "2026-02-04" else _ERROR_PAGE_METHODS,
        ),
        headers=manager.headers._replace(
            security=(
                ("Strict-Transport-Security", "max-age=31536000; includeSubdomains;"),
                *_SECURITY,
            ),
            always=(("Server", "mdbws"),),
            version=_ATLAS_VERSION,
            java_version=next(java for since, java in _JAVA if date >= since),
            upstream_time=True,
            rate_limit=date >= "2026-01-19",
            error_code=date >= "2025-11-10",
            unlimited_errors=frozenset({"GROUP_NOT_FOUND"}),
            vary_methods=_ERROR_PAGE_METHODS if date > "2026-07-20" else frozenset(),
        ),
        app_name="MongoDB Atlas",
        default_alerts="atlas",
        profile=Profile(
            name,
            date,
            strict=True,
            coerces=True,
            nulls=True,
            url_tail=4 if date >= "2026-05-18" else 0,
        ),
        links=ATLAS_LINKS,
        keys=KeyRules("ADDRESS_ALREADY_IN_WHITELIST", "API_KEY_WHITELIST_NOT_FOUND"),
        projects=ProjectRules(
            not_visible="GROUP_NOT_FOUND",
            no_such_name="NOT_IN_GROUP",  # CLIENT: the operator for Atlas creates no project else
            name_errors=frozenset(),
            max_projects=250,
            deletion_grace=5.0,
            roles_wait=True,
            has_agents=False,
        ),
    )  # fmt: skip


# The families that share a date.
ATLAS = (atlas_v1, atlas_v2, atlas_private, atlas_oauth)
