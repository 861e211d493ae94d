"""Deliveries: what a step of an alert sends, made as a message and given to its receiver.

Nothing leaves the process but to a loopback address: the one in a webhook's URL, or one that
the setting `deliver` has for a service. All else is answered by the service's fake.
"""

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from opsemu.schemas import Profile

from ..api.services import Services
from ..mongodb.notifications import resolved
from ..store import Document, Owner
from ..store.layout import INTEGRATIONS, ORGANIZATION, PROJECT
from ..worlds.clock import WorldTime
from ..worlds.fault_rules import FaultRule, FaultTarget, Stage
from . import inbox
from .life import Step, first_event, iso_time
from .receivers import read_receivers
from .sender import TIMEOUT, Sender, is_loopback
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
        """Give a delivery that waits to its receiver: what is scripted, a real one, the fake."""
        if delivery["state"] != inbox.WAITING:
            return
        request, service = delivery["request"], SERVICES[delivery["service"]]
        message = Message(
            request["url"], request["headers"], request["body"].encode(), request["method"]
        )
        keep = partial(self._keep, world, delivery["id"])
        rule = self._fault(world, delivery)
        if rule is not None:
            keep(*_scripted(rule), fault=rule.label)
        elif delivery["hookUrl"]:
            self._sender.send(message._replace(url=delivery["hookUrl"]), keep)
        else:
            keep(service.receive(message))

    def resume(self, world: str) -> None:
        """Call the receivers whose answers a server that was killed did not see."""
        for delivery in inbox.all_of(self._store, world, state=inbox.WAITING):
            self.dispatch(world, delivery)

    def _keep(
        self, world: str, name: str, answer: Answer | None, problem: str = "", **more: str
    ) -> None:
        """Keep what a receiver answered, or why it did not."""
        shown = answer and {"status": answer.status, "body": answer.body}
        state = _state(answer) if answer else "failed"
        reason = answer.problem if answer else problem
        inbox.answer(self._store, world, name, state, answer=shown, reason=reason, **more)

    def _fault(self, world: str, delivery: Document) -> FaultRule | None:
        """The fault rule that is due for a delivery; its operation is `deliver.<service>`."""
        target = FaultTarget(
            Stage.ADMITTED,
            f"deliver.{delivery['service']}",
            "mongodb",
            delivery["request"]["method"],
            urlsplit(delivery["request"]["url"]).path,
            delivery["project"],
            delivery["service"],
            "",
            (),
        )
        faults = self._services.worlds.get(world).faults
        return faults.due(target, self._services.clocks.time(world)) if faults.any() else None

    def _outcome(self, service: Service, notice: Notice) -> Document:
        """The request of a notice, which waits for its receiver, if there is one."""
        if service.closed:
            return {"state": "not sent", "reason": service.closed}
        if service.compose is None:
            return {"state": "delivered", "text": notice.human_readable}
        message = service.compose(notice)
        target = self._target(notice.notification["typeName"], message)
        request = {"request": _request(message), "hookUrl": target, "state": inbox.WAITING}
        return {**request, **({"warnings": message.warnings} if message.warnings else {})}

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


def _scripted(rule: FaultRule) -> tuple[Answer | None, str]:
    """What a fault rule makes of a delivery: an answer, or none and why."""
    settings = rule.settings
    if "fault" in settings:
        return None, f"the connection was dropped: {settings['fault']}"
    if settings.get("fixedDelayMilliseconds", 0) >= TIMEOUT * 1000:
        return None, f"there was no answer within {TIMEOUT:g} s"
    status = settings.get("status", 500)
    return Answer(status, settings.get("body"), HTTPStatus(status).phrase), ""


def received(type_name: str, message: Message, answer: Answer, time: WorldTime) -> Document:
    """The delivery of a message that some client has sent to a fake."""
    texts = dict.fromkeys(("eventTypeName", "project", "alert", "config", "notifier"), "")
    return {
        "id": time.object_id(),
        "number": 0,
        "at": time.timestamp(),
        "event": "received",
        "service": type_name,
        **texts,
        "request": _request(message),
        "state": _state(answer),
        "answer": {"status": answer.status, "body": answer.body},
        "reason": answer.problem,
    }


def _state(answer: Answer) -> str:
    is_taken = 200 <= answer.status < 300 and not answer.problem
    return "delivered" if is_taken else "refused"


def _request(message: Message) -> Document:
    """A message as it is kept; its body is text in UTF-8."""
    return {
        "method": message.method,
        "url": message.url,
        "headers": dict(message.headers),
        "body": message.body.decode("utf-8", "replace"),
    }
