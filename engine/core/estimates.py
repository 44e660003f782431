"""How long a ticket may still wait: people ahead, and a range that says 50% and 90%.

Simple and honest: the work ahead is the tickets the rule would take before this one at this moment, in every queue
that the able windows also serve, each counted with the share of its own windows that could serve us; it is spread over
the able windows. Windows that are closed or paused do not count, unless all are: then the plan's windows do. Taking
somebody away ahead never raises an estimate: every queue adds a term that only grows with its own length.
"""

from dataclasses import dataclass
from math import sqrt

from engine.core.calling import urgency
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.model import IDLE, Ticket
from engine.core.transitions import WAITING

PRIOR_VISITS = 10
NORMAL_P90 = 1.2816


@dataclass(frozen=True, slots=True)
class Estimate:
    """`ahead` tickets of the same service go first; waits in milliseconds from now."""

    ahead: int
    p50_ms: Millis
    p90_ms: Millis


class Outlook:
    """The estimates of one hall at one moment."""

    def __init__(self, hall: Hall, now_ms: Millis) -> None:
        self._hall = hall
        self._now_ms = now_ms

    def of(self, ticket: Ticket) -> Estimate:
        """The outlook of a waiting ticket."""
        return self._estimate(ticket.service_id, ticket.lane_id, ticket.since_ms, ticket)

    def of_newcomer(self, service_id: str, lane_id: str) -> Estimate:
        """The outlook of somebody who would draw a number now."""
        return self._estimate(service_id, lane_id, self._now_ms, None)

    def _estimate(self, service_id: str, lane_id: str, since_ms: Millis, ticket: Ticket | None) -> Estimate:
        hall = self._hall
        able = hall.capacity.able(service_id)
        lane = hall.queues.lane_ids.index(lane_id)
        mine = urgency(hall.queues.credits[lane], hall.queues.rates[lane], self._now_ms - since_ms)
        ahead_here = self._ahead(service_id, mine, ticket)
        work_ms = 0.0
        square = 0.0
        for other_id, share in able.shares:
            count = ahead_here if other_id == service_id else self._ahead(other_id, mine, None)
            if count:
                mean_ms = mean_handling_ms(hall, other_id)
                work_ms += count * share * mean_ms
                square += count * share * mean_ms**2
        servers = len(able.windows)
        own_ms = mean_handling_ms(hall, service_id)
        if not work_ms and any(window.state == IDLE for window in able.windows):
            return Estimate(ahead_here, 0, own_ms // servers)
        # The windows are busy now: the first to be free is on average a full service's share away.
        p50_ms = (work_ms + own_ms) / servers
        return Estimate(ahead_here, int(p50_ms), int(p50_ms + NORMAL_P90 * sqrt(square + own_ms**2) / servers))

    def _ahead(self, service_id: str, mine: int, ticket: Ticket | None) -> int:
        """How many waiting for a service are more urgent than `mine` now."""
        queues = self._hall.queues
        total = 0
        for queue in queues.of_service(service_id):
            if ticket is not None and queue == ticket.queue:
                total += queues.before(ticket)
                continue
            credit, rate = queues.credits[queue], queues.rates[queue]
            spare = mine - urgency(credit, 0, 0)
            if rate == 0:
                total += queues.length(queue) if spare < 0 else 0
                continue
            # credit + rate × (now − since) > mine  ⇔  since < now − spare / rate
            total += queues.older_than(queue, self._now_ms - spare // rate)
        return total


def mean_handling_ms(hall: Hall, service_id: str) -> Millis:
    """Mean time a visit takes a window: the plan's figure, drawn towards what was seen as visits come in."""
    count, total_ms = hall.handled.get(service_id, (0, 0))
    return (hall.services[service_id].mean_ms * PRIOR_VISITS + total_ms) // (PRIOR_VISITS + count)


def estimate(hall: Hall, ticket: Ticket, now_ms: Millis) -> Estimate | None:
    """The outlook of one ticket; None when it does not wait."""
    return Outlook(hall, now_ms).of(ticket) if ticket.state == WAITING else None
