"""Alerts in the store: opened, advanced by the clock of their world, and what they send.

A step of an alert is stored in one write together with the deliveries that it makes, its
`outbox`. They are put into the inbox after that, and only then taken out of the outbox: a
server that is killed in between goes on with them when it looks at the alert again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, partial
from heapq import heapify, heappop, heappush
from threading import RLock

from ..api.parsed_cache import Readings
from ..api.services import Services
from ..store import Document, MissingOwner, Owner
from ..store.layout import ALERT, PROJECT
from ..worlds import settings
from . import inbox, life
from .composing import Composer
from .delivery import Deliveries
from .life import Rules, Step
from .matching import mismatch
from .projects import Projects
from .texts import is_of_one_moment
from .ticker import Ticker

MAX_KEPT = 1024 * 1024 * 1024  # as parsed_cache counts: 50,000 alerts and projects, about
MAX_STEPS = 20_000  # of all alerts of a world at once

Change = Callable[[Document, Document | None, float], Step]


class Alerting:
    """The alerts of all worlds."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store
        self.deliveries = Deliveries(services)
        self._readings = Readings(services.store, MAX_KEPT)
        self.projects = Projects(self._readings)
        self._composer = Composer(services, self._readings)
        self._locks: dict[str, RLock] = defaultdict(RLock)  # by world
        self._ticker = Ticker(self.catch_up)

    def start(self, base_url: str, worlds: Iterable[str]) -> None:
        """Go on with the alerts and deliveries of some worlds.

        `base_url` is the server's own address, for links.
        """
        self._composer.base_url = self._composer.base_url or base_url
        for world in worlds:
            self._ticker.add(world)
            self.deliveries.resume(world)

    def close(self) -> None:
        """Stop advancing and sending."""
        self._ticker.close()
        self.deliveries.close()

    def open(
        self, world: str, project: str, about: Document, config_id: str | None = None
    ) -> tuple[list[Document], list[str]]:
        """Open an alert for each configuration that `about` matches.

        `about` has the eventTypeName and what the alert is about. Returns the alerts, and why
        each other configuration of the project got none. Raises MissingOwner.
        """
        about_project = self.projects.find(world, project)
        configs = self.projects.configs(world, project)
        if about_project is None or configs is None:
            raise MissingOwner(Owner(world, PROJECT, project))
        time, names, reasons = self._services.clocks.time(world), [], []
        wanted = configs.keys() if config_id is None else configs.keys() & {config_id}
        for name in sorted(wanted):
            if reason := mismatch(configs[name], about):
                reasons.append(f"{name}: {reason}")
                continue
            at, is_event = time.now(), is_of_one_moment(about["eventTypeName"])
            alert = life.new_alert(time.object_id(), about_project, name, about)
            step = life.begin(alert, configs[name], at, is_event=is_event)
            document = self._document(world, step, configs[name], at)
            self._store.create(_owner(world, alert["id"]), {ALERT: {alert["id"]: document}})
            names.append(alert["id"])
        self._ticker.add(world)
        self.catch_up(world)
        return [each for name in names if (each := self.find(world, name))], reasons

    def find(self, world: str, alert_id: str) -> Document | None:
        """An alert, which nobody may change, or None."""
        return self._readings.of(_owner(world, alert_id)).tables.get(ALERT, {}).get(alert_id)

    def all_of(self, world: str, project: str | None = None) -> list[Document]:
        """The alerts of a world, or of one project, the oldest first."""
        owners = [_owner(world, name) for name in self._store.names(world, ALERT)]
        alerts = (
            alert
            for reading in self._readings.many(owners)
            for alert in reading.tables.get(ALERT, {}).values()
            if project in (None, alert["groupId"])
        )
        return sorted(alerts, key=lambda each: str(each["id"]))

    def change(self, world: str, alert_id: str, change: Change) -> Document | None:
        """Make a step of an alert at the present; None if there is no such alert."""
        self.catch_up(world)
        if self.find(world, alert_id) is None:
            return None
        return self._step(world, alert_id, change, self._services.clocks.time(world).now())

    def test(self, world: str, project: Document, config: Document, notifier: str) -> Document:
        """Send one notification of a configuration with values of a test; the delivery."""
        time = self._services.clocks.time(world)
        at = time.now()
        alert = life.new_alert(
            time.object_id(), project, config["id"], {"eventTypeName": config["eventTypeName"]}
        )
        begun = life.begin(alert, config, at, is_event=False).alert
        step = Step({**begun, "status": "OPEN"}, "alert.open", (notifier,))
        (delivery,) = self._composer.compose(world, step, config, at)
        self.deliveries.add(world, delivery)
        self.deliveries.dispatch(world, delivery)
        return inbox.find(self._store, world, delivery["id"]) or delivery

    def catch_up(self, world: str) -> None:
        """Let everything happen that was due up to the present of a world, in order."""
        with self._locks[world]:
            now = self._services.clocks.time(world).now()
            heap: list[tuple[float, str]] = []
            configs_of = cache(partial(self.projects.configs, world))
            for alert in self.all_of(world):
                configs = configs_of(alert["groupId"])
                if configs is None:  # the project was deleted
                    self._store.drop(_owner(world, alert["id"]))
                    continue
                if alert["outbox"]:
                    self._send(world, alert)
                is_enabled = configs.get(alert["alertConfigId"], {}).get("enabled")
                if alert["status"] in life.LIVE and not is_enabled:
                    self._advance(world, alert["id"], now)
                elif (due := life.next_due(alert)) is not None:
                    heap.append((due, alert["id"]))
            heapify(heap)
            for _ in range(MAX_STEPS):
                if not heap or heap[0][0] > now:
                    return
                due, name = heappop(heap)
                alert = self._advance(world, name, due)
                if (following := life.next_due(alert)) is not None:
                    heappush(heap, (following, name))

    def _advance(self, world: str, alert_id: str, at: float) -> Document:
        repeats = settings.get(self._store, world, self._services.settings)["alert_repeats"]
        rules = Rules(repeats == "growing", partial(self.projects.quiet_until, world))
        return self._step(world, alert_id, partial(life.advance, rules=rules), at)

    def _step(self, world: str, alert_id: str, change: Change, at: float) -> Document:
        def edit(alert: Document | None) -> Document:
            old = alert or {}
            configs = self.projects.configs(world, old["groupId"]) or {}
            config = configs.get(old["alertConfigId"])
            return self._document(world, change(old, config, at), config or old["config"], at)

        with self._locks[world]:
            alert = self._store.change(_owner(world, alert_id), ALERT, alert_id, edit)
            self._services.worlds.changes.add(world, "alerts", "inbox")
            return self._send(world, alert) if alert["outbox"] else alert

    def _document(self, world: str, step: Step, config: Document, at: float) -> Document:
        """An alert after a step, with what the step sends in its outbox.

        It keeps its configuration: those who were told of it are told that it was deleted.
        """
        made, alert = self._composer.compose(world, step, config, at), step.alert
        sent, outbox = alert["sent"] + len(made), [*alert["outbox"], *made]
        return {**alert, "config": config, "sent": sent, "outbox": outbox}

    def _send(self, world: str, alert: Document) -> Document:
        """Put an alert's outbox into the inbox, and empty it."""
        for delivery in alert["outbox"]:
            if self.deliveries.add(world, delivery):
                self.deliveries.dispatch(world, delivery)
        sent = {delivery["id"] for delivery in alert["outbox"]}

        def edit(stored: Document | None) -> Document:
            rest = [each for each in (stored or {})["outbox"] if each["id"] not in sent]
            return {**(stored or {}), "outbox": rest}

        return self._store.change(_owner(world, alert["id"]), ALERT, alert["id"], edit)


def _owner(world: str, alert_id: str) -> Owner:
    return Owner(world, ALERT, alert_id)
