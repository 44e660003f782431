"""Whether a newcomer would be called before the hall closes: `engine.core.estimates`, for halls that call by points.

The work ahead is poured over the windows that serve the newcomer as the core pours it, with the same sums in the same
order, so that a number is refused when the core would refuse it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.core.handling import PRIOR_VISITS
from engine.core.plan import MINUTE_MS
from sim.kernel.compiled import Number, inlined_inner, inner, uncounted
from sim.kernel.general_room import Scene
from sim.kernel.general_tables import ForecastTables, GeneralTables, RuleTables
from sim.kernel.lines import let_all_leave
from sim.kernel.shapes import NEVER, NOBODY
from sim.kernel.tables import Long

Heights = NDArray[np.float64]


class Work(NamedTuple):
    """What goes before a newcomer, by kind of the windows that serve them: how many there are, in which tier they serve
    the newcomer, and as of which tier now, whether they call by points alone; how many of the same service go first,
    and the work of all others for each window. `sent_ms` is that of those who must go to one window, by window (-1: it
    does not serve the newcomer)."""

    sizes: Long
    tiers: Long
    tiers_now: Long
    is_by_points: Long
    aheads: Long
    loads_ms: Heights
    sent_ms: Heights


@inner
def is_too_late(
    general: GeneralTables, rule: RuleTables, forecast: ForecastTables, scene: Scene, service: Number, lane: Number,
    now_ms: Number,
) -> bool:  # fmt: skip
    """Whether a newcomer would, in one case of two, be called after closing."""
    general, rule, forecast, scene = uncounted(general), uncounted(rule), uncounted(forecast), uncounted(scene)
    day, within_ms = scene.day[0], np.int64(forecast.closes_ms[service]) - now_ms
    if (day.alive + 1) * day.longest_ms <= within_ms:
        # Even one window would do, and visits that all took as long as the longest.
        return False
    longest_ms = np.int64(0)
    for other in range(len(forecast.mean_ms)):
        longest_ms = max(longest_ms, _mean_ms(forecast, scene, other))
    # Whatever goes first, no wait is longer than all visits in the hall, shared by the windows for the service.
    if (day.alive + 1) * longest_ms <= within_ms * _servers(general, scene, service):
        return False
    let_all_leave(scene)
    return _waits_longer(general, rule, forecast, scene, service, lane, within_ms, now_ms)


@inlined_inner
def _mean_ms(forecast: ForecastTables, scene: Scene, service: Number) -> Number:
    """How long visits take: as planned, drawn towards what was seen."""
    count, total_ms = scene.handled[service, 0], scene.handled[service, 1]
    return (forecast.mean_ms[service] * np.int64(PRIOR_VISITS) + total_ms) // (PRIOR_VISITS + count)


@inlined_inner
def _is_manned(general: GeneralTables, scene: Scene, service: Number) -> bool:
    for window in range(len(scene.windows)):
        if scene.windows[window].open_from != NEVER and general.serves[general.desks[window].kind, service]:
            return True
    return False


@inlined_inner
def _servers(general: GeneralTables, scene: Scene, service: Number) -> Number:
    """How many windows there are for a service: those that are open, or all when none is."""
    is_manned, servers = _is_manned(general, scene, service), 0
    for window in range(len(scene.windows)):
        is_open = scene.windows[window].open_from != NEVER
        servers += general.serves[general.desks[window].kind, service] and (is_open or not is_manned)
    return servers


@inlined_inner
def _older(scene: Scene, queue: Number, before_ms: Number) -> Number:
    """How many of a queue have a rank before this moment."""
    count, ticket = 0, scene.queues[queue].head
    while ticket != NOBODY and scene.tickets[ticket].rank < before_ms:
        count += 1
        ticket = scene.tickets[ticket].following
    return count


@inlined_inner
def _more_urgent(rule: RuleTables, scene: Scene, queue: Number, mine: Number, now_ms: Number) -> Number:
    """How many of a queue are more urgent than somebody of this urgency."""
    spare = mine - rule.credits[queue] * MINUTE_MS
    rate = rule.rates[queue]
    if rate == 0:
        return _older(scene, queue, NEVER) if spare < 0 else 0
    return _older(scene, queue, now_ms - spare // rate)


@inlined_inner
def _before(
    rule: RuleTables, scene: Scene, queue: Number, mine: Number, now_ms: Number, tier: Number, other_tier: Number,
    other_help_ms: Number,
) -> Number:  # fmt: skip
    """How many of a queue go first at windows that serve them in `other_tier`, and the newcomer in `tier`."""
    if other_tier < tier:
        return _older(scene, queue, NEVER)
    if other_tier == tier and (tier == 0 or other_help_ms == NOBODY):
        return _more_urgent(rule, scene, queue, mine, now_ms)
    if other_help_ms == NOBODY:
        return 0
    helped = _older(scene, queue, now_ms - other_help_ms + 1)
    if tier > 0:
        # Those who are helped count as of tier 0, and so go first.
        return max(helped, _more_urgent(rule, scene, queue, mine, now_ms) if other_tier == tier else 0)
    return min(helped, _more_urgent(rule, scene, queue, mine, now_ms))


@inner
def _waits_longer(
    general: GeneralTables, rule: RuleTables, forecast: ForecastTables, scene: Scene, service: Number, lane: Number,
    within_ms: Number, now_ms: Number,
) -> bool:  # fmt: skip
    """Whether the median wait of a newcomer is longer than this."""
    general, rule, forecast, scene = uncounted(general), uncounted(rule), uncounted(forecast), uncounted(scene)
    kinds, windows = len(general.serves), len(scene.windows)
    work = Work(
        np.zeros(kinds, np.int64), np.zeros(kinds, np.int64), np.zeros(kinds, np.int64), np.zeros(kinds, np.int64),
        np.zeros(kinds, np.int64), np.zeros(kinds), np.full(windows, -1.0),
    )  # fmt: skip
    is_manned = _is_manned(general, scene, service)
    mine = rule.credits[lane] * MINUTE_MS
    own_ms = float(_mean_ms(forecast, scene, service))
    _look_at_windows(general, rule, forecast, scene, work, service, is_manned, mine, own_ms, now_ms)
    if _is_surely_called(general, rule, forecast, scene, work, service, is_manned, own_ms, within_ms):
        return False
    # First those of whom points alone decide at every window, then the others: the sums keep the core's order.
    for is_by_points in (1, 0):
        for other in range(len(forecast.mean_ms)):
            if _is_manned(general, scene, other) == is_manned:
                _add(general, rule, forecast, scene, work, service, lane, other, is_by_points, mine, now_ms)
    return bool(_poured_ms(general, scene, work, own_ms) > within_ms)


@inlined_inner
def _look_at_windows(
    general: GeneralTables, rule: RuleTables, forecast: ForecastTables, scene: Scene, work: Work, service: Number,
    is_manned: bool, mine: Number, own_ms: float, now_ms: Number,
) -> None:  # fmt: skip
    """Note which windows serve the newcomer, and the work of those who were sent to one of them."""
    settings = general.settings[0]
    for window in range(len(scene.windows)):
        desk = general.desks[window]
        kind = desk.kind
        if not general.serves[kind, service] or (is_manned and scene.windows[window].open_from == NEVER):
            continue
        work.sizes[kind] += 1
        work.is_by_points[kind] = desk.policy == NOBODY
        work.tiers[kind] = forecast.tier_of[kind, service]
        # Whom the window helps at once is of its first tier.
        is_helped = rule.help_ms[kind, service * settings.lanes] == 0
        work.tiers_now[kind] = 0 if is_helped else work.tiers[kind]
        first = settings.own_queues + window * settings.lanes
        sent = 0
        for queue in range(first, first + settings.lanes):
            sent += _before(rule, scene, queue, mine, now_ms, work.tiers_now[kind], 0, NOBODY)
        work.sent_ms[window] = sent * own_ms if sent else 0.0


@inlined_inner
def _is_surely_called(
    general: GeneralTables, rule: RuleTables, forecast: ForecastTables, scene: Scene, work: Work, service: Number,
    is_manned: bool, own_ms: float, within_ms: Number,
) -> bool:  # fmt: skip
    """Whether all work that may come to the windows, shared by them, is done in time, as the core asks first."""
    settings = general.settings[0]
    waiting = np.zeros(len(forecast.mean_ms), np.int64)
    some_sent = False
    for queue in range(settings.queues):
        ticket = scene.queues[queue].head
        some_sent |= ticket != NOBODY and queue >= settings.own_queues
        while ticket != NOBODY:
            waiting[scene.tickets[ticket].service] += 1
            ticket = scene.tickets[ticket].following
    work_ms, servers = own_ms, _servers(general, scene, service)
    for other in range(len(waiting)):
        if not waiting[other] or _is_manned(general, scene, other) != is_manned:
            continue
        shared = 0
        for kind in range(len(work.sizes)):
            shared += work.sizes[kind] if _competes(rule, forecast, work, settings.lanes, other, kind) else 0
        if shared:
            share = 1.0 if some_sent or other == service else shared / _servers(general, scene, other)
            work_ms += waiting[other] * _mean_ms(forecast, scene, other) * share
    return bool(work_ms <= within_ms * servers)


@inlined_inner
def _competes(
    rule: RuleTables, forecast: ForecastTables, work: Work, lanes: Number, other: Number, kind: Number
) -> bool:
    """Whether a service's queues may go first at windows of a kind that serves the newcomer."""
    tier = forecast.tier_of[kind, other]
    if not work.sizes[kind] or tier == NOBODY:
        return False
    return bool(tier <= work.tiers[kind] or rule.help_ms[kind, other * lanes] != NOBODY)


@inlined_inner
def _add(
    general: GeneralTables, rule: RuleTables, forecast: ForecastTables, scene: Scene, work: Work, service: Number,
    lane: Number, other: Number, is_by_points: int, mine: Number, now_ms: Number,
) -> None:  # fmt: skip
    """Add the work of a service's queues that goes first."""
    lanes, servers = general.settings[0].lanes, _servers(general, scene, other)
    mean_ms = _mean_ms(forecast, scene, other)
    for queue in range(other * lanes, (other + 1) * lanes):
        if scene.queues[queue].head == NOBODY:
            continue
        is_own = queue == service * lanes + lane
        if (is_own or _is_decided_by_points(rule, forecast, work, lanes, other)) != is_by_points:
            continue
        for kind in range(len(work.sizes)):
            if not _competes(rule, forecast, work, lanes, other, kind):
                continue
            tier, help_ms = forecast.tier_of[kind, other], rule.help_ms[kind, queue]
            if is_own:
                count = _older(scene, queue, NEVER)
            elif is_by_points:
                count = _more_urgent(rule, scene, queue, mine, now_ms)
            else:
                count = _before(rule, scene, queue, mine, now_ms, work.tiers_now[kind], tier, help_ms)
            if other == service:
                work.aheads[kind] += count
            elif is_by_points:
                work.loads_ms[kind] += count * mean_ms / servers
            else:
                work.loads_ms[kind] += count * (mean_ms / servers)


@inlined_inner
def _is_decided_by_points(rule: RuleTables, forecast: ForecastTables, work: Work, lanes: Number, other: Number) -> int:
    """1 when at every window that both compete for, points alone say who goes first."""
    for kind in range(len(work.sizes)):
        if _competes(rule, forecast, work, lanes, other, kind) and (
            not work.is_by_points[kind] or forecast.tier_of[kind, other] != work.tiers[kind]
        ):
            return 0
    return 1


@inlined_inner
def _poured_ms(general: GeneralTables, scene: Scene, work: Work, own_ms: float) -> Number:
    """How long until all that goes first, and the newcomer's own visit, is poured over the windows."""
    for window in range(len(scene.windows)):
        here, kind = scene.windows[window], general.desks[window].kind
        is_idle = work.sent_ms[window] == 0.0 and here.open_from != NEVER and here.ticket == NOBODY
        if is_idle and work.loads_ms[kind] == 0.0 and work.aheads[kind] == 0:
            return 0
    least_ms = np.inf
    for kind in range(len(work.sizes)):
        # Windows differ in how many of the same service they call first; those that call more may be left out.
        if work.sizes[kind]:
            least_ms = min(least_ms, _level_ms(general, work, work.aheads[kind], own_ms))
    return np.int64(least_ms)


@inner
def _level_ms(general: GeneralTables, work: Work, most: Number, own_ms: float) -> float:
    """How high the work rises over the windows that call at most so many of the same service first."""
    kinds = len(work.sizes)
    count = 0
    heights, sizes = np.zeros(kinds + len(work.sent_ms)), np.zeros(kinds + len(work.sent_ms), np.int64)
    for kind in range(kinds):
        if work.sizes[kind]:
            heights[count], sizes[count] = work.loads_ms[kind], work.sizes[kind] if work.aheads[kind] <= most else 0
            for window in range(len(work.sent_ms)):
                if general.desks[window].kind == kind and work.sent_ms[window] > 0.0 and work.aheads[kind] <= most:
                    sizes[count] -= 1
            count += 1
    for window in range(len(work.sent_ms)):
        kind = general.desks[window].kind
        if work.sent_ms[window] > 0.0 and work.aheads[kind] <= most:
            heights[count], sizes[count] = work.loads_ms[kind] + work.sent_ms[window], 1
            count += 1
    poured, servers = (most + 1) * own_ms, 0
    for place in np.argsort(heights[:count], kind="mergesort"):
        if servers and poured <= heights[place] * servers:
            break
        poured += heights[place] * sizes[place]
        servers += sizes[place]
    return float(poured / servers)
