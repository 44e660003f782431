"""Queues with places: who waits in which order, as `engine.core.queues` has it, threaded through the tickets.

Inside a queue the smallest (rank, order) goes first; whoever is put behind a certain ticket shares its rank and order,
and a seat says how far behind. The number of a ticket is its order. Nobody is woken to leave: who has left by now (the
key at which they do lies before the day's frontier) is taken out when somebody looks.
"""

import numpy as np

from sim.kernel.compiled import Number, inlined_inner, inner, uncounted
from sim.kernel.general_room import GONE, Scene
from sim.kernel.shapes import LEFT, NOBODY
from sim.kernel.tables import WORD, WORD_BITS

SEQUENCE_BITS = 26
MOMENT_BITS = SEQUENCE_BITS + 1
"""A key in the agenda: the moment, whether it is an office's, and the order of noting."""


@inlined_inner
def join(scene: Scene, queue: Number, ticket: Number) -> None:
    """Stand where the rank says, which for a newcomer is behind everybody."""
    each = scene.tickets[ticket]
    each.queue = queue
    tail = scene.queues[queue].tail
    if scene.queues[queue].head == NOBODY:
        each.before = each.following = NOBODY
        scene.waiting[queue >> WORD_BITS] |= np.uint64(1) << np.uint64(queue & (WORD - 1))
        scene.queues[queue].head = scene.queues[queue].tail = ticket
        scene.queues[queue].since_ms = each.since_ms
    elif not _goes_before(scene, ticket, tail):
        each.before = tail
        each.following = NOBODY
        scene.tickets[tail].following = ticket
        scene.queues[queue].tail = ticket
    else:
        _insert(scene, queue, ticket)


@inlined_inner
def _goes_before(scene: Scene, ticket: Number, other: Number) -> bool:
    mine, theirs = scene.tickets[ticket], scene.tickets[other]
    if mine.rank != theirs.rank:
        return bool(mine.rank < theirs.rank)
    my_order = ticket if mine.behind == NOBODY else mine.behind
    their_order = other if theirs.behind == NOBODY else theirs.behind
    if my_order != their_order:
        return bool(my_order < their_order)
    if mine.seat != theirs.seat:
        return bool(mine.seat < theirs.seat)
    return bool(ticket < other)


@inner
def _insert(scene: Scene, queue: Number, ticket: Number) -> None:
    """Stand before somebody: whoever waits again belongs near the front."""
    following = scene.queues[queue].head
    while _goes_before(scene, following, ticket):
        following = scene.tickets[following].following
    before = scene.tickets[following].before
    scene.tickets[ticket].before, scene.tickets[ticket].following = before, following
    scene.tickets[following].before = ticket
    if before == NOBODY:
        scene.queues[queue].head = ticket
        scene.queues[queue].since_ms = scene.tickets[ticket].since_ms
    else:
        scene.tickets[before].following = ticket


@inlined_inner
def take_out(scene: Scene, ticket: Number) -> None:
    """Stand in no queue any more."""
    queue, before, following = (
        scene.tickets[ticket].queue,
        scene.tickets[ticket].before,
        scene.tickets[ticket].following,
    )
    scene.tickets[ticket].queue = NOBODY
    if following == NOBODY:
        scene.queues[queue].tail = before
    else:
        scene.tickets[following].before = before
    if before != NOBODY:
        scene.tickets[before].following = following
        return
    scene.queues[queue].head = following
    if following == NOBODY:
        scene.waiting[queue >> WORD_BITS] &= ~(np.uint64(1) << np.uint64(queue & (WORD - 1)))
    else:
        scene.queues[queue].since_ms = scene.tickets[following].since_ms


@inlined_inner
def leave(scene: Scene, ticket: Number) -> None:
    """Somebody who waits leaves at their moment."""
    take_out(scene, ticket)
    each = scene.tickets[ticket]
    each.state = GONE
    each.outcome = LEFT
    each.finished_ms = np.int32(each.leaves >> MOMENT_BITS)
    scene.day[0].alive -= 1


@inlined_inner
def has_somebody(scene: Scene, queue: Number) -> bool:
    """Whether a queue, which has a head, still has one when all are gone who have left at its front."""
    while scene.tickets[scene.queues[queue].head].leaves < scene.day[0].frontier:
        leave(scene, scene.queues[queue].head)
        if scene.queues[queue].head == NOBODY:
            return False
    return True


@inner
def sweep(scene: Scene, queue: Number) -> None:
    """Let everybody be gone who has left a queue."""
    ticket = scene.queues[queue].head
    while ticket != NOBODY:
        following = scene.tickets[ticket].following
        if scene.tickets[ticket].leaves < scene.day[0].frontier:
            leave(scene, ticket)
        ticket = following


@inner
def let_all_leave(scene: Scene) -> None:
    """Let everybody be gone who has left by now."""
    scene = uncounted(scene)
    for queue in range(len(scene.queues)):
        sweep(scene, queue)


@inner
def wait_in_front(scene: Scene, queue: Number, ticket: Number) -> None:
    """Stand before everybody in a queue, as one who has waited as long as its head."""
    each = scene.tickets[ticket]
    if scene.queues[queue].head != NOBODY and has_somebody(scene, queue):
        head = scene.tickets[scene.queues[queue].head]
        each.rank = min(each.rank, head.rank - 1)
        each.since_ms = min(each.since_ms, head.since_ms)
    join(scene, queue, ticket)


@inner
def wait_after(scene: Scene, queue: Number, ticket: Number, count: Number) -> None:
    """Stand behind exactly `count` others of a queue, or last when there are fewer."""
    sweep(scene, queue)
    if scene.queues[queue].head == NOBODY or count <= 0:
        wait_in_front(scene, queue, ticket)
        return
    before = scene.queues[queue].head
    for _ in range(count - 1):
        if scene.tickets[before].following != NOBODY:
            before = scene.tickets[before].following
    each, other = scene.tickets[ticket], scene.tickets[before]
    each.rank, each.since_ms = other.rank, other.since_ms
    each.behind = before if other.behind == NOBODY else other.behind
    each.seat = other.seat + 1
    # Whoever was put behind the same ticket before moves one seat on.
    following = other.following
    while following != NOBODY:
        behind = following if scene.tickets[following].behind == NOBODY else scene.tickets[following].behind
        if scene.tickets[following].rank != each.rank or behind != each.behind:
            break
        scene.tickets[following].seat += 1
        following = scene.tickets[following].following
    join(scene, queue, ticket)
