"""Collections of documents kept and given back: each is a row, which needs no views."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from ..api.context import current
from ..api.errors import ApiError
from ..api.responses import no_content, reply
from ..api.routes import Resource
from ..store import Document
from .dialect import profile
from .parents import OBJECT_ID, Parent
from .rows import Row


@dataclass(frozen=True, kw_only=True)
class Collection(Row):
    """Documents with an id each; the verbs are list, create, get, update, replace, delete.

    The attribute `key` is chosen by the client if the schema loads it, else made. Errors:
    `not_found` has the key and the parent's id as parameters, `malformed` is for a key that
    is no object id, `taken` for a key that is used (without it the document is replaced).
    `created` is POST's status; with `takes_many` it takes an array and answers with the list.
    `order` is the attribute that a list, a page or a bare array, is sorted by: `id` is the order
    in which the documents were made. `gone` is the error for deleting what is not there, if it
    is not `not_found`. A document is gone after the time in its attribute `expires`.
    """

    not_found: str
    key: str = "id"
    item: str = "<item_id>"
    malformed: str = ""
    taken: str = ""
    order: str = "id"
    gone: str = ""
    expires: str = ""
    created: int = 200
    is_page: bool = True
    takes_many: bool = False

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations."""
        one = f"{self.path}/{self.item}"
        self._add(bp, "list", "GET", self.path, self.list_all)
        self._add(bp, "create", "POST", self.path, self.create)
        self._add(bp, "get", "GET", one, self.get_one)
        self._add(bp, "update", "PATCH", one, self.update)
        self._add(bp, "replace", "PUT", one, self.replace)
        self._add(bp, "delete", "DELETE", one, self.delete)

    def list_all(self, **_: str) -> Response:
        """The documents of a parent."""
        return reply(self.listing(self.parent()))

    def create(self, **_: str) -> Response:
        """Add a document, or several."""
        parent = self.parent(write=True)
        if self.takes_many:
            for body in self.bodies():
                self.add(parent, body)
            return reply(self.listing(parent), self.created)
        document = self.add(parent, self.load())
        return reply(self.show(document, document[self.key]), self.created)

    def get_one(self, item_id: str, **_: str) -> Response:
        """One document."""
        document = self.find(self.parent(), item_id)
        return reply(self.show(document, document[self.key]))

    def update(self, item_id: str, **_: str) -> Response:
        """Change some attributes of a document."""
        body = self.load(partial=True)
        body.pop(self.key, None)
        document = self.write(item_id, lambda old: {**old, **body})
        return reply(self.show(document, document[self.key]))

    def replace(self, item_id: str, **_: str) -> Response:
        """Replace a document by another one, which keeps the id and the time of its making."""
        body, kept = self.load(), ("created", "id", self.key)

        def edit(old: Document) -> Document:
            return {**body, **{name: old[name] for name in kept if name in old}}

        document = self.write(item_id, edit)
        return reply(self.show(document, document[self.key]))

    def delete(self, item_id: str, **_: str) -> Response:
        """Delete a document."""
        parent = self.parent(write=True)
        parent.delete(self.table, self.find(parent, item_id, self.gone)[self.key])
        return no_content()

    def listing(self, parent: Parent) -> Any:
        """The documents of a parent in a list body, or the page of them that is asked for."""
        kept = filter(self.is_current, parent.all(self.table).values())
        documents = sorted(kept, key=lambda each: each[self.order])
        if not self.is_page:
            return [self.show(each, each[self.key]) for each in documents]
        body = current().page.of(documents)
        body["results"] = [self.show(each, each[self.key]) for each in body["results"]]
        return body

    def bodies(self) -> list[Document]:
        """The documents in the request's array; raises INVALID_JSON, ValidationFailure."""
        if not isinstance(bodies := current().json, list):
            raise ApiError("INVALID_JSON")
        if not all(isinstance(each, dict) for each in bodies):
            raise ApiError("INVALID_JSON")
        schema = self.schema.of(profile())
        return [schema.load(each) for each in bodies]

    def add(self, parent: Parent, body: Document) -> Document:
        """Keep a new document; raises the error `taken`."""
        time = current().time
        now, key = time.timestamp(), body.get(self.key) or time.object_id()
        times = {"created": now, "updated": now}
        document = {"id": time.object_id(), **body, self.key: key, **times}

        def edit(old: Document | None) -> Document:
            if old is not None and self.taken and self.is_current(old):
                raise ApiError(self.taken, key)
            self.schema.of(profile()).check(document)
            return document

        return parent.change(self.table, key, edit)

    def is_current(self, document: Document) -> bool:
        """Whether a document has not expired."""
        return str(document.get(self.expires, "~")) > current().time.timestamp()

    def find(self, parent: Parent, key: str, code: str = "") -> Document:
        """The document with a key; raises the errors `malformed` and `code` or `not_found`."""
        if self.malformed and not OBJECT_ID.fullmatch(key):
            raise ApiError(self.malformed, key)
        document = parent.get(self.table, key)
        if document is None or not self.is_current(document):
            name = key.split("/", self.parts - 1)[-1]
            raise ApiError(code or self.not_found, name, parent.id)
        return document

    def write(self, key: str, edit: Callable[[Document], Document]) -> Document:
        """Replace a document by what `edit` makes of it."""
        parent, now = self.parent(write=True), current().time.timestamp()
        key = self.find(parent, key)[self.key]

        def change(old: Document | None) -> Document:
            if old is None:
                raise ApiError(self.not_found, key, parent.id)
            document = {**edit(old), "updated": now}
            self.schema.of(profile()).check(document)
            return document

        return parent.change(self.table, key, change)
