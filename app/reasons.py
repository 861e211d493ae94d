"""Why a request went as it went: noted where it is decided, kept with the journal's row."""

from __future__ import annotations

from flask import g


def note(sentence: str) -> None:
    """Say why the request is refused, for the operator; never with a secret in it."""
    g.setdefault("reasons", []).append(sentence)


def warn(sentence: str) -> None:
    """Say what the client should not have done, though it was let through."""
    g.setdefault("warnings", []).append(sentence)


def noted() -> tuple[str, ...]:
    """What was noted of the current request."""
    return tuple(g.get("reasons", ()))


def warned() -> tuple[str, ...]:
    """What the current request was warned of."""
    return tuple(g.get("warnings", ()))
