"""How long a ticket may still wait: people ahead, and a range that says 50% and 90%.

Simple and honest: the work ahead is the tickets the rule would take before this one at this moment. Those of other
services stand before the windows that serve them, shared evenly; those of this service go wherever there is least to
do, like water poured over the windows, and so does this ticket. Windows that are closed or paused do not count, unless
all are: then the plan's windows do. Somebody leaving ahead never raises an estimate, and neither does one more window:
both only lower what stands before a window. The spread is that of the visits that fit into the wait at mean length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from engine.core.calling import EMPTY, urgency
from engine.core.capacity import Able
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.model import IDLE, NO_QUEUE, Ticket
from engine.core.transitions import WAITING

PRIOR_VISITS = 10
NORMAL_P90 = 1.2816


@dataclass(frozen=True, slots=True)
class Estimate:
    """`ahead` tickets of the same service, or for the same window, go first; waits in milliseconds from now."""

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
        capacity = self._hall.capacity
        if ticket.pinned:
            assert ticket.window_id is not None
            able = capacity.able_at(ticket.window_id)
        else:
            able = capacity.able(ticket.service_id)
        return self._estimate(able, ticket.service_id, ticket.lane_id, ticket.since_ms, ticket)

    def of_newcomer(self, service_id: str, lane_id: str) -> Estimate:
        """The outlook of somebody who would draw a number now."""
        return self._estimate(self._hall.capacity.able(service_id), service_id, lane_id, self._now_ms, None)

    def _estimate(self, able: Able, service_id: str, lane_id: str, since_ms: Millis, ticket: Ticket | None) -> Estimate:
        hall, now_ms = self._hall, self._now_ms
        queues = hall.queues
        lane = queues.lane_ids.index(lane_id)
        mine = urgency(queues.credits[lane], queues.rates[lane], now_ms - since_ms)
        own_queue = ticket.queue if ticket is not None else NO_QUEUE
        own_ms = mean_handling_ms(hall, service_id)
        same = None if ticket is not None and ticket.pinned else service_id
        ahead = 0
        loads_ms = [0.0] * len(able.kinds)
        for rival in able.rivals:
            queue = rival.queue
            if queues.head_order[queue] == EMPTY:
                continue
            if queue == own_queue:
                assert ticket is not None
                count = queues.before(ticket)
            else:
                count = queues.more_urgent(queue, mine, now_ms)
            if not count:
                continue
            ahead += count if rival.service_id == same else 0
            if rival.service_id == service_id == same:
                continue
            mean_ms = own_ms if rival.service_id is None else mean_handling_ms(hall, rival.service_id)
            for kind in rival.kinds:
                loads_ms[kind] += count * mean_ms / rival.spread
        work_ms = ahead * own_ms if same is not None else 0
        return self._spread(able, ahead, loads_ms, work_ms, own_ms)

    def _spread(self, able: Able, ahead: int, loads_ms: list[float], work_ms: int, own_ms: int) -> Estimate:
        servers = len(able.windows)
        if not servers:
            return Estimate(ahead, 0, 0)
        free = any(
            window.state == IDLE and not loads_ms[kind] for window, kind in zip(able.windows, able.kind_of, strict=True)
        )
        if free and not work_ms:
            return Estimate(ahead, 0, own_ms // servers)
        # The windows are busy now: the first to be free is on average a full service's share away.
        p50_ms = level(loads_ms, able.kinds, work_ms + own_ms)
        return Estimate(ahead, int(p50_ms), int(p50_ms + NORMAL_P90 * sqrt(p50_ms * own_ms / servers)))


def level(loads: Sequence[float], sizes: Sequence[int], work: float) -> float:
    """How high work rises when it is poured over windows that stand at different heights already.

    >>> level([0, 100], [1, 1], 10), level([0, 4], [1, 1], 10), level([6, 6], [1, 2], 9)
    (10.0, 7.0, 9.0)
    """
    poured, servers = float(work), 0
    for load, size in sorted(zip(loads, sizes, strict=True)):
        if servers and poured <= load * servers:
            break
        poured += load * size
        servers += size
    return poured / servers


def mean_handling_ms(hall: Hall, service_id: str) -> Millis:
    """Mean time a visit takes a window: the plan's figure, drawn towards what was seen as visits come in."""
    count, total_ms = hall.handled.get(service_id, (0, 0))
    return (hall.services[service_id].mean_ms * PRIOR_VISITS + total_ms) // (PRIOR_VISITS + count)


def estimate(hall: Hall, ticket: Ticket, now_ms: Millis) -> Estimate | None:
    """The outlook of one ticket; None when it does not wait."""
    return Outlook(hall, now_ms).of(ticket) if ticket.state == WAITING else None
