"""Settings of an Ops Manager by name: a change names those that it changes."""

from typing import Any

from flask import Response

from ...store import Document
from ...worlds.secret_names import HIDDEN, is_secret
from .rows import Single


class Settings(Single):
    """The settings of an Ops Manager (DOCS)."""

    def show(self, document: Document, key: str = "") -> dict[str, Any]:
        """The settings, secret ones masked (DOCS; INFERRED: the mask)."""
        values = document.get("dbProperties", {}).items()
        shown = {name: HIDDEN if _is_hidden(name) else value for name, value in values}
        return super().show({"dbProperties": shown})

    def update(self, **_: str) -> Response:
        """Set some settings, and remove those that are null (DOCS)."""
        parent, changes = self.parent(write=True), self.load()["dbProperties"]

        def edit(old: Document) -> Document:
            values = {**old.get("dbProperties", {}), **changes}
            set_ones = {name: value for name, value in values.items() if value is not None}
            return {"dbProperties": set_ones}

        return self._change(parent, edit)


def _is_hidden(name: str) -> bool:
    """Whether a setting is secret: a password or a key, not an address."""
    return is_secret(name) and not name.lower().endswith("url")
