"""What a request to state on another machine is about, known before anything is read."""

from collections.abc import Mapping
from typing import NamedTuple

from werkzeug.datastructures import CombinedMultiDict

from ..auth import tokens
from ..auth.digest import credentials, parse_nonce_count
from ..store.layout import DEFAULT_WORLD
from ..worlds.rate_limits import bucket
from .authentication import signed_target
from .context import RequestContext
from .headers import rate_limit
from .services import Services


class Subject(NamedTuple):
    """What `SharedState.begin` is told of a request."""

    operation: str
    names: Mapping[str, str]


def begin(ctx: RequestContext) -> None:
    """Begin the request in the shared state, if that may block: it reads ahead."""
    if ctx.store.backend.read_may_block:
        params = credentials(ctx.authorization)
        begin_again(ctx.services, subject_of(ctx, params), params, signed_target(ctx))


def begin_again(
    services: Services, subject: Subject, params: Mapping[str, str], target: str | None
) -> None:
    """Begin a request about the same as another one, with these parameters of a digest."""
    count = parse_nonce_count(params, target)
    nonce = None if count is None else services.nonces.use_of(params.get("nonce", ""), count)
    services.shared_state.begin(*subject, nonce)


def subject_of(ctx: RequestContext, params: Mapping[str, str]) -> Subject:
    """What a request is about; `params` are those of its digest."""
    limit = rate_limit(ctx)
    names = {**_caller(ctx, params), **ctx.arguments, "limit": bucket(*limit[:2]) if limit else ""}
    return Subject(f"{ctx.request.endpoint} {ctx.method}", names)


def _caller(ctx: RequestContext, params: Mapping[str, str]) -> dict[str, str]:
    """The names of the key, if the request tells it, and of what tells of its caller."""
    scheme, _, text = ctx.authorization.partition(" ")
    if scheme.lower() == "bearer":
        return {"caller": tokens.name_of(text.strip())}
    name = params.get("username", "")
    if not name and (scheme or ctx.path in ctx.dialect.authentication.open_paths):
        form = CombinedMultiDict([ctx.request.args, ctx.form])
        name, _ = tokens.credentials(ctx.authorization, form)
    return {"caller": name, "key": name} if name else {"caller": "", "world": DEFAULT_WORLD}
