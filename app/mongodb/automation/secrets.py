"""Automation configurations without their secrets (DOCS: `noSecrets`)."""

from typing import Any

from ...worlds.secret_names import is_secret

REDACTED = "<redacted>"

# Members by which the items of a list are recognized in another version of it.
_LABELS = ("name", "_id", "user", "hostname")


def without_secrets(value: Any, name: str = "") -> Any:
    """A configuration with REDACTED in place of the texts that are secret."""
    if isinstance(value, dict):
        return {key: without_secrets(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [without_secrets(item) for item in value]
    return REDACTED if _is_secret(name, value) else value


def keep_secrets(value: Any, old: Any) -> Any:
    """A configuration with the secrets of the old one; those that it has itself are dropped."""
    if isinstance(value, dict):
        before = old if isinstance(old, dict) else {}
        sent = {key: item for key, item in value.items() if not _is_secret(key, item)}
        kept = {key: item for key, item in before.items() if _is_secret(key, item)}
        return {**{key: keep_secrets(item, before.get(key)) for key, item in sent.items()}, **kept}
    if isinstance(value, list):
        others = old if isinstance(old, list) else []
        return [keep_secrets(item, _counterpart(item, others)) for item in value]
    return value


def _is_secret(name: str, value: Any) -> bool:
    """Whether a member is a secret; the addresses of downloads are none."""
    return isinstance(value, str) and name != "url" and is_secret(name)


def _counterpart(item: Any, others: list[Any]) -> Any:
    """The item of a list that has the same label."""
    label = _label(item)
    return next((other for other in others if label and _label(other) == label), None)


def _label(item: Any) -> tuple[str, str] | None:
    """The first label of an item, with its name, or None."""
    members = item if isinstance(item, dict) else {}
    return next(((name, str(members[name])) for name in _LABELS if name in members), None)
