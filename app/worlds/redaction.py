"""JSON values without their secrets: which places hold secrets.

Place                                            Secret if
member of a body, field of a form, query         its name is secret, or one above it
`value` of an object with a `name` or `key`      that name is secret (headers, properties)
`name=value`, `"name": "value"` inside a text    its name is secret
user information of a URL, credentials after     always
`Bearer` or `Basic`
a text that a client has sent as a secret        it is long and random (`known_secrets`)
"""

from collections.abc import Callable
from typing import Any

import orjson

from ..store.layout import TENANT
from .secret_names import HIDDEN, is_secret, mask
from .secret_texts import mask_places

# Levels of a body that is taken, and of a value that is shown. orjson writes at most 254, of
# which the document around a body takes some, and so does the page or the export around that.
MAX_DEPTH, MAX_SHOWN_DEPTH = 200, 220
TOO_DEEP = f"<nested more than {MAX_SHOWN_DEPTH} deep>"

Path = tuple[str, ...]
# What OpsRamp shows, opsemu has made, and clients of an imported state send.
_MADE_HERE = {("authentication", "token"), ("apiKeyPairs", "key")}
_KEPT_BODY = ("request", "body")  # of a delivery
_NEVER_SHOWN = "additionalProps"  # of OpsRamp; any names

# Names that are those of secrets if the value is a text; in an object its members' names count.
_CONTAINERS = frozenset({"auth"})

_URL_TAIL = 4  # characters that Atlas shows of a URL's end


def map_values(value: Any, change: Callable[[Path, Any], Any], path: Path = ()) -> Any:
    """A JSON value with `change(path, value)` for all in it but objects and lists.

    The path has the names that the value is below, without numbers of lists. What is nested
    more than MAX_SHOWN_DEPTH deep becomes a text that says so.
    """
    return _map_values(value, change, path, MAX_SHOWN_DEPTH)


def _map_values(value: Any, change: Callable[[Path, Any], Any], path: Path, depth: int) -> Any:
    if not isinstance(value, (dict, list)):
        return change(path, value)
    if not depth:
        return TOO_DEEP
    if isinstance(value, list):
        return [_map_values(item, change, path, depth - 1) for item in value]
    names = dict(zip(value, value, strict=True))
    if "value" in value:
        names |= {"key": "", "value": _label(value)}
    return {
        key: _map_values(item, change, (*path, names[key]), depth - 1)
        for key, item in value.items()
    }


def _label(item: dict[str, Any]) -> str:
    """The name of the `value` in an object."""
    names = (item.get("name"), item.get("key"), "value")
    return ".".join([name for name in names if isinstance(name, str)])


def secret_name(path: Path) -> str | None:
    """The name in a path that makes what is below it secret, or None."""
    *above, last = path or ("",)
    names = (last, *(name for name in reversed(above) if name not in _CONTAINERS))
    return next(filter(is_secret, names), None)


def is_too_deep(value: Any, limit: int = MAX_DEPTH) -> bool:
    """Whether objects and lists are nested more than `limit` deep."""
    if not isinstance(value, (dict, list)):
        return False
    items = value.values() if isinstance(value, dict) else value
    return not limit or any([is_too_deep(item, limit - 1) for item in items])


def masked(value: Any, *path: str, owner: str = "") -> Any:
    """A stored value with masks in place of secrets.

    `path` has the names that the value is below in its document; `owner` is `kind/name`.
    """
    shown = _MADE_HERE if owner.startswith(f"{TENANT}/") else ()

    def change(path: Path, value: Any) -> Any:
        if path[-2:] in shown:
            return value
        if _NEVER_SHOWN in path:
            return HIDDEN
        if path[-2:] == _KEPT_BODY and isinstance(value, str):
            return _masked_json(value)
        return mask_leaf(path, value, mask_places, _URL_TAIL)

    return map_values(value, change, path)


def _masked_json(text: str) -> str:
    """A text without secrets, which JSON in it may name at any level."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return mask_places(text)
    changed = masked(value)
    return text if changed == value else orjson.dumps(changed).decode()


def mask_leaf(path: Path, value: Any, mask_text: Callable[[str], str], url_tail: int = 0) -> Any:
    """A value that is no object and no list, masked; `mask_text` masks what is no secret."""
    name = secret_name(path)
    if name is None:
        return mask_text(value) if isinstance(value, str) else value
    if isinstance(value, str):
        return mask(name, value, url_tail)
    return value if value is None or isinstance(value, bool) else HIDDEN
