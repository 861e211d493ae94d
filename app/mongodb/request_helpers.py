"""What MongoDB's views share: bodies, pages of lists, and one item of many."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from opsemu.schemas.base import VendorSchema

from ..api.context import current
from ..api.errors import ApiError
from ..api.urls import Link
from ..store import Document
from .dialect import dialect, profile


def load_body(schema: type[VendorSchema], *, partial: bool | Sequence[str] = False) -> Document:
    """What the request's body sets; raises INVALID_JSON or ValidationFailure.

    With `partial`, required attributes may be missing, all or those that it names.
    """
    body: Document = schema.of(profile()).load(current().json_object(), partial=partial)
    return body


def load_bodies(schema: type[VendorSchema]) -> list[Document]:
    """The same of a body that is an array of objects."""
    return [schema.of(profile()).load(each) for each in current().json_objects()]


def page_of(items: Sequence[Any], show: Callable[[Any], Any]) -> dict[str, Any]:
    """The page of `items` that the query asks for, each as `show` shows it."""
    body = current().page.of(items)
    return {**body, "results": [show(each) for each in body["results"]]}


def link(url: str, name: str) -> Link:
    """A link to something else than the resource itself, as the family names it."""
    return {"href": url, "rel": f"{dialect().links.rel}{name}"}


def find_by_id(items: Iterable[Document], item_id: str, code: str, *parent: str) -> Document:
    """The item of an id; raises the error `code`, whose parameters are the id and the parent's."""
    for item in items:
        if item["id"] == item_id:
            return item
    raise ApiError(code, item_id, *parent)
