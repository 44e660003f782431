"""The queues of a hall: one per service and lane, one per window and lane for tickets that must go there.

Queues are numbered so that the calling rule can work on plain sequences: service queues first
(`service × lanes + lane`), window queues after them. Inside a queue the smallest `(rank, order)` goes first; whoever is
put behind a certain ticket shares its rank and order, and a seat says how far behind.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator

from engine.core.calling import EMPTY, MINUTE_MS
from engine.core.ledgers.ledger import FOREVER
from engine.core.model import NO_QUEUE, Ticket
from engine.core.plan import HallPlan

Row = tuple[int, int, int, int, Ticket]
"""Rank, order (of the ticket it was put behind, if any), seat, own order, ticket: sorted, the queue is in order."""


class Queues:
    """Waiting tickets in order, with what the calling rule reads of each queue's head."""

    __slots__ = (
        "_lanes",
        "_rows",
        "_sent",
        "_sent_count",
        "_services",
        "_waiting",
        "_windows",
        "credits",
        "head_order",
        "head_since",
        "lane_ids",
        "rates",
    )

    def __init__(self, plan: HallPlan) -> None:
        self.lane_ids = [lane.lane_id for lane in plan.lanes]
        self._lanes = {lane_id: index for index, lane_id in enumerate(self.lane_ids)}
        lanes = len(plan.lanes)
        self._services = {service.service_id: index * lanes for index, service in enumerate(plan.services)}
        base = len(plan.services) * lanes
        self._windows = {window.window_id: base + index * lanes for index, window in enumerate(plan.windows)}
        count = base + len(plan.windows) * lanes
        self.credits = [lane.credit for lane in plan.lanes] * (count // lanes)
        self.rates = [lane.rate for lane in plan.lanes] * (count // lanes)
        self.head_order = [EMPTY] * count
        self.head_since = [FOREVER] * count
        self._rows: list[list[Row]] = [[] for _ in range(count)]
        self._waiting = dict.fromkeys(self._services, 0)
        """Per service, how many wait for it."""
        self._sent = dict.fromkeys(self._services, 0)
        """Per service, how many of them must go to one window."""
        self._sent_count = 0

    def of_service(self, service_id: str) -> range:
        """The numbers of a service's queues, one per lane in the plan's order."""
        first = self._services[service_id]
        return range(first, first + len(self.lane_ids))

    def of_window(self, window_id: str) -> range:
        """The numbers of the queues of tickets that must go to this window."""
        first = self._windows[window_id]
        return range(first, first + len(self.lane_ids))

    def waiting(self, service_id: str) -> int:
        """How many wait for a service in all queues, those that must go to one window among them."""
        return self._waiting[service_id]

    @property
    def has_sent(self) -> bool:
        """Whether anybody must go to one window."""
        return self._sent_count > 0

    def queue_of(self, ticket: Ticket) -> int:
        """The queue in which a waiting ticket belongs."""
        if ticket.pinned:
            assert ticket.window_id is not None
            return self._windows[ticket.window_id] + self._lanes[ticket.lane_id]
        return self._services[ticket.service_id] + self._lanes[ticket.lane_id]

    def put(self, ticket: Ticket) -> None:
        """Add a ticket where its rank says."""
        service_id = ticket.service_id
        self._waiting[service_id] += 1
        if ticket.pinned:
            self._sent[service_id] += 1
            self._sent_count += 1
            queue = self.queue_of(ticket)
        else:
            # Almost everybody, so without another call.
            queue = self._services[service_id] + self._lanes[ticket.lane_id]
        ticket.queue = queue
        rows = self._rows[queue]
        order = ticket.order
        row = (ticket.rank, ticket.behind or order, ticket.seat, order, ticket)
        # A newcomer goes last.
        if not rows or row > rows[-1]:
            rows.append(row)
        else:
            insort(rows, row)
        if rows[0] is row:
            self.head_order[queue] = order
            self.head_since[queue] = ticket.since_ms

    def put_first(self, ticket: Ticket) -> None:
        """Add a ticket before everybody in its queue.

        It inherits the head's waiting time when that is longer, or whoever stood first would now wait behind a ticket
        that hardly counts, and other queues would pass them both.
        """
        rows = self._rows[self.queue_of(ticket)]
        if rows:
            ticket.rank = min(ticket.rank, rows[0][0] - 1)
            ticket.since_ms = min(ticket.since_ms, rows[0][-1].since_ms)
        self.put(ticket)

    def put_after(self, ticket: Ticket, count: int) -> None:
        """Add a ticket behind exactly `count` others of its queue, or last when there are fewer.

        The order of the others stays. It counts as having waited as long as the ticket before it, so that it does not
        hold up whoever stands behind it, and other queues do not pass them.
        """
        rows = self._rows[self.queue_of(ticket)]
        if not rows or count <= 0:
            self.put_first(ticket)
            return
        place = min(count, len(rows))
        rank, order, seat, _, before = rows[place - 1]
        ticket.rank, ticket.behind, ticket.seat = rank, order, seat + 1
        ticket.since_ms = before.since_ms
        # Whoever was put behind the same ticket before moves one seat on.
        for index in range(place, len(rows)):
            other = rows[index][-1]
            if rows[index][:2] != (rank, order):
                break
            other.seat += 1
            rows[index] = _row(other)
        self.put(ticket)

    def take(self, ticket: Ticket) -> None:
        """Remove a waiting ticket."""
        self._waiting[ticket.service_id] -= 1
        if ticket.pinned:
            self._sent[ticket.service_id] -= 1
            self._sent_count -= 1
        queue = ticket.queue
        rows = self._rows[queue]
        # Whoever is called stands first but for a call out of order.
        if rows[0][-1] is not ticket:
            del rows[self._index(ticket)]
        else:
            del rows[0]
            if rows:
                head = rows[0][-1]
                self.head_order[queue] = head.order
                self.head_since[queue] = head.since_ms
            else:
                self.head_order[queue] = EMPTY
                self.head_since[queue] = FOREVER
        ticket.queue = NO_QUEUE

    def head(self, queue: int) -> Ticket:
        return self._rows[queue][0][-1]

    def length(self, queue: int) -> int:
        return len(self._rows[queue])

    def tickets(self, queue: int) -> Iterator[Ticket]:
        """The tickets of a queue in order."""
        return (row[-1] for row in self._rows[queue])

    def before(self, ticket: Ticket) -> int:
        """How many stand before this waiting ticket in its own queue."""
        return self._index(ticket)

    def more_urgent(self, queue: int, mine: int, now_ms: int) -> int:
        """How many of a queue are more urgent than `mine` now (tickets put in front count by their place)."""
        rows = self._rows[queue]
        spare = mine - self.credits[queue] * MINUTE_MS
        rate = self.rates[queue]
        if rate == 0:
            return len(rows) if spare < 0 else 0
        # credit + rate × (now − since) > mine  ⇔  since < now − spare / rate
        return bisect_left(rows, (now_ms - spare // rate,))

    def older(self, queue: int, since_ms: int, order: int) -> int:
        """How many of a queue have waited longer than somebody of this order who waits since then (as above)."""
        return bisect_left(self._rows[queue], (since_ms, order))

    def _index(self, ticket: Ticket) -> int:
        return bisect_left(self._rows[ticket.queue], _row(ticket))


def _row(ticket: Ticket) -> Row:
    return (ticket.rank, ticket.behind or ticket.order, ticket.seat, ticket.order, ticket)
