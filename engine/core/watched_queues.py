"""Queues that know since when somebody waits, and let the watch look when somebody who came or went may matter."""

from dataclasses import dataclass

from engine.core.events import Millis
from engine.core.ledgers.ledger import AT_ONCE, FOREVER
from engine.core.ledgers.warnings import Warnings
from engine.core.model import CLOSED, IDLE, PAUSED, Ticket, Window
from engine.core.plan import HallPlan
from engine.core.queues import Queues


@dataclass(slots=True)
class Water:
    """How many wait for the services of a tidal window now; `low` or fewer are low water, `high` or more are high."""

    window_id: str
    low: int
    high: int
    level: int = 0


class WatchedQueues(Queues):
    """Queues of a hall with limits or tides: they know since when somebody waits, and where somebody came or went."""

    __slots__ = (
        "_too_many",
        "_warnings",
        "_water_of",
        "patience_ms",
        "standing",
        "tidal",
        "touched",
        "water",
        "windows",
    )

    def __init__(self, plan: HallPlan, warnings: Warnings) -> None:
        super().__init__(plan)
        self._warnings = warnings
        self.touched = set(self._services)
        self.standing: dict[str, int] = {}
        """Services with a warning that may be well once somebody leaves and so few or fewer wait; set by the watch."""
        limits = plan.limits
        self.patience_ms = min(
            (limit.raise_at + 1 for limit in (limits.wait_ms, limits.idle_ms) if limit is not None), default=FOREVER
        )
        """Sooner than that after it began, no wait is too long and no window idle too long."""
        self._too_many = 0 if limits.count is None else limits.count.raise_at + 1
        """So many waiting are the first too many; 0 where any number may wait."""
        tides = {window.window_id: window.tide for window in plan.windows if window.tide is not None}
        self.tidal = list(tides)
        self.water = {
            window_id: Water(window_id, min(tide.close_under, tide.open_over), tide.open_over + 1)
            for window_id, tide in tides.items()
        }
        """That of each tidal window."""
        self._water_of: dict[str, list[Water]] = {}
        """Per service, that of the tidal windows which serve it."""
        self.windows: dict[str, Window] = {}
        """Those of the hall, from `begin` on."""

    def begin(self, windows: dict[str, Window]) -> None:
        """Know the hall's windows, and measure the water anew: a window may serve something else now."""
        self.windows = windows
        self._water_of = {service_id: [] for service_id in self._services}
        for window_id, water in self.water.items():
            water.level = sum(map(self.waiting, windows[window_id].services))
            for service_id in windows[window_id].services:
                self._water_of[service_id].append(water)

    def put(self, ticket: Ticket) -> None:
        Queues.put(self, ticket)
        service_id, warnings = ticket.service_id, self._warnings
        self.touched.add(service_id)
        # Whoever comes back has waited before.
        due_ms = ticket.since_ms + self.patience_ms
        if due_ms < warnings.not_before_ms:
            warnings.not_before_ms = due_ms
        if self._waiting[service_id] == self._too_many:
            warnings.not_before_ms = AT_ONCE
        waters = self._water_of[service_id]
        for water in waters:
            water.level += 1
            if water.level == water.high:
                self._risen(water)
        if waters and warnings.by_hand:
            # Once the tide has risen, its next fall counts again for a window that was opened by hand at low water.
            warnings.by_hand.difference_update(
                [each for each in warnings.by_hand if not is_low(self.windows[each], self)]
            )

    def _risen(self, water: Water) -> None:
        # At high water a window that does not call begins to; one that calls goes on.
        if self.windows[water.window_id].state in (CLOSED, PAUSED):
            self._warnings.not_before_ms = AT_ONCE

    def take(self, ticket: Ticket) -> None:
        Queues.take(self, ticket)
        service_id = ticket.service_id
        self.touched.add(service_id)
        if self.standing and self._waiting[service_id] <= self.standing.get(service_id, -1):
            self._warnings.not_before_ms = AT_ONCE
        for water in self._water_of[service_id]:
            water.level -= 1
            if water.level == water.low:
                self._fallen(water)

    def _fallen(self, water: Water) -> None:
        # At low water a window that is busy goes on until it is free, and then the watch looks.
        if self.windows[water.window_id].state in (IDLE, CLOSED):
            self._warnings.not_before_ms = AT_ONCE

    def oldest(self, service_id: str) -> Millis:
        """Since when whoever waits longest for a service has waited; `FOREVER` when nobody does."""
        since = self.oldest_free(service_id)
        if self._sent[service_id]:
            sent = (row[-1] for queue in self._window_queues() for row in self._rows[queue])
            since = min(since, *(ticket.since_ms for ticket in sent if ticket.service_id == service_id))
        return since

    def oldest_free(self, service_id: str) -> Millis:
        """The same among those who may be served at any window; in a queue nobody has waited longer than its head."""
        first = self._services[service_id]
        return min(self.head_since[first : first + len(self.lane_ids)])

    def oldest_sent(self, window: Window) -> Millis:
        """The same among those who must go to this window."""
        first = self._windows[window.window_id]
        return min(self.head_since[first : first + len(self.lane_ids)])

    def oldest_at(self, window: Window) -> Millis:
        """The same among those whom a window could serve."""
        return min(min(map(self.oldest_free, window.services), default=FOREVER), self.oldest_sent(window))

    def _window_queues(self) -> range:
        return range(len(self._services) * len(self.lane_ids), len(self._rows))


def is_low(window: Window, queues: WatchedQueues) -> bool:
    """Whether the tide at a tidal window has fallen so far that it stands by."""
    return tide_at(window, queues) <= queues.water[window.window_id].low


def tide_at(window: Window, queues: WatchedQueues) -> int:
    """How many wait for the services of a tidal window."""
    return queues.water[window.window_id].level
