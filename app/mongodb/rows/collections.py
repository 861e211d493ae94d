"""Collections of documents kept and given back: each is a row, which needs no views."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response

from ...api.context import current
from ...api.errors import ApiError
from ...api.responses import no_content, reply
from ...api.routes import Resource
from ...store import Document
from ..dialect import profile
from ..parents import Parent, check_id
from ..request_helpers import load_bodies, page_of
from .rows import Row


@dataclass(kw_only=True, eq=False, repr=False)
class Collection(Row):
    """Documents with an id each; the verbs are list, create, get, update, replace, delete.

    The attribute `key` is chosen by the client if the schema loads it, else made. Errors:
    `not_found` has the key and the parent's id as parameters, `malformed` is for a key that
    is no object id, `taken` for a key that is used (without it the document is replaced).
    `duplicate` for a new document whose attribute `unique` is that of another one.
    `created` is POST's status; with `takes_many` it takes an array and answers with the list.
    `order` is the attribute that a list, a page or a bare array, is sorted by: `id` is the order
    in which the documents were made. If it `upserts`, a PUT makes the document that is not
    there. `gone` is the error for deleting what is not there, if it is not `not_found`. A
    document is gone after the time in its attribute `expires`. A PATCH leaves `fixed` attributes
    as they are.
    """

    not_found: str
    key: str = "id"
    item: str = "<item_id>"
    malformed: str = ""
    taken: str = ""
    unique: str = ""
    duplicate: str = ""
    order: str = "id"
    gone: str = ""
    expires: str = ""
    fixed: tuple[str, ...] = ()
    created: int = 200
    is_page: bool = True
    takes_many: bool = False
    upserts: bool = False

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
        return reply(self._show(document), self.created)

    def get_one(self, item_id: str, **_: str) -> Response:
        """One document."""
        return reply(self._show(self.find(self.parent(), item_id)))

    def update(self, item_id: str, **_: str) -> Response:
        """Change some attributes of a document."""
        parent, body = self.parent(write=True), self.load(partial=True)
        changes = {name: body[name] for name in body if name not in (self.key, *self.fixed)}
        document = self.write(parent, item_id, lambda old: {**old, **changes})
        return reply(self._show(document))

    def replace(self, item_id: str, **_: str) -> Response:
        """Replace a document by another one."""
        parent, body = self.parent(write=True), self.load(partial=(self.key,))
        document = self.write(parent, item_id, lambda old: self.replaced(old, body))
        return reply(self._show(document))

    def replaced(self, old: Document, body: Document) -> Document:
        """The new document in place of an old one, of which it keeps id and time of making."""
        kept = {name: old[name] for name in ("created", "id", self.key) if name in old}
        return {**body, **kept}

    def delete(self, item_id: str, **_: str) -> Response:
        """Delete a document."""
        parent = self.parent(write=True)
        parent.delete(self.table, self.find(parent, item_id, self.gone)[self.key])
        return no_content()

    def listing(self, parent: Parent) -> Any:
        """The documents of a parent in a list body, or the page of them that is asked for."""
        documents = self.documents(parent)
        if not self.is_page:
            return [*map(self._show, documents)]
        return page_of(documents, self._show)

    def documents(self, parent: Parent) -> list[Document]:
        """The documents of a parent in their order."""
        kept = filter(self.is_current, parent.all(self.table).values())
        return sorted(kept, key=lambda each: each[self.order])

    def bodies(self) -> list[Document]:
        """The documents in the request's array; raises INVALID_JSON, ValidationFailure."""
        return load_bodies(self.schema)

    def add(self, parent: Parent, body: Document) -> Document:
        """Keep a new document; raises the errors `taken` and `duplicate`."""
        time = current().time
        now, key = time.timestamp(), body.get(self.key) or time.object_id()
        times = {"created": now, "updated": now}
        document = {"id": time.object_id(), **body, self.key: key, **times}
        others = parent.all(self.table).values() if self.unique else ()
        if any(each[self.unique] == body[self.unique] for each in others):
            raise ApiError(self.duplicate, body[self.unique])

        def edit(old: Document | None) -> Document:
            if old is not None and self.taken and self.is_current(old):
                raise ApiError(self.taken, key)
            self.check(parent, document)
            return document

        return parent.change(self.table, key, edit)

    def check(self, parent: Parent, document: Document) -> None:
        """Raise an error for a document that cannot be kept, as it is about to be."""
        self.schema.of(profile()).check(document)

    def is_current(self, document: Document) -> bool:
        """Whether a document has not expired."""
        return str(document.get(self.expires, "~")) > current().time.timestamp()

    def find(self, parent: Parent, key: str, code: str = "") -> Document:
        """The document with a key; raises the errors `malformed` and `code` or `not_found`."""
        self._check_key(key)
        document = parent.get(self.table, key)
        if document is None or not self.is_current(document):
            name = key.split("/", self.parts - 1)[-1]
            raise ApiError(code or self.not_found, name, parent.id)
        return document

    def write(self, parent: Parent, key: str, edit: Callable[[Document], Document]) -> Document:
        """Replace a document by what `edit` makes of it."""
        now = current().time.timestamp()
        self._check_key(key)
        key = key if self.upserts else self.find(parent, key)[self.key]

        def change(old: Document | None) -> Document:
            if old is None and not self.upserts:
                raise ApiError(self.not_found, key, parent.id)
            document = {**edit(old or {self.key: key, "created": now}), "updated": now}
            self.check(parent, document)
            return document

        return parent.change(self.table, key, change)

    def _show(self, document: Document) -> dict[str, Any]:
        return self.show(document, document[self.key])

    def _check_key(self, key: str) -> None:
        if self.malformed:
            check_id(key, self.malformed)
