"""The queues of the general loop are those of the core: the same order and the same head after whatever happens."""

from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.model import Ticket
from engine.core.queues import Queues
from sim.visits import Habits
from tests.builders import ORDINARY, PLAN
from tests.sim.kernel.interpreted import GENERAL, as_records, interpreted

TICKETS = 40
STAYS = 2**62
RIGHT = interpreted(GENERAL)

MISTAKES = {
    "whoever is put behind a ticket twice stands in the order of numbers": {
        "    if mine.seat != theirs.seat:\n        return bool(mine.seat < theirs.seat)\n": ""
    },
    "nobody moves on when somebody is put before them": {"scene.tickets[following].seat += 1": "pass"},
    "who stands behind a ticket shares its number alone": {
        "each.rank, each.since_ms = other.rank, other.since_ms": "each.since_ms = other.since_ms"
    },
    "whoever goes to the front has not waited": {"each.since_ms = min(each.since_ms, head.since_ms)": "pass"},
    "whoever goes to the front ties with the head": {"head.rank - 1": "head.rank"},
    "the queue forgets its last": {"        scene.queues[queue].tail = before\n": "        pass\n"},
}


class Twin:
    """One queue, in the core and in the loop."""

    def __init__(self, loop: SimpleNamespace) -> None:
        tables = loop.general_tables.general_tables(PLAN, Habits())
        self._lines = loop.lines
        self._scene: Any = as_records(loop.general_room.room_for(tables, TICKETS, 0, 0).scene)
        self._scene.waiting[:] = 0
        self._scene.queues.head[:] = -1
        self._queues = Queues(PLAN)
        self._tickets: list[Ticket] = []

    def happens(self, random: Random, now_ms: int) -> None:
        """Somebody comes, goes, or waits again."""
        waiting = list(self._queues.tickets(0))
        if len(self._tickets) < TICKETS and random.random() < 0.4:
            number = len(self._tickets)
            ticket = Ticket(str(number), "", number + 1, "social", ORDINARY, now_ms, since_ms=now_ms, rank=now_ms)
            self._tickets.append(ticket)
            self._waits(ticket, "back", 0, now_ms)
        elif waiting:
            ticket = waiting[0] if random.random() < 0.7 else random.choice(waiting)
            self._queues.take(ticket)
            self._lines.take_out(self._scene, ticket.order - 1)
            if random.random() < 0.8:
                place = random.choice(("original", "front", "back", "after", "after"))
                self._waits(ticket, place, random.randint(0, 3), now_ms)

    def _waits(self, ticket: Ticket, place: str, after: int, now_ms: int) -> None:
        ticket.behind = ticket.seat = 0
        ticket.since_ms = ticket.rank = now_ms if place in ("back", "after") else ticket.issued_ms
        number = ticket.order - 1
        mine = self._scene.tickets[number]
        mine.leaves, mine.behind, mine.seat = STAYS, -1, 0
        mine.since_ms = mine.rank = ticket.rank
        if place == "front":
            self._queues.put_first(ticket)
            self._lines.wait_in_front(self._scene, 0, number)
        elif place == "after":
            self._queues.put_after(ticket, after)
            self._lines.wait_after(self._scene, 0, number, after)
        else:
            self._queues.put(ticket)
            self._lines.join(self._scene, 0, number)

    def is_one(self) -> bool:
        """Whether both have the same tickets in the same order, and a head that has waited as long."""
        order, number = [], int(self._scene.queues[0].head)
        while number >= 0 and len(order) <= TICKETS:
            order.append(number)
            number = int(self._scene.tickets[number].following)
        head = bool(order) and self._queues.head_since[0] != self._scene.queues[0].since_ms
        return not head and order == [ticket.order - 1 for ticket in self._queues.tickets(0)]


@given(st.integers(0, 1_000_000))
@settings(max_examples=60, deadline=None)
def test_queue_is_that_of_the_core(seed: int) -> None:
    assert _agrees(RIGHT, seed)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_found(mistake: str) -> None:
    loop = interpreted(GENERAL, MISTAKES[mistake])

    assert not all(_agrees(loop, seed) for seed in range(60))


def _agrees(loop: SimpleNamespace, seed: int) -> bool:
    random, twin = Random(seed), Twin(loop)
    for moment in range(80):
        twin.happens(random, moment // 2)
        if not twin.is_one():
            return False
    return True
