"""Responses of the emulated APIs that are no JSON."""

from . import headers
from .responses import Reply, media_type


def text_reply(text: str) -> Reply:
    """An answer in plain text (RECORDED with this type and `Vary`)."""
    fields = [*headers.of_answer("text/plain;charset=iso-8859-1"), ("Vary", "Accept-Encoding")]
    return Reply(text.encode("latin-1"), 200, fields)


def file_reply(content: bytes, media_type: str) -> Reply:
    """A file."""
    return Reply(content, 200, headers.of_answer(media_type))


def no_type(status: int) -> Reply:
    """An empty answer whose type is in another header (RECORDED: maintenance windows of Atlas)."""
    names = {"Content-Type": "X-Content-Type"}
    fields = headers.of_answer(media_type().partition(";")[0])
    return Reply(b"", status, [(names.get(name, name), text) for name, text in fields])
