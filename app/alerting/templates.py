"""Webhook templates: the part of FreeMarker that the documentation uses, rendered by Jinja.

    ${a.b}  ${a!'d'}  ${(a.b)!0}  ${a[0].b}  ${a?js_string}  ${re.group(a, 'x(.*)', 1)}
    <#list xs![] as x> … <#if x_has_next>,</#if> … </#list>  <#if a??> … <#else> … </#if>

A template with anything else, one that is too long, and one that does not make valid JSON
fail, and the default is sent in its place (SPEC).
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from jinja2 import ChainableUndefined, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_BODY, MAX_HEADERS = 16 * 1024, 4 * 1024  # bytes of a template, and of what it makes

_PIECE = re.compile(r"\$\{(?P<value>[^{}]*)\}|<(?P<tag>/?#[^<>]*)>|(?P<text>[^$<]+|.)", re.DOTALL)
_TOKEN = re.compile(
    r"""(?P<text>'[^'\\]*'|"[^"\\]*")|(?P<number>\d+)|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<is_there>\?\?)|\?(?P<builtin>\w+)|(?P<default>!(?!=))|(?P<sign>[.\[\](),]|==|!=)|\s+""",
    re.ASCII,
)
_BUILTINS = {
    "js_string": "js_string",
    "json_string": "js_string",
    "upper_case": "upper",
    "lower_case": "lower",
    "trim": "trim",
    "size": "length",
    "string": "string",
}
_JINJAS_OWN = frozenset({"and", "or", "not", "in", "is", "if", "else", "none", "None"})
_NESTED = re.compile(r"[+*}]\)?[+*{]|\([^()]*[+*][^()]*\)[+*{]")  # patterns that may take for ever
_UNSENT = frozenset({"host", "content-length", "transfer-encoding", "connection"})


class TemplateFailure(Exception):
    """A template that cannot be rendered; the message says why."""


class _Missing(ChainableUndefined, StrictUndefined):
    """A variable that is not there: its members are not, either, and it cannot be written."""


def render_body(template: str, values: Mapping[str, Any]) -> bytes:
    """The body that a template makes; raises TemplateFailure."""
    return json.dumps(_render(template, values, MAX_BODY), ensure_ascii=False).encode()


def render_headers(template: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The headers that a template makes, without those that a client may not set.

    Raises TemplateFailure.
    """
    rendered = _render(template, values, MAX_HEADERS)
    if not isinstance(rendered, dict):
        raise TemplateFailure("the headers are no JSON object")
    headers = {str(name): str(value) for name, value in rendered.items()}
    return {
        name: re.sub(r"[\r\n]", " ", value)
        for name, value in headers.items()
        if re.fullmatch(r"[!#$%&'*+.^`|~\w-]+", name, re.ASCII) and name.lower() not in _UNSENT
    }


class _Patterns:
    """`re` in templates (DOCS)."""

    def group(self, text: str, pattern: str, number: int) -> str:
        """A group of the first match, or an empty text."""
        match = _checked(pattern).search(text)
        return (match[number] or "") if match and number <= match.re.groups else ""

    def findAllGroup(self, text: str, pattern: str, number: int) -> list[str]:
        """A group of each match."""
        return [match[number] or "" for match in _checked(pattern).finditer(text)]


def _checked(pattern: str) -> re.Pattern[str]:
    if _NESTED.search(pattern):
        raise TemplateFailure("a pattern repeats what is repeated already")
    return re.compile(pattern)


_JINJA = ImmutableSandboxedEnvironment(undefined=_Missing, keep_trailing_newline=True)
_JINJA.filters["js_string"] = lambda value: json.dumps(str(value), ensure_ascii=False)[1:-1]
_JINJA.globals = {"re": _Patterns()}


def _render(template: str, values: Mapping[str, Any], limit: int) -> Any:
    if len(template.encode()) > limit:
        raise TemplateFailure(f"the template has more than {limit} bytes")
    try:
        text = _JINJA.from_string(_translate(template)).render(values)
        if len(text.encode()) > limit:
            raise TemplateFailure(f"it makes more than {limit} bytes")
        return json.loads(text)
    except (TemplateError, ValueError, TypeError, LookupError, re.error) as error:
        raise TemplateFailure(f"{type(error).__name__}: {error}") from None


def _translate(template: str) -> str:
    """A FreeMarker template as one of Jinja."""
    parts = []
    for piece in _PIECE.finditer(template):
        if piece["value"] is not None:
            parts.append(f"{{{{ {_expression(piece['value'])} }}}}")
        elif piece["tag"] is not None:
            parts.append(f"{{% {_directive(piece['tag'])} %}}")
        else:
            text = piece["text"]
            parts.append(re.sub(r"\{[{%#]", lambda match: f"{{{{ {match[0]!r} }}}}", text))
    return "".join(parts)


def _directive(tag: str) -> str:
    name, _, rest = tag.partition(" ")
    ends = {"/#list": "endfor", "/#if": "endif", "#else": "else"}
    if tag.strip() in ends:
        return ends[tag.strip()]
    if name == "#list" and (match := re.fullmatch(r"(.*\S)\s+as\s+(\w+)\s*", rest, re.DOTALL)):
        return f"for {match[2]} in {_expression(match[1])}"
    if name in ("#if", "#elseif"):
        return f"{'if' if name == '#if' else 'elif'} {_expression(rest)}"
    _unknown(f"<{tag}>")


def _expression(text: str) -> str:
    """A FreeMarker expression as one of Jinja."""
    parts, position = [], 0
    while position < len(text):
        token = _TOKEN.match(text, position) or _unknown(text)
        position = token.end()
        if token["name"] in _JINJAS_OWN:
            _unknown(text)
        elif token["name"] and token["name"].endswith("_has_next"):
            parts.append("not loop.last")
        elif token["builtin"]:
            parts.append(f"|{_BUILTINS.get(token['builtin']) or _unknown(token[0])}")
        elif token["is_there"]:
            parts.append(" is defined")
        elif token["default"]:
            value = re.compile(r"""\s*('[^'\\]*'|"[^"\\]*"|\d+|\[\])""").match(text, position)
            parts.append(f"|default({value[1] if value else repr('')})")
            position = value.end() if value else position
        else:
            parts.append(token[0])
    return "".join(parts)


def _unknown(text: str) -> NoReturn:
    raise TemplateFailure(f"{text[:40]!r} is not known here")
