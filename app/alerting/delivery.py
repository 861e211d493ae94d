"""Gives deliveries to their receivers: what is scripted, a real one, or the service's fake.

Nothing leaves the process but to a loopback address: the one in a webhook's URL, or one that
the setting `deliver` has for a service. All else is answered by the service's fake.
"""

import logging
from collections import Counter
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit

from ..api.services import Services
from ..store import Document, Owner
from ..store.layout import APPLICATION, USERS
from ..worlds.clock import WorldTime
from ..worlds.fault_rules import FaultRule, FaultTarget, Stage
from . import inbox
from .composing import kept_request
from .sender import TIMEOUT, Sender
from .service import Answer, Message
from .services import SERVICES

KEY_REFUSED = (401, 403)  # what services answer to a key that has become invalid
KEY_INVALID = "key.invalid"  # the event of the mail about that

_OF_ALERT = ("number", "at", "eventTypeName", "project", "alert", "config", "notifier")

log = logging.getLogger("opsemu")


class Deliveries:
    """Dispatches deliveries, and keeps what is answered."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store
        self._sender = Sender()
        self._added: Counter[str] = Counter()  # since the inbox of a world was trimmed

    def close(self) -> None:
        """Stop sending."""
        self._sender.close()

    def add(self, world: str, delivery: Document) -> bool:
        """Put a delivery into the inbox, which stays bounded; False if it is there already."""
        most = self._services.config.inbox_rows
        self._added[world] += 1
        if self._added[world] > most // 4:
            self._added[world] = 0
            inbox.trim(self._store, world, most)
        return inbox.add(self._store, world, delivery)

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
        kept = inbox.answer(self._store, world, name, state, answer=shown, reason=reason, **more)
        self._services.worlds.changes.add(world, "inbox")
        if kept and answer and answer.status in KEY_REFUSED and kept["project"]:
            self._warn_owners(world, kept)

    def _warn_owners(self, world: str, delivery: Document) -> None:
        """Tell a project's owners that a service refuses the key (SPEC), once for each delivery.

        `to` are the addresses of those users that have the role GROUP_OWNER, if there are any.
        """
        text = f"{delivery['service']} refuses the key of project {delivery['project']}."
        mail = {name: value for name, value in delivery.items() if name in _OF_ALERT}
        mail |= {"id": f"{delivery['id']}.mail", "service": "EMAIL", "event": KEY_INVALID}
        users = self._store.all(Owner(world, APPLICATION, APPLICATION), USERS).values()
        role = {"groupId": delivery["project"], "roleName": "GROUP_OWNER"}
        if to := [
            each.get("emailAddress", each["username"]) for each in users if role in each["roles"]
        ]:
            mail["to"] = to
        self.add(world, {**mail, "state": "delivered", "text": text})
        log.warning("%s", text)

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


def _scripted(rule: FaultRule) -> tuple[Answer | None, str]:
    """What a fault rule makes of a delivery: an answer, or none and why."""
    settings = rule.settings
    if settings.get("effect") == "remove":
        return Answer(403, None, "the key was found to be invalid"), ""
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
        "request": kept_request(message),
        "state": _state(answer),
        "answer": {"status": answer.status, "body": answer.body},
        "reason": answer.problem,
    }


def _state(answer: Answer) -> str:
    is_taken = 200 <= answer.status < 300 and not answer.problem
    return "delivered" if is_taken else "refused"
