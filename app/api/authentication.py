"""Authentication: the first thing asked of a request, before its body is read."""

from collections.abc import Callable
from functools import partial

from werkzeug.datastructures import CombinedMultiDict, MultiDict

from ..auth import tokens
from ..auth.api_keys import Key, find_key, plain_address
from ..auth.digest import MmsDigest, credentials, is_signed_for
from ..auth.digest import authenticate as check_digest
from ..auth.digest_diagnosis import DigestAttempt, diagnose, printable_name, uri_difference
from ..auth.nonces import NonceStatus
from .api_family import AuthenticationRules
from .context import RequestContext, current
from .errors import ApiError, EmptyErrorResponse, Unauthorized
from .routes import Operation
from .stubs import may_answer

# Paths that the vendor serves without credentials.
_OPEN = ("/api/private/unauth/", "/api/public/v1.0/unauth/")
LOOPBACK = "127.0.0.1"


Schemes = dict[str, Callable[[RequestContext], Key]]


def authenticator() -> Callable[[RequestContext], None]:
    """What admits or refuses a request, before it is dispatched."""
    digest = MmsDigest(_new_nonce)
    schemes: Schemes = {"digest": partial(_by_digest, digest), "bearer": _by_bearer}
    return partial(_admit, schemes)


def check_address(key: Key, address: str | None) -> None:
    """Refuse a caller who is not on the key's access list; raises IP_ADDRESS_NOT_ON_ACCESS_LIST."""
    if not key.admits(address or LOOPBACK):
        raise ApiError("IP_ADDRESS_NOT_ON_ACCESS_LIST", str(plain_address(address or LOOPBACK)))


def is_protected(path: str, rules: AuthenticationRules) -> bool:
    """Whether credentials are asked for before the view of a path is called."""
    is_api = path.startswith("/api/") and not path.startswith(_OPEN)
    return is_api and path not in rules.open_paths


def _admit(schemes: Schemes, ctx: RequestContext) -> None:
    """Check credentials, then the route, then the body's type, then the caller's address."""
    request, path, rules = ctx.request, ctx.request.path, ctx.dialect.authentication
    if path in rules.open_paths:
        _claim(ctx)
    scheme = ctx.authorization.partition(" ")[0].lower()
    asks_for_digest = bool(_basic_challenges(ctx) and scheme != "basic")
    if not (is_protected(path, rules) or asks_for_digest):
        return
    authenticate = schemes[scheme if scheme in rules.schemes else rules.schemes[0]]
    ctx.key = ctx.authenticated_key = authenticate(ctx)
    if request.routing_exception is not None and not may_answer(ctx):
        raise request.routing_exception
    if ctx.operation is not None:
        _negotiate(ctx, ctx.operation)
    key = ctx.key
    if key.added_list and ctx.settings["enforce_access_lists"] == "true":
        key = key._replace(access_list=key.added_list)
    check_address(key, request.remote_addr)


def _basic_challenges(ctx: RequestContext) -> tuple[str, ...]:
    """The challenge beside that for a digest, of an operation that takes either."""
    challenge = ctx.operation.basic_challenge if ctx.operation else ""
    return (challenge,) if challenge else ()


def _claim(ctx: RequestContext) -> None:
    """Enter the world of the client that asks for a token; the view checks its secret."""
    form = CombinedMultiDict([ctx.request.args, ctx.form])
    client_id, _ = tokens.credentials(ctx.authorization, form)
    if _claim_key(ctx, client_id) is None:
        name = printable_name(client_id)
        ctx.explain(f"there is no client {name} here" if client_id else "no client id was sent")


def _claim_key(ctx: RequestContext, name: str) -> Key | None:
    """The key of this name, whose world the request enters whether it proves to own it or not."""
    key = find_key(ctx, name)
    if key is not None:
        ctx.claim_key(key)
    return key


def _basic_name(ctx: RequestContext) -> str:
    """The user name of Basic credentials; empty for others."""
    return tokens.credentials(ctx.authorization, MultiDict())[0]


def _negotiate(ctx: RequestContext, operation: Operation) -> None:
    """Raises INVALID_VERSION_DATE, or a 415 for a body that the family does not read."""
    rules, content_type = ctx.dialect.body, ctx.request.content_type or ""
    if rules.is_versioned:
        ctx.version = operation.version(ctx.environ.get("HTTP_ACCEPT", ""))
    if operation.expects_body(ctx.method) and not rules.accepts(content_type):
        ctx.explain(f"a body of type {content_type!r} is not read here")
        raise EmptyErrorResponse(415)


def _by_bearer(ctx: RequestContext) -> Key:
    """The key that the request's token stands for; raises NO_CREDENTIALS or INVALID_TOKEN."""
    scheme, _, text = ctx.authorization.partition(" ")
    if scheme.lower() != "bearer":
        name = credentials(ctx.authorization).get("username", "") or _basic_name(ctx)
        _claim_key(ctx, name)
        ctx.explain(f"a Bearer token is asked for, the scheme is: {ctx.scheme or 'none'}")
        raise ctx.dialect.authentication.bearer_error("NO_CREDENTIALS")
    token = tokens.find(ctx, text.strip())
    if token:
        ctx.claim_key(token.key)
    if token is None or token.expires <= ctx.time.now():
        ctx.explain(f"the token {'has expired' if token else 'is unknown here, or was revoked'}")
        raise ctx.dialect.authentication.bearer_error("INVALID_TOKEN")
    return token.key


def _by_digest(digest: MmsDigest, ctx: RequestContext) -> Key:
    """The key that signed the request; raises Unauthorized with a new challenge."""
    ctx.digest_params = params = credentials(ctx.authorization)
    name = params.get("username", "") or _basic_name(ctx)
    key = _claim_key(ctx, name)  # before the nonce: the key's world tells its age
    # A key for tokens has no digest half, and may not be taken for one with an empty half.
    ha1 = (key.ha1 or None) if key else None
    consume = partial(ctx.services.nonces.consume, age_of=ctx.time.age_of)
    status, is_valid = check_digest(params, ctx.method, signed_target(ctx), ha1, consume)
    if key is not None and is_valid and status is NonceStatus.FRESH:
        if not is_signed_for(ctx.target, uri := params.get("uri", "")):
            ctx.warn(f"uri differs from the request's: {uri_difference(uri, ctx.target)}")
        return key
    if key is not None and ha1 is None:
        why = "it is a key for tokens, or came with an imported state, which has no private halves"
        ctx.explain(f"key {key.public_key} cannot sign by digest: {why}")
    else:
        ctx.explain(_diagnosis(ctx, ha1, status))
    challenge = digest.authenticate_header(stale=status is NonceStatus.STALE)
    raise Unauthorized(*_basic_challenges(ctx), challenge)


def _new_nonce() -> str:
    ctx = current()
    return ctx.services.nonces.issue(ctx.time.random.bytes(4))


def signed_target(ctx: RequestContext) -> str | None:
    """What the header's `uri` has to be, where that is compared."""
    return ctx.target if ctx.services.config.digest_uri == "strict" else None


def _diagnosis(ctx: RequestContext, ha1: str | None, status: NonceStatus | None) -> str:
    nonces = ctx.services.nonces
    issued_at = nonces.issued_at(ctx.digest_params.get("nonce", ""))
    return diagnose(
        DigestAttempt(
            scheme=ctx.scheme,
            params=ctx.digest_params,
            ha1=ha1,
            method=ctx.method,
            target=signed_target(ctx),
            status=status,
            age=None if issued_at is None else ctx.time.age_of(issued_at),
            lifetime=nonces.lifetime,
        )
    )
