"""Queues with places: who waits in which order, as `engine.core.queues` has it, threaded through the tickets.

Inside a queue the smallest (rank, order) goes first; whoever is put behind a certain ticket shares its rank and order,
and a seat says how far behind. The number of a ticket is its order. Nobody is woken to leave: who has left by now (the
key at which they do lies before the day's frontier) is taken out when somebody looks.
"""

import numpy as np

from sim.kernel.compiled import compiled, inlined
from sim.kernel.general_room import GONE, Room
from sim.kernel.shapes import LEFT, NOBODY
from sim.kernel.tables import WORD, WORD_BITS

SEQUENCE_BITS = 26
MOMENT_BITS = SEQUENCE_BITS + 1
"""A key in the agenda: the moment, whether it is an office's, and the order of noting."""


@inlined
def join(room: Room, queue: int, ticket: int) -> None:
    """Stand where the rank says, which for a newcomer is behind everybody."""
    each = room.tickets[ticket]
    each.queue = queue
    tail = room.tail[queue]
    if room.head[queue] == NOBODY:
        each.before = each.following = NOBODY
        room.waiting[queue >> WORD_BITS] |= np.uint64(1) << np.uint64(queue & (WORD - 1))
        room.head[queue] = room.tail[queue] = ticket
        room.since_ms[queue] = each.since_ms
    elif not _goes_before(room, ticket, tail):
        each.before = tail
        each.following = NOBODY
        room.tickets[tail].following = ticket
        room.tail[queue] = ticket
    else:
        _insert(room, queue, ticket)


@inlined
def _goes_before(room: Room, ticket: int, other: int) -> bool:
    mine, theirs = room.tickets[ticket], room.tickets[other]
    if mine.rank != theirs.rank:
        return bool(mine.rank < theirs.rank)
    my_order = ticket if mine.behind == NOBODY else mine.behind
    their_order = other if theirs.behind == NOBODY else theirs.behind
    if my_order != their_order:
        return bool(my_order < their_order)
    if mine.seat != theirs.seat:
        return bool(mine.seat < theirs.seat)
    return ticket < other


@compiled
def _insert(room: Room, queue: int, ticket: int) -> None:
    """Stand before somebody: whoever waits again belongs near the front."""
    following = room.head[queue]
    while _goes_before(room, following, ticket):
        following = room.tickets[following].following
    before = room.tickets[following].before
    room.tickets[ticket].before, room.tickets[ticket].following = before, following
    room.tickets[following].before = ticket
    if before == NOBODY:
        room.head[queue] = ticket
        room.since_ms[queue] = room.tickets[ticket].since_ms
    else:
        room.tickets[before].following = ticket


@inlined
def take_out(room: Room, ticket: int) -> None:
    """Stand in no queue any more."""
    queue, before, following = room.tickets[ticket].queue, room.tickets[ticket].before, room.tickets[ticket].following
    room.tickets[ticket].queue = NOBODY
    if following == NOBODY:
        room.tail[queue] = before
    else:
        room.tickets[following].before = before
    if before != NOBODY:
        room.tickets[before].following = following
        return
    room.head[queue] = following
    if following == NOBODY:
        room.waiting[queue >> WORD_BITS] &= ~(np.uint64(1) << np.uint64(queue & (WORD - 1)))
    else:
        room.since_ms[queue] = room.tickets[following].since_ms


@inlined
def leave(room: Room, ticket: int) -> None:
    """Somebody who waits leaves at their moment."""
    take_out(room, ticket)
    each = room.tickets[ticket]
    each.state = GONE
    each.outcome = LEFT
    each.finished_ms = np.int32(each.leaves >> MOMENT_BITS)
    room.day[0].alive -= 1


@inlined
def has_somebody(room: Room, queue: int) -> bool:
    """Whether a queue, which has a head, still has one when all are gone who have left at its front."""
    while room.tickets[room.head[queue]].leaves < room.day[0].frontier:
        leave(room, room.head[queue])
        if room.head[queue] == NOBODY:
            return False
    return True


@compiled
def sweep(room: Room, queue: int) -> None:
    """Let everybody be gone who has left a queue."""
    ticket = room.head[queue]
    while ticket != NOBODY:
        following = room.tickets[ticket].following
        if room.tickets[ticket].leaves < room.day[0].frontier:
            leave(room, ticket)
        ticket = following


@compiled
def wait_in_front(room: Room, queue: int, ticket: int) -> None:
    """Stand before everybody in a queue, as one who has waited as long as its head."""
    each = room.tickets[ticket]
    if room.head[queue] != NOBODY and has_somebody(room, queue):
        head = room.tickets[room.head[queue]]
        each.rank = min(each.rank, head.rank - 1)
        each.since_ms = min(each.since_ms, head.since_ms)
    join(room, queue, ticket)


@compiled
def wait_after(room: Room, queue: int, ticket: int, count: int) -> None:
    """Stand behind exactly `count` others of a queue, or last when there are fewer."""
    sweep(room, queue)
    if room.head[queue] == NOBODY or count <= 0:
        wait_in_front(room, queue, ticket)
        return
    before = room.head[queue]
    for _ in range(count - 1):
        if room.tickets[before].following != NOBODY:
            before = room.tickets[before].following
    each, other = room.tickets[ticket], room.tickets[before]
    each.rank, each.since_ms = other.rank, other.since_ms
    each.behind = before if other.behind == NOBODY else other.behind
    each.seat = other.seat + 1
    # Whoever was put behind the same ticket before moves one seat on.
    following = other.following
    while following != NOBODY:
        behind = following if room.tickets[following].behind == NOBODY else room.tickets[following].behind
        if room.tickets[following].rank != each.rank or behind != each.behind:
            break
        room.tickets[following].seat += 1
        following = room.tickets[following].following
    join(room, queue, ticket)
