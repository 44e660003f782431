"""Queues that know since when somebody waits, and where somebody came or went: what the watch reads."""

from engine.core.calling import EMPTY
from engine.core.events import Millis
from engine.core.ledgers.ledger import FOREVER
from engine.core.model import Ticket, Window
from engine.core.plan import HallPlan
from engine.core.queues import Queues


class WatchedQueues(Queues):
    """Queues of a hall with limits or tides: they know since when somebody waits, and where somebody came or went."""

    __slots__ = ("_tidal_of", "by_hand", "tidal", "tides", "touched", "windows")

    def __init__(self, plan: HallPlan, by_hand: set[str]) -> None:
        super().__init__(plan)
        self.touched = set(self._services)
        self.by_hand = by_hand
        self.tidal = [window.window_id for window in plan.windows if window.tide is not None]
        self.windows: dict[str, Window] = {}
        """Those of the hall, from `begin` on."""
        self.tides: dict[str, int] = {}
        """For each tidal window, how many wait for its services."""
        self._tidal_of: dict[str, list[str]] = {}
        """Per service, the tidal windows that serve it."""

    def begin(self, windows: dict[str, Window]) -> None:
        """Know the hall's windows, and count the tides anew: a window may serve something else now."""
        self.windows = windows
        self._tidal_of = {service_id: [] for service_id in self._services}
        for window_id in self.tidal:
            for service_id in windows[window_id].services:
                self._tidal_of[service_id].append(window_id)
        self.tides = {each: sum(map(self.waiting, windows[each].services)) for each in self.tidal}

    def tidal_of(self, service_id: str) -> list[str]:
        """The tidal windows that serve a service."""
        return self._tidal_of[service_id]

    def put(self, ticket: Ticket) -> None:
        super().put(ticket)
        self.touched.add(ticket.service_id)
        for window_id in self._tidal_of[ticket.service_id]:
            self.tides[window_id] += 1
        if self.by_hand:
            # Once the tide has risen, its next fall counts again for a window that was opened by hand at low water.
            self.by_hand -= {each for each in self.by_hand if not is_low(self.windows[each], self)}

    def take(self, ticket: Ticket) -> None:
        super().take(ticket)
        self.touched.add(ticket.service_id)
        for window_id in self._tidal_of[ticket.service_id]:
            self.tides[window_id] -= 1

    def oldest(self, service_id: str) -> Millis:
        """Since when whoever waits longest for a service has waited; `FOREVER` when nobody does."""
        since = self.oldest_free(service_id)
        if self._sent[service_id]:
            sent = (row[-1] for queue in self._window_queues() for row in self._rows[queue])
            since = min(since, *(ticket.since_ms for ticket in sent if ticket.service_id == service_id))
        return since

    def oldest_free(self, service_id: str) -> Millis:
        """The same among those who may be served at any window; in a queue nobody has waited longer than its head."""
        if self._waiting[service_id] == 0:
            return FOREVER
        oldest, head_order, head_since = FOREVER, self.head_order, self.head_since
        for queue in self.of_service(service_id):
            if head_order[queue] != EMPTY and head_since[queue] < oldest:
                oldest = head_since[queue]
        return oldest

    def oldest_sent(self, window: Window) -> Millis:
        """The same among those who must go to this window."""
        heads = [
            self.head_since[queue] for queue in self.of_window(window.window_id) if self.head_order[queue] != EMPTY
        ]
        return min(heads, default=FOREVER)

    def oldest_at(self, window: Window) -> Millis:
        """The same among those whom a window could serve."""
        return min(min(map(self.oldest_free, window.services), default=FOREVER), self.oldest_sent(window))

    def _window_queues(self) -> range:
        return range(len(self._services) * len(self.lane_ids), len(self._rows))


def is_low(window: Window, queues: WatchedQueues) -> bool:
    """Whether the tide at a tidal window has fallen so far that it stands by."""
    tide = window.plan.tide
    assert tide is not None
    return tide_at(window, queues) <= min(tide.close_under, tide.open_over)


def tide_at(window: Window, queues: WatchedQueues) -> int:
    """How many wait for the services of a tidal window."""
    return queues.tides[window.window_id]
