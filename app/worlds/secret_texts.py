"""Secrets inside of texts: those that their place gives away, and what looks random."""

import re

from .secret_names import HIDDEN, is_secret, mask

_USER = re.compile(
    r"""(?<=://)[^/?#\s"'<>]*@|(?<![\w.%/@+-])(?!mailto:)[\w.%+-]+:[^\s/@:"'<>]+@(?=[\w\[])"""
)
_CREDENTIALS = re.compile(r"""\b((?i:basic|bearer))\s+(?=\S*[0-9=]|\S*[a-z][A-Z])[^\s,"']{8,}""")
_SIGN = re.compile(r"""[=:]\s*\[*(\\*["']?)""")
# The name before a sign, backwards.
_NAME = re.compile(r"""\s*(["']?)\\*([\w.-]+)""")
# Up to the quote that it began with, or a word.
_VALUE = re.compile(
    r"""(?<=[^\\]")(?:[^"\\]|\\.)+|(?<=[^\\]')(?:[^'\\]|\\.)+|(?<=\\["'])[^"'\\]+"""
    r"""|[^\s&"',;<>{}\[\]\\]+"""
)
_CHANGE = re.compile("[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])")
_RANDOM = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[^\s*]{16,1024}")
_HEXADECIMAL = re.compile("[0-9A-Fa-f-]+")


def mask_places(text: str) -> str:
    """A text without what its place in the text says is secret."""
    if "@" in text:
        text = _USER.sub(f"{HIDDEN}@", text)
    if " " in text:
        text = _CREDENTIALS.sub(rf"\1 {HIDDEN}", text)
    return _mask_assignments(text) if "=" in text or ":" in text else text


def is_random(text: str) -> bool:
    """Whether a text is so long and irregular that no other text contains it by chance.

    It has 16 to 1,024 characters, no white space, letters and digits, and is hexadecimal or
    changes between small letters, capitals and digits every six characters on average.
    """
    if not _RANDOM.fullmatch(text):
        return False
    letters = re.sub("[^0-9A-Za-z]", "", text)
    changes = len(_CHANGE.findall(letters))
    return changes * 6 >= len(letters) or _HEXADECIMAL.fullmatch(text) is not None


def _mask_assignments(text: str) -> str:
    parts, end, backwards = [], 0, text[::-1]
    for sign in _SIGN.finditer(text):
        name = _NAME.match(backwards, len(text) - sign.start())
        if name is None or sign.start() < end or not is_secret(name[2][::-1]):
            continue
        value = _VALUE.match(text, sign.end())
        # Without quotes, `token: expired` is a sentence.
        if value and (name[1] or sign[1] or sign[0][0] == "=" or is_random(value[0])):
            parts += [text[end : sign.end()], mask(name[2][::-1], value[0])]
            end = value.end()
    return "".join([*parts, text[end:]])
