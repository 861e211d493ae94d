"""What a body is by its content; its media type is often wrong (curl's `-d '{…}'`)."""

import re
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes

import orjson

from .secret_texts import is_random

_FIELD = re.compile(r"[\w.:\[\]-]{1,40}")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Body(NamedTuple):
    """A body: the value of a `json`, the fields of a `form` as a list of pairs, or `other`."""

    kind: Literal["json", "form", "other"]
    value: Any = None

    @property
    def members(self) -> Any:
        """What has names in it, as a JSON value."""
        return self.value if self.kind != "form" else [{name: text} for name, text in self.value]


def parse_body(content: bytes, media_type: str) -> Body:
    """A body as JSON or, if its type says so or is missing, as a form.

    JSON that was read as a form, whose name it then is, is JSON as well.
    """
    content = content.removeprefix(_BYTE_ORDER_MARK)
    is_form = not media_type or "form-urlencoded" in media_type.lower()
    texts = [content]
    if is_form and content[:3].upper() in (b"%7B", b"%5B"):
        texts.append(unquote_to_bytes(content.replace(b"+", b" ")).rstrip(b"="))
    for text in texts:
        try:
            return Body("json", orjson.loads(text))
        except orjson.JSONDecodeError:
            pass
    return _parse_form(content) if is_form else Body("other")


def _parse_form(content: bytes) -> Body:
    """The fields of a form; `other` if a text that is none was sent as one."""
    try:
        pairs = parse_qsl(content.decode("latin-1"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return Body("other")
    is_form = all(_FIELD.fullmatch(name) and not is_random(name) for name, _ in pairs)
    return Body("form", pairs) if is_form else Body("other")
