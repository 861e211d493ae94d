"""Answers of the control plane: indented JSON, as people read them in a terminal."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response


def answer(value: Any, status: int = 200) -> Response:
    """A JSON answer, keys in the order given."""
    content = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return Response(content, status, content_type="application/json")


def done() -> Response:
    """204: it is as asked, and there is nothing to say."""
    return Response(status=204)
