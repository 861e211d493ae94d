"""Resources without views of their own: what all rows have, single documents, empty answers."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote

from flask import Response

from opsemu.schemas.base import ResourceSchema

from ...api.context import current
from ...api.plain_responses import no_type
from ...api.responses import no_content, reply
from ...api.routes import Emulation, Resource
from ...api.urls import self_link
from ...store import Document
from ...store.layout import APPLICATION, ORGANIZATION, PROJECT
from ..automation.access import deployment_of, find_host
from ..automation.deployment import host_id
from ..dialect import dialect, profile
from ..organization_access import get_organization
from ..parents import Parent, get_application
from ..project_access import get_project
from ..request_helpers import load_body

SINGLES = "documents"  # the table of the single documents of a parent

_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(kw_only=True, eq=False, repr=False)
class Row:
    """What the rows of all kinds have.

    `path` names what the resource belongs to, `<group_id>` or `<org_id>`, else it is Ops
    Manager's own. One that does not begin with `/groups/` or `/orgs/` takes a global role; one
    that begins with `/api/` is not below the family's prefix. `operations` are the names of the
    operations by verb; a verb that is not there is not served. `role` may write beside an
    owner. `options` are further fields of Operation; `methods` are the Java methods by verb
    where the operation has another name. `table` is the place in the store: the table of a
    collection, or the key of a single document. `made` are attributes of documents that no
    client sets. A key is in the URL as `parts` path segments.
    """

    emulation: ClassVar[Emulation] = "stored"
    path: str
    operations: Mapping[str, str]
    schema: type[ResourceSchema] = ResourceSchema
    table: str = ""
    role: str = "OWNER"
    options: Mapping[str, Any] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    made: tuple[str, ...] = ()
    parts: int = 1

    @property
    def owner_kind(self) -> str:
        """The kind of owner that the documents are stored with."""
        if "<group_id>" in self.path:
            return PROJECT
        return ORGANIZATION if "<org_id>" in self.path else APPLICATION

    def parent(self, *, write: bool = False) -> Parent:
        """What the resource belongs to; raises the error of one that cannot be used."""
        arguments, role = current().arguments, self.role if write else ""
        if not self.path.startswith(("/groups/", "/orgs/")):
            application = get_application(role=role)
            if self.owner_kind == APPLICATION:
                return application
        if self.owner_kind == ORGANIZATION:
            return get_organization(arguments["org_id"], role=role)
        project = get_project(arguments["group_id"], role=role)
        if "host_id" in arguments:  # or a name, `hostname:port` (CLIENT)
            deployment, host = deployment_of(project.id), arguments["host_id"]
            if host_id(project.id, host) not in deployment.hosts:
                find_host(deployment, host)
        return project

    def url(self, key: str = "") -> str:
        """The URL of the resource, or of the item with a key, in the caller's family."""
        arguments = current().arguments
        path = _ARGUMENT.sub(lambda match: quote(arguments[match[1]], safe="$"), self.path)
        parts = [quote(part, safe="$") for part in key.split("/", self.parts - 1) if key]
        prefix = "" if path.startswith("/api/") else dialect().prefix
        return "/".join([f"{current().base_url}{prefix}{path}", *parts])

    def load(self, *, partial: bool | Sequence[str] = False) -> Document:
        """What the request's body sets; raises ValidationFailure.

        With `partial`, required attributes may be missing, all or those that it names.
        """
        return load_body(self.schema, partial=partial)

    def show(self, document: Document, key: str = "") -> dict[str, Any]:
        """A document as the family shows it."""
        arguments = current().arguments
        parents = {"groupId": arguments.get("group_id"), "orgId": arguments.get("org_id")}
        return self.schema.of(profile()).show(
            {**parents, **document, "links": [self_link(self.url(key))]}
        )

    def _add(self, bp: Resource, verb: str, method: str, rule: str, view: Any, **more: Any) -> None:
        if verb in self.operations:
            java = {"java_method": self.methods[verb]} if verb in self.methods else {}
            about = {"operation": self.operations[verb], "emulation": self.emulation}
            bp.add_url_rule(
                rule, None, view, methods=[method], **{**about, **self.options, **java, **more}
            )


@dataclass(kw_only=True, eq=False, repr=False)
class Single(Row):
    """The one document of a parent; the verbs are get, update (PATCH), replace (PUT), delete.

    `status` is that of an update. Until a document is set, it has the schema's defaults, and if
    it `has_times`, those of the making of its parent. `is_silent` answers writes without a body
    and its type.
    """

    status: int = 200
    is_silent: bool = False
    has_times: bool = False

    def register(self, bp: Resource) -> None:
        """Add the routes of the operations."""
        self._add(bp, "get", "GET", self.path, self.get_one)
        self._add(bp, "update", "PATCH", self.path, self.update)
        self._add(bp, "replace", "PUT", self.path, self.replace)
        self._add(bp, "delete", "DELETE", self.path, self.delete)

    def get_one(self, **_: str) -> Response:
        """The document."""
        parent = self.parent()
        names = ("created", "updated") if self.has_times else ()
        made = dict.fromkeys(names, parent.about.get("created"))
        return reply(self.show(parent.get(SINGLES, self.table) or made))

    def update(self, **_: str) -> Response:
        """Change some attributes of the document."""
        parent, body = self.parent(write=True), self.load(partial=True)
        return self._change(parent, lambda old: {**old, **body})

    def replace(self, **_: str) -> Response:
        """Replace the document."""
        parent, body = self.parent(write=True), self.load()
        return self._change(parent, lambda old: body)

    def delete(self, **_: str) -> Response:
        """Go back to the defaults."""
        self.parent(write=True).delete(SINGLES, self.table)
        return no_type(204) if self.is_silent else no_content()

    def _change(self, parent: Parent, edit: Callable[[Document], Document]) -> Response:
        now = current().time.timestamp()

        def change(old: Document | None) -> Document:
            document = {"created": now, **edit(old or {}), "updated": now}
            self.schema.of(profile()).check(document)
            return document

        document = parent.change(SINGLES, self.table, change)
        return no_type(200) if self.is_silent else reply(self.show(document), self.status)


@dataclass(kw_only=True, eq=False, repr=False)
class Empty(Row):
    """What is always empty here: `body` for GET, a page without results by default."""

    emulation = "empty"
    body: Any = None

    def register(self, bp: Resource) -> None:
        """Add the route."""
        self._add(bp, "get", "GET", self.path, self.get)

    def get(self, **_: str) -> Response:
        """Nothing, in the right shape."""
        self.parent()
        return reply(current().page.of([]) if self.body is None else self.body)
