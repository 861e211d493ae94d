"""What a step of an alert sends: deliveries, with the requests to their services."""

from typing import Any

from opsemu.schemas import Profile
from opsemu.schemas.notifications import NOTIFICATIONS

from ..api.parsed_cache import Readings
from ..api.services import Services
from ..mongodb.alerts.notifications import resolved
from ..store import Document, Owner
from ..store.layout import INTEGRATIONS, ORGANIZATION, PROJECT
from . import inbox
from .life import Step, first_event, iso_time
from .receivers import Receivers
from .service import Message, Notice, Service
from .services import SERVICES
from .texts import headline, human_readable

# What of an alert's document is not an attribute of the API.
_OWN = frozenset({"opened", "due", "rounds", "sent", "outbox", "config", "details"})


def public(alert: Document) -> Document:
    """The attributes of an alert that the API has."""
    return {name: value for name, value in alert.items() if name not in _OWN}


# What has the address of a notification to a person.
_ADDRESSES = {"EMAIL": "emailAddress", "SMS": "mobileNumber", "USER": "username"}


class Composer:
    """Composes deliveries; `base_url` is the address of the server, for links."""

    def __init__(self, services: Services, readings: Readings) -> None:
        self._services = services
        self._readings = readings
        self._receivers = Receivers(services.config.deliver)
        self.base_url = services.config.external_url.rstrip("/")

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

    def _outcome(self, service: Service, notice: Notice) -> Document:
        """The request of a notice, which waits for its receiver, if there is one."""
        type_name = notice.notification["typeName"]
        if service.closed:
            return {"state": "not sent", "reason": service.closed}
        for name in NOTIFICATIONS[type_name].required_attributes:
            if name not in notice.notification:
                reason = f"the integration that its {name} comes from was deleted"
                return {"state": "not sent", "reason": reason}
        if service.compose is None:
            to = notice.notification.get(_ADDRESSES.get(type_name, ""))
            row = {"state": "delivered", "text": notice.human_readable}
            return {**row, "to": [to]} if to else row
        if not notice.notification.get(service.needs):  # its integration may be gone
            return {"state": "not sent", "reason": f"the notification has no {service.needs}"}
        message = service.compose(notice)
        target = self._receivers.url(type_name, message)
        request = {"request": kept_request(message), "hookUrl": target, "state": inbox.WAITING}
        return {**request, **({"warnings": message.warnings} if message.warnings else {})}

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
        tables = self._readings.of(Owner(world, PROJECT, alert["groupId"])).tables
        project = tables.get(PROJECT, {}).get(alert["groupId"], {"name": alert["groupId"]})
        place = Owner(world, ORGANIZATION, alert["orgId"])
        unknown = {"id": alert["orgId"], "name": alert["orgId"]}
        organizations = self._readings.of(place).tables.get(ORGANIZATION, {})
        organization = organizations.get(alert["orgId"], unknown)
        integration = tables.get(INTEGRATIONS, {}).get(notification["typeName"], {})
        return Notice(
            event=event,
            alert=public(alert),
            notification=resolved(notification, integration, Profile()),
            project={"id": alert["groupId"], **project},
            organization=organization,
            human_readable=human_readable(alert, config, project, organization),
            request_id=self._services.clocks.time(world).random.uuid(),
            base_url=self.base_url,
            headline=headline(alert, config).strip(),
        )


def kept_request(message: Message) -> Document:
    """A message as it is kept; its body is text in UTF-8."""
    return {
        "method": message.method,
        "url": message.url,
        "headers": dict(message.headers),
        "body": message.body.decode("utf-8", "replace"),
    }
