"""Why a request went as it went: noted where it is decided, kept with the journal's row."""

from __future__ import annotations

from .context import call

_SCHEMES = frozenset({"basic", "bearer", "digest", "hawk", "negotiate", "ntlm"})


def note(sentence: str) -> None:
    """Say why the request is refused, for the operator; never with a secret in it."""
    call().reasons.append(sentence)


def warn(sentence: str) -> None:
    """Say, once, what the client should not have done, though it was let through."""
    told = call().warnings
    if sentence not in told:  # a change may be worked out several times
        told.append(sentence)


def scheme() -> str:
    """How the caller says who it is; a word that is no scheme may be a secret, and is not told."""
    word = call().authorization.partition(" ")[0]
    return word if not word or word.lower() in _SCHEMES else "unknown"


def noted() -> tuple[str, ...]:
    """What was noted of the current request."""
    return tuple(call().reasons)


def warned() -> tuple[str, ...]:
    """What the current request was warned of."""
    return tuple(call().warnings)
