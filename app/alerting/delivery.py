"""Deliveries: what a step of an alert sends, made as a message and given to its receiver.

Nothing leaves the process but to a loopback address: the one in a webhook's URL, or one that
the setting `deliver` has for a service. All else is answered by the service's fake.
"""

from typing import Any
from urllib.parse import urlsplit

from opsemu.schemas import Profile

from ..api.services import Services
from ..mongodb.notifications import resolved
from ..store import Document, Owner
from ..store.layout import INTEGRATIONS, ORGANIZATION, PROJECT
from . import inbox
from .life import Step, first_event, iso_time
from .receivers import read_receivers
from .sender import Sender, is_loopback
from .service import Answer, Message, Notice, Service
from .services import SERVICES
from .texts import headline, human_readable

# What of an alert's document is not an attribute of the API.
_OWN = frozenset({"opened", "due", "rounds", "sent", "outbox", "config", "details"})


def public(alert: Document) -> Document:
    """The attributes of an alert that the API has."""
    return {name: value for name, value in alert.items() if name not in _OWN}


class Deliveries:
    """Makes and dispatches deliveries."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store
        self._sender = Sender()
        self._receivers = read_receivers(services.config.deliver)

    def close(self) -> None:
        """Stop sending."""
        self._sender.close()

    def compose(self, world: str, step: Step, config: Document, at: float) -> list[Document]:
        """The deliveries of a step, numbered after those that the alert has sent."""
        kinds = {each["notifierId"]: each for each in config["notifications"]}
        made: list[Document] = []
        for name in step.notifiers:
            notification = kinds.get(name, {"typeName": ""})
            event = first_event(step.alert, name, step.event)
            service = SERVICES.get(notification["typeName"])
            if service is not None and service.wants(event):
                number = step.alert["sent"] + len(made) + 1
                about = self._about(step.alert, config, notification, event, number, at)
                notice = self._notice(world, step.alert, config, notification, event)
                made.append({**about, **self._outcome(service, notice)})
        return made

    def dispatch(self, world: str, delivery: Document) -> None:
        """Call the receiver of a delivery that waits for it."""
        if delivery["state"] != inbox.WAITING:
            return
        request, name = delivery["request"], delivery["id"]
        body = request["body"].encode()
        message = Message(delivery["target"], request["headers"], body, request["method"])

        def done(answer: Answer | None, problem: str) -> None:
            state = "failed" if answer is None else _state(answer)
            shown = None if answer is None else {"status": answer.status, "body": answer.body}
            inbox.answer(self._store, world, name, state, answer=shown, reason=problem)

        self._sender.send(message, done)

    def resume(self, world: str) -> None:
        """Call the receivers whose answers a server that was killed did not see."""
        for delivery in inbox.all_of(self._store, world, state=inbox.WAITING):
            self.dispatch(world, delivery)

    def _outcome(self, service: Service, notice: Notice) -> Document:
        """What becomes of a notice: refused by a closed service, answered, or to be sent."""
        if service.closed:
            return {"state": "not sent", "reason": service.closed}
        if service.compose is None:
            return {"state": "delivered", "text": notice.human_readable}
        message = service.compose(notice)
        target = self._target(notice.notification["typeName"], message)
        request = {"request": _request(message), "target": target}
        if target:
            return {**request, "state": inbox.WAITING}
        answer = service.receive(message)
        shown = {"status": answer.status, "body": answer.body}
        return {**request, "state": _state(answer), "answer": shown, "reason": answer.problem}

    def _target(self, type_name: str, message: Message) -> str:
        """The loopback URL that is called for a message; empty if the fake answers."""
        address = self._receivers.get(type_name)
        if address:
            parts = urlsplit(message.url)
            query = f"?{parts.query}" if parts.query else ""
            return f"{address.rstrip('/')}{parts.path}{query}"
        return message.url if is_loopback(message.url) else ""

    def _about(
        self,
        alert: Document,
        config: Document,
        notification: Document,
        event: str,
        number: int,
        at: float,
    ) -> dict[str, Any]:
        return {
            "id": f"{alert['id']}.{number}",
            "number": number,
            "at": iso_time(at),
            "event": event,
            "service": notification["typeName"],
            "eventTypeName": alert["eventTypeName"],
            "project": alert["groupId"],
            "alert": alert["id"],
            "config": config["id"],
            "notifier": notification["notifierId"],
        }

    def _notice(
        self, world: str, alert: Document, config: Document, notification: Document, event: str
    ) -> Notice:
        tables = self._store.tables(Owner(world, PROJECT, alert["groupId"])) or {}
        project = tables.get(PROJECT, {}).get(alert["groupId"], {"name": alert["groupId"]})
        place = Owner(world, ORGANIZATION, alert["orgId"])
        organization = self._store.get(place, ORGANIZATION, alert["orgId"])
        organization = organization or {"id": alert["orgId"], "name": alert["orgId"]}
        integration = tables.get(INTEGRATIONS, {}).get(notification["typeName"], {})
        return Notice(
            event=event,
            alert=public(alert),
            notification=resolved(notification, integration, Profile()),
            project={"id": alert["groupId"], **project},
            organization=organization,
            human_readable=human_readable(alert, config, project, organization),
            request_id=self._services.clocks.time(world).random.uuid(),
            base_url=self._services.config.external_url.rstrip("/") or "http://127.0.0.1:8790",
            headline=headline(alert, config).strip(),
        )


def _state(answer: Answer) -> str:
    is_taken = 200 <= answer.status < 300 and not answer.problem
    return "delivered" if is_taken else "refused"


def _request(message: Message) -> Document:
    """A message as it is kept; its body is text in UTF-8."""
    return {
        "method": message.method,
        "url": message.url,
        "headers": dict(message.headers),
        "body": message.body.decode(),
    }
