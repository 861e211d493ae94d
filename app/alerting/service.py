"""What all notification services have: a message is composed, and received and answered."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..store import Document


class Message(NamedTuple):
    """An HTTP request to a service; `warnings` tell what is not as its maker wanted it."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"
    warnings: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """A header, whatever the case of its name; empty if it is not there."""
        found = (text for key, text in self.headers.items() if key.lower() == name.lower())
        return next(found, "")


class Answer(NamedTuple):
    """What a service answers; `problem` says why it does not take the message."""

    status: int
    body: Any
    problem: str = ""


@dataclass(frozen=True)
class Notice:
    """What there is to tell: `alert` has the public attributes, in the form of MongoDB's API.

    `notification` has the attributes of its integration, secrets in clear. `url` is the alert's
    own in Ops Manager's API, `base_url` that of the server.
    """

    event: str
    alert: Document
    notification: Document
    project: Document
    organization: Document
    human_readable: str
    request_id: str
    base_url: str
    headline: str = ""

    @property
    def source(self) -> str:
        """What the alert is about."""
        names = ("hostnameAndPort", "replicaSetName", "clusterName")
        texts = (str(self.alert[name]) for name in names if name in self.alert)
        return next(texts, str(self.project["name"]))

    @property
    def page(self) -> str:
        """The address of the project's alerts for people (INFERRED)."""
        return f"{self.base_url}/v2/{self.project['id']}#/alerts"


@dataclass(frozen=True)
class Service:
    """A kind of notification.

    `compose` makes the message of a notice. `receive` is what the service answers to a message:
    the same that the server at `/__fakes/…` answers. A service without `compose` gets rows in
    the inbox only; `closed` says why nothing can be sent to it. `events` are what it is told,
    `needs` the attribute of a notification without which there is no message.
    """

    compose: Callable[[Notice], Message] | None = None
    receive: Callable[[Message], Answer] = field(default=lambda message: Answer(200, None))
    paths: tuple[str, ...] = ()
    closed: str = ""
    needs: str = ""
    events: frozenset[str] = frozenset(
        {"open", "update", "acknowledge", "close", "cancel", "inform"}
    )

    def wants(self, event: str) -> bool:
        """Whether the service is told of an event such as `alert.open`."""
        return event.partition(".")[2] in self.events


def matches(pattern: str, text: str) -> bool:
    """Whether a whole text has the form of a service's keys."""
    return re.fullmatch(pattern, text) is not None
