"""The parts of a visit in the general loop: how each begins, how it ends, and what follows from that.

A part ends with its visit, with a further item at the same window, or with a ticket that waits again; it follows
`sim.aftermath` and the rules of `engine.core` that its orders meet.
"""

from typing import Final

from sim.kernel.compiled import Number, inlined_inner, inner, uncounted
from sim.kernel.diary import RESULT, RESUMES, RETURNS, STAYS, plan
from sim.kernel.general_room import FINISHED, HELD, MISSED, SERVING, WAITING, Scene
from sim.kernel.general_tables import AFTER, BACK, FRONT, ORIGINAL, TO_AFTER, TO_BACK, GeneralTables
from sim.kernel.lines import join, wait_after, wait_in_front
from sim.kernel.shapes import ACCEPTED, NEVER, NO_SHOW, NOBODY, PAPERS_FOLLOW, SERVED, TOLD_MISSING

OVER, HERE, AGAIN = range(3)
"""How a part of a visit ends: the visit is over or rests, goes on at this window, or waits again."""
AS_BEFORE: Final = 0


@inlined_inner
def begin(scene: Scene, ticket: Number, now_ms: Number) -> Number:
    """A visit begins at its window; how long until this part of it ends."""
    each = scene.tickets[ticket]
    each.state = SERVING
    each.began_ms = now_ms
    return lasts_ms(scene, ticket)


@inlined_inner
def lasts_ms(scene: Scene, ticket: Number) -> Number:
    """How long the present part of a visit takes."""
    each = scene.tickets[ticket]
    return each.service_ms if each.is_plain or each.hold_ms == NEVER else each.hold_after_ms


@inlined_inner
def end(general: GeneralTables, scene: Scene, ticket: Number, window: Number, now_ms: Number) -> Number:
    """A part of a visit ends; what follows."""
    each = scene.tickets[ticket]
    if each.is_plain and not each.is_absent:
        _finish(scene, ticket, now_ms)
        return OVER
    return _end_otherwise(general, scene, ticket, window, now_ms)


@inlined_inner
def _finish(scene: Scene, ticket: Number, now_ms: Number) -> None:
    each = scene.tickets[ticket]
    each.state = FINISHED
    each.finished_ms = now_ms
    each.outcome = SERVED
    scene.day[0].alive -= 1
    _handle(scene, ticket, now_ms)


@inlined_inner
def _handle(scene: Scene, ticket: Number, now_ms: Number) -> None:
    """One visit more of a service, or one item, is done."""
    each = scene.tickets[ticket]
    worked_ms = each.worked_ms + now_ms - each.called_ms
    scene.handled[each.service, 0] += 1
    scene.handled[each.service, 1] += worked_ms
    scene.day[0].longest_ms = max(scene.day[0].longest_ms, worked_ms)
    each.worked_ms = 0


@inner
def _end_otherwise(general: GeneralTables, scene: Scene, ticket: Number, window: Number, now_ms: Number) -> Number:
    general, scene = uncounted(general), uncounted(scene)
    each = scene.tickets[ticket]
    place, after, is_over = ORIGINAL, AS_BEFORE, False
    if each.is_absent:
        service = general.services[each.service]
        if service.no_show not in (TO_BACK, TO_AFTER) or each.returns >= service.returns_max:
            each.state = MISSED
            each.outcome = NO_SHOW
            scene.day[0].alive -= 1
            return OVER
        # The second call is heard.
        each.is_absent, each.returns = 0, each.returns + 1
        place, after = (AFTER, service.no_show_after) if service.no_show == TO_AFTER else (BACK, AS_BEFORE)
    elif each.hold_ms != NEVER:
        _hold(general, scene, ticket, window, now_ms)
        return OVER
    elif each.transfer_to != NOBODY:
        _turn_to(scene, ticket, now_ms)
    elif each.has_items and each.next_item < each.item_to:
        _next_item(scene, ticket, now_ms)
        if each.stays and general.serves[general.desks[window].kind, each.service]:
            each.called_ms = each.began_ms = now_ms
            return HERE
        place = general.settings[0].next_place
    else:
        is_over = True
    if is_over:
        _finish(scene, ticket, now_ms)
        if each.next_item == each.item_to:
            _follow(general, scene, ticket, now_ms)
        return OVER
    each.pinned = NOBODY
    wait_again(general, scene, ticket, place, after, now_ms)
    return AGAIN


@inlined_inner
def _hold(general: GeneralTables, scene: Scene, ticket: Number, window: Number, now_ms: Number) -> None:
    """The visit rests, and its window is free meanwhile."""
    each = scene.tickets[ticket]
    each.state = HELD
    each.worked_ms += now_ms - each.called_ms
    each.pinned = window if general.settings[0].holds_here else NOBODY
    each.service_ms = max(0, each.service_ms - each.hold_after_ms)
    plan(scene, now_ms + each.hold_ms, 0, RESUMES, ticket)
    each.hold_ms = NEVER


@inlined_inner
def _turn_to(scene: Scene, ticket: Number, now_ms: Number) -> None:
    """The visit turns out to belong to another service."""
    each = scene.tickets[ticket]
    each.worked_ms = each.worked_ms + now_ms - each.called_ms if each.transfer_to == each.service else 0
    each.service = each.transfer_to
    each.transfer_to = each.sent_to = NOBODY


@inlined_inner
def _next_item(scene: Scene, ticket: Number, now_ms: Number) -> None:
    """The visit is for its next item from now on."""
    each = scene.tickets[ticket]
    _handle(scene, ticket, now_ms)
    item = scene.items[each.next_item]
    each.next_item += 1
    each.service, each.service_ms = item.service, item.lasts_ms
    each.sent_to = NOBODY


@inlined_inner
def _follow(general: GeneralTables, scene: Scene, ticket: Number, now_ms: Number) -> None:
    """What comes of a visit that is over: the visitor comes back, or an office has work."""
    each = scene.tickets[ticket]
    if each.ends_as in (TOLD_MISSING, PAPERS_FOLLOW) and each.returns_ms != NEVER:
        plan(scene, now_ms + each.returns_ms, 0, RETURNS, ticket)
    elif each.ends_as == ACCEPTED and general.services[each.service].has_office and each.stage_ms != NEVER:
        plan(scene, now_ms + each.stage_ms, 1, RESULT, ticket)


@inner
def wait_again(
    general: GeneralTables, scene: Scene, ticket: Number, place: Number, after: Number, now_ms: Number
) -> None:
    """A ticket waits again, at this place of its queue."""
    general, scene = uncounted(general), uncounted(scene)
    each = scene.tickets[ticket]
    each.state = WAITING
    each.behind = NOBODY
    each.seat = 0
    each.since_ms = each.rank = now_ms if place in (BACK, AFTER) else each.issued_ms
    # Whoever was elsewhere at the moment of leaving does not leave any more.
    if each.leaves < scene.day[0].frontier:
        each.leaves = STAYS
    queue = queue_of(general, scene, ticket)
    if place == FRONT:
        wait_in_front(scene, queue, ticket)
    elif place == AFTER:
        wait_after(scene, queue, ticket, after)
    else:
        join(scene, queue, ticket)


@inlined_inner
def queue_of(general: GeneralTables, scene: Scene, ticket: Number) -> Number:
    """The queue in which a ticket belongs: that of its service, or of the window where it must go."""
    each, settings = scene.tickets[ticket], general.settings[0]
    if each.pinned != NOBODY:
        return settings.own_queues + each.pinned * settings.lanes + each.lane
    return each.service * settings.lanes + each.lane
