"""Effects on what is stored: a change that is lost, an integration that is gone."""

from __future__ import annotations

from flask import Response

from ...store import Document, MissingOwner, Owner
from ...store.layout import INTEGRATIONS, PROJECT
from ..context import current
from .base import FaultEffect


class Undo(FaultEffect):
    """Let the view answer, then restore the integration as it was before."""

    name = "undo"

    def before_view(self) -> None:
        self._owner, self._type_name = _integration()
        store = self.context.services.store
        self._before = store.get(self._owner, INTEGRATIONS, self._type_name)

    def after_view(self, response: Response) -> Response:
        _restore(self._owner, self._type_name, self._before)
        return response


class Remove(FaultEffect):
    """Delete the integration that the rule or else the path names, before the view runs."""

    name = "remove"

    def before_view(self) -> None:
        owner, type_name = _integration()
        _restore(owner, self.rule.spec.get("type", type_name), None)


def _integration() -> tuple[Owner, str]:
    """The owner and the type of the integration that the request is about."""
    arguments = current().arguments
    owner = Owner(current().key.world, PROJECT, arguments.get("group_id", ""))
    return owner, arguments.get("type_name", "")


def _restore(owner: Owner, type_name: str, document: Document | None) -> None:
    store = current().services.store
    try:
        if document is None:
            store.delete(owner, INTEGRATIONS, type_name)
        else:
            store.change(owner, INTEGRATIONS, type_name, lambda _: document)
    except MissingOwner:  # the whole project is gone, so there is nothing to lose
        return
