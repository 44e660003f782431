"""How long a ticket may still wait: people ahead, and a range that says 50% and 90%.

Simple and honest: the work ahead is the tickets the rule would take before this one at this moment, by tiers, help and
policy of each window. Those of other services stand before the windows that serve them, shared evenly; those of this
service go wherever there is least to do, like water poured over the windows, and so does this ticket. Where lanes take
turns, the turns that come first are thought to go to the longest visits. Windows that are closed or paused do not
count, unless all are: then the plan's windows do. Somebody leaving ahead never raises an estimate, and neither does one
more window: both only lower what stands before a window. The spread is that of the visits that fit into the wait at
mean length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from engine.core.calling import EMPTY, urgency
from engine.core.capacity import Able, Rival
from engine.core.events import Millis
from engine.core.hall import Hall
from engine.core.handling import mean_ms
from engine.core.model import IDLE, Ticket
from engine.core.precedence import Claim, Precedence
from engine.core.transitions import WAITING

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
        # A newcomer goes last in the own queue, behind those of the very same moment too.
        own_queue = ticket.queue if ticket is not None else queues.of_service(service_id)[lane]
        is_sent = ticket is not None and ticket.pinned
        work = Work(hall, able, service_id, None if is_sent else service_id)
        ahead = before = 0
        loads_ms = work.loads_ms
        others: list[Rival] = []
        for rival in able.rivals:
            queue = rival.queue
            if queues.head_order[queue] == EMPTY:
                continue
            if queue == own_queue:
                count = before = queues.before(ticket) if ticket is not None else queues.length(queue)
            elif rival.is_plain:
                count = queues.more_urgent(queue, mine, now_ms)
            else:
                others.append(rival)
                continue
            if not count:
                continue
            if rival.service_id is None:
                work.add(rival, rival.places[0].kind, count)
            elif rival.service_id == service_id and not is_sent:
                # Of the same service, so they compete at every kind.
                ahead += count
            else:
                load_ms = count * mean_handling_ms(hall, rival.service_id) / rival.spread
                for place in rival.places:
                    loads_ms[place.kind] += load_ms
        if ahead:
            work.aheads = [each + ahead for each in work.aheads]
        if others:
            claim = Claim(lane, since_ms, ticket.order if ticket is not None else hall.order + 1, mine)
            _add_by_policy(work, others, claim, before, now_ms)
        return work.spread()


class Work:
    """What stands before a ticket, kind by kind of the windows that may call it.

    `aheads` counts those of the same service, or for the same window, which is the ticket's own when `same` is None;
    `loads_ms` is the work of all others for each window of the kind, `sent_ms` that of those sent to one window.
    """

    __slots__ = ("_own_ms", "_same", "able", "aheads", "hall", "loads_ms", "sent_ms")

    def __init__(self, hall: Hall, able: Able, service_id: str, same: str | None) -> None:
        self.hall = hall
        self.able = able
        self.aheads = [0] * len(able.kinds)
        self.loads_ms = [0.0] * len(able.kinds)
        self.sent_ms: dict[int, float] = {}
        self._same = same
        self._own_ms = mean_handling_ms(hall, service_id)

    def is_same(self, rival: Rival) -> bool:
        return rival.service_id == self._same

    def load_ms(self, rival: Rival) -> float:
        """What one visit of a rival is for each of the windows over which they spread."""
        mean_ms = self._own_ms if rival.service_id is None else mean_handling_ms(self.hall, rival.service_id)
        return mean_ms / rival.spread

    def add(self, rival: Rival, kind: int, count: int) -> None:
        """So many of a rival go first at a kind of windows."""
        if not count:
            return
        if rival.service_id == self._same:
            self.aheads[kind] += count
        if rival.window != EMPTY:
            self.sent_ms[rival.window] = self.sent_ms.get(rival.window, 0.0) + count * self.load_ms(rival)
        elif rival.service_id != self._same:
            # Those of the same service are poured over all windows.
            self.loads_ms[kind] += count * self.load_ms(rival)

    def spread(self) -> Estimate:
        """The range: the ticket and its service's work poured over the windows, wherever that is soonest done.

        Windows differ in how many of the same service they call first; those that call more may be left out.
        """
        able, own_ms, sent_ms = self.able, self._own_ms, self.sent_ms
        servers = len(able.windows)
        if not servers:
            return Estimate(0, 0, 0)
        ahead = min(self.aheads)
        poured = self.aheads if self._same is not None else [0] * len(self.aheads)
        if any(
            window.state == IDLE and not self.loads_ms[kind] and not poured[kind] and index not in sent_ms
            for index, (window, kind) in enumerate(zip(able.windows, able.kind_of, strict=True))
        ):
            return Estimate(ahead, 0, own_ms // servers)
        p50_ms = p90_ms = inf
        for most in set(poured):
            heights_ms, sizes = self._heights([count <= most for count in poured])
            # The windows are busy now: the first to be free is on average a full service's share away.
            half_ms = level(heights_ms, sizes, (most + 1) * own_ms)
            p50_ms = min(p50_ms, half_ms)
            p90_ms = min(p90_ms, half_ms + NORMAL_P90 * sqrt(half_ms * own_ms / sum(sizes)))
        return Estimate(ahead, int(p50_ms), int(p90_ms))

    def _heights(self, is_joined: Sequence[bool]) -> tuple[list[float], list[int]]:
        """The work before the windows of these kinds, and how many windows there are of each height."""
        heights_ms = list(self.loads_ms)
        sizes = [size if joined else 0 for size, joined in zip(self.able.sizes, is_joined, strict=True)]
        for index, sent_ms in self.sent_ms.items():
            kind = self.able.kind_of[index]
            if is_joined[kind]:
                sizes[kind] -= 1
                heights_ms.append(self.loads_ms[kind] + sent_ms)
                sizes.append(1)
        return heights_ms, sizes


def _add_by_policy(work: Work, rivals: Sequence[Rival], claim: Claim, before: int, now_ms: Millis) -> None:
    """Add the rivals of which not points alone decide; `before` go first in the ticket's own queue."""
    queues, kinds = work.hall.queues, work.able.kinds
    lanes = len(queues.lane_ids)
    against = [Precedence(queues, kind, claim, now_ms) for kind in kinds]
    of_lane = [before] * len(kinds)
    in_turns: list[tuple[Rival, int, int]] = []
    for rival in rivals:
        for place in rival.places:
            sure, turns = against[place.kind].count(rival.queue, place)
            work.add(rival, place.kind, sure)
            if rival.queue % lanes == claim.lane and place.tier == kinds[place.kind].tier:
                of_lane[place.kind] += sure
            if turns:
                in_turns.append((rival, place.kind, turns))
    # The longest visits first: whoever leaves then never makes room for a longer one.
    in_turns.sort(key=lambda each: -work.load_ms(each[0]))
    left: dict[tuple[int, int, bool], int] = {}
    for rival, kind, count in in_turns:
        lane = rival.queue % lanes
        turns_of = (kind, lane, work.is_same(rival))
        turns = left.setdefault(turns_of, against[kind].turns(lane, of_lane[kind]))
        taken = min(turns, count)
        left[turns_of] = turns - taken
        work.add(rival, kind, taken)


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


def surely_begins_within(hall: Hall, service_id: str, within_ms: Millis) -> bool:
    """Whether a newcomer's median wait is at most `within_ms` whatever goes first; False: only an estimate can tell.

    Water poured over windows of different heights never stands higher than if all of it, and all that stood there, were
    spread evenly: so no wait is longer than all the work that may come to the windows for the service, shared by them.
    """
    servers = hall.capacity.servers(service_id)
    if (hall.alive + 1) * hall.longest_ms <= within_ms * servers:
        return True
    able, queues, services, handled = hall.capacity.able(service_id), hall.queues, hall.services, hall.handled
    has_sent = queues.has_sent
    work_ms = float(mean_handling_ms(hall, service_id))
    for other_id, share in able.shares:
        waiting = queues.waiting(other_id)
        if waiting:
            each_ms = mean_ms(services[other_id].mean_ms, *handled.get(other_id, (0, 0)))
            # Whoever must go to one window may all go to one of these.
            work_ms += waiting * each_ms * (1.0 if has_sent or other_id == service_id else share)
    return work_ms <= within_ms * servers


def mean_handling_ms(hall: Hall, service_id: str) -> Millis:
    """Mean time a visit takes a window: the plan's figure, drawn towards what was seen as visits come in."""
    return mean_ms(hall.services[service_id].mean_ms, *hall.handled.get(service_id, (0, 0)))


def estimate(hall: Hall, ticket: Ticket, now_ms: Millis) -> Estimate | None:
    """The outlook of one ticket; None when it does not wait."""
    return Outlook(hall, now_ms).of(ticket) if ticket.state == WAITING else None
