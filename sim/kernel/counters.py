"""The windows of the general loop: who calls, whom, and what passes between a call and the next, as `sim.world` has it.

When windows are staffed, and why clerks rest, follows `sim.hours`; how a call is spoken, `sim.world`.
"""

import numpy as np

from sim.kernel.compiled import Number, inlined_inner, inner, lowest_bit, uncounted
from sim.kernel.diary import note_window
from sim.kernel.general_room import CALLED, COMES, FREE, LUNCH, PAUSES, REST, SERVES, Choice, Log, Scene
from sim.kernel.general_rule import choose, pick
from sim.kernel.general_staff import BREAKS, CLOSES, FOLLOWS, OPENS
from sim.kernel.general_tables import GeneralTables, RuleTables
from sim.kernel.lines import has_somebody, take_out
from sim.kernel.parts import AGAIN, HERE, begin, end, lasts_ms
from sim.kernel.shapes import NEVER, NOBODY, Whole
from sim.kernel.tables import WORD
from sim.kernel.teams import Free, first_able, put, take


@inlined_inner
def window_for(general: GeneralTables, scene: Scene, free: Free, ticket: Number) -> Number:
    """The window to which whoever waits now walks up, no longer free; -1 for none."""
    each = scene.tickets[ticket]
    window = np.int64(each.pinned)
    if window == NOBODY:
        window = np.int64(first_able(free, general.able, each.service))
    elif not free.is_free[window]:
        window = np.int64(NOBODY)
    if window != NOBODY:
        take(free, general.desks[window].team, window)
    return window


@inlined_inner
def at_window(general: GeneralTables, scene: Scene, log: Log, window: Number, now_ms: Number) -> tuple[Number, Number]:
    """The present step of a visit at a window ends; the window that calls then, and the ticket that waits again."""
    here = scene.windows[window]
    ticket = here.ticket
    if here.step in (FREE, PAUSES):
        return _end_rest(general, scene, window, now_ms), NOBODY
    if here.step == COMES:
        here.step = SERVES
        note_window(scene, now_ms + begin(scene, ticket, now_ms), window)
        return NOBODY, NOBODY
    ends = end(general, scene, ticket, window, now_ms)
    if ends == HERE:
        note_window(scene, now_ms + lasts_ms(scene, ticket), window)
        return NOBODY, NOBODY
    log_call(scene, log, window, now_ms)
    here.step, here.ticket = FREE, NOBODY
    offered = ticket if ends == AGAIN else NOBODY
    if not here.is_staffed:
        shut(scene, log, window, now_ms)
    pause_ms = scene.tickets[ticket].pause_ms
    if not pause_ms and not general.settings[0].gap_ms:
        return window, offered
    here.is_resting = 1
    if pause_ms:
        scene.tickets[ticket].pause_ms = 0
        here.step = PAUSES
        if here.is_staffed:
            shut(scene, log, window, now_ms)
            here.paused = REST
        note_window(scene, now_ms + pause_ms, window)
    else:
        note_window(scene, now_ms + general.settings[0].gap_ms, window)
    return NOBODY, offered


@inlined_inner
def _end_rest(general: GeneralTables, scene: Scene, window: Number, now_ms: Number) -> Number:
    """A pause or a gap ends; the window that calls then, -1 for none."""
    here, gap_ms = scene.windows[window], general.settings[0].gap_ms
    if here.step == PAUSES:
        here.step = FREE
        if here.paused == REST:
            here.paused, here.open_from = 0, now_ms
        if gap_ms:
            note_window(scene, now_ms + gap_ms, window)
            return NOBODY
    here.is_resting = 0
    return window


@inlined_inner
def log_call(scene: Scene, log: Log, window: Number, now_ms: Number) -> None:
    """Note a call that is over."""
    day, here = scene.day[0], scene.windows[window]
    call = log.calls[day.calls]
    call.ticket, call.window, call.from_ms, call.to_ms = here.ticket, window, here.taken_from, now_ms
    day.calls += 1


@inlined_inner
def change(
    general: GeneralTables, scene: Scene, free: Free, log: Log, window: Number, act: Number, now_ms: Number
) -> Number:
    """A window is staffed or not from now on, or the hall's break begins or ends; the window that calls then, or -1."""
    here = scene.windows[window]
    if act in (CLOSES, BREAKS):
        if free.is_free[window]:
            take(free, general.desks[window].team, window)
            shut(scene, log, window, now_ms)
            here.paused = LUNCH if act == BREAKS else 0
        if act == BREAKS:
            here.is_break = 1
            return NOBODY
        here.is_staffed = 0
        if here.ticket == NOBODY:
            here.paused = 0
            if here.open_from != NEVER:
                shut(scene, log, window, now_ms)
        return NOBODY
    if act in (OPENS, FOLLOWS):
        here.is_staffed = 1
        if here.open_from != NEVER or here.paused:
            return NOBODY
    else:
        here.is_break = 0
        if here.paused != LUNCH:
            return NOBODY
        here.paused = 0
    here.open_from = now_ms
    return window


@inlined_inner
def shut(scene: Scene, log: Log, window: Number, now_ms: Number) -> None:
    """Note the span in which a window was open."""
    day, here = scene.day[0], scene.windows[window]
    span = log.spans[day.spans]
    span.window, span.from_ms, span.to_ms = window, here.open_from, now_ms
    day.spans += 1
    here.open_from = NEVER


@inlined_inner
def call(
    general: GeneralTables, rule: RuleTables, scene: Scene, free: Free, choice: Choice, log: Log, speakers: Whole,
    window: Number, now_ms: Number,
) -> None:  # fmt: skip
    """Call whom the rule names; a window for which nobody waits is free, and in the hall's break nobody calls."""
    here, settings = scene.windows[window], general.settings[0]
    if here.open_from == NEVER or here.is_resting:
        return
    if here.is_break:
        shut(scene, log, window, now_ms)
        here.paused = LUNCH
        return
    ticket, chosen_by, turn = _choose(general, rule, scene, choice, window, now_ms)
    if ticket == NOBODY:
        put(free, general.desks[window].team, window)
        return
    take_out(scene, ticket)
    each = scene.tickets[ticket]
    each.state = CALLED
    each.called_ms = now_ms
    if each.first_called_ms == NEVER:
        each.first_called_ms = now_ms
    each.window, each.rule = window, chosen_by
    if turn != NOBODY:
        here.turn = turn
    here.ticket, here.taken_from = ticket, now_ms
    here.step = SERVES
    if settings.call_ms:
        lasting_ms = np.int64(_speak(general, scene, speakers, window, now_ms))
    elif each.is_absent:
        lasting_ms = np.int64(settings.absent_ms)
    elif settings.walk_ms:
        here.step = COMES
        lasting_ms = np.int64(settings.walk_ms)
    else:
        lasting_ms = np.int64(begin(scene, ticket, now_ms))
    note_window(scene, now_ms + lasting_ms, window)


@inner
def _speak(general: GeneralTables, scene: Scene, speakers: Whole, window: Number, now_ms: Number) -> Number:
    """Speak a call; how long until the visitor is there, or is given up.

    The visitor sets out when the call has been spoken; whoever cannot be there in time is as good as absent.
    """
    general, scene = uncounted(general), uncounted(scene)
    here, desk, settings = scene.windows[window], general.desks[window], general.settings[0]
    each = scene.tickets[here.ticket]
    spoken_ms = settings.call_ms
    if desk.speaker < desk.speakers:
        first = desk.speaker
        for speaker in range(desk.speaker, desk.speakers):
            first = speaker if speakers[speaker] < speakers[first] else first
        spoken_ms += max(0, speakers[first] - now_ms)
        speakers[first] = now_ms + spoken_ms
    if each.is_absent:
        return min(spoken_ms + settings.absent_ms, settings.expiry_ms - 1)
    if spoken_ms + settings.walk_ms >= settings.expiry_ms:
        each.is_absent = 1
        return settings.expiry_ms - 1
    here.step = COMES
    return spoken_ms + settings.walk_ms


@inlined_inner
def _choose(
    general: GeneralTables, rule: RuleTables, scene: Scene, choice: Choice, window: Number, now_ms: Number
) -> tuple[Number, Number, Number]:
    """The ticket that the rule names for a window, the place of the rule, and where the pattern goes on."""
    candidates, tiers, masks = choice.candidates, choice.tiers, general.masks
    desk, settings = general.desks[window], general.settings[0]
    own = settings.own_queues + window * settings.lanes
    count = 0
    for queue in range(own, own + settings.lanes):
        if scene.queues[queue].head != NOBODY and has_somebody(scene, queue):
            candidates[count] = queue
            tiers[count] = 0
            count += 1
    for tier in range(masks.shape[1]):
        for word in range(masks.shape[2]):
            rest = scene.waiting[word] & masks[desk.kind, tier, word]
            while rest:
                waiting = np.int64(WORD * word + lowest_bit(rest))
                rest &= rest - np.uint64(1)
                if has_somebody(scene, waiting):
                    candidates[count] = waiting
                    tiers[count] = tier
                    count += 1
    if count == 0:
        return NOBODY, NOBODY, NOBODY
    if desk.policy != NOBODY:
        return _choose_by_policy(
            rule, choice, desk.kind, desk.policy, settings.lanes, scene.windows[window].turn, count, now_ms
        )
    place, _, _, _ = choose(
        candidates[:count], tiers[:count], rule.credits, rule.rates, choice.head_order, choice.head_since, now_ms
    )
    return choice.head_order[candidates[place]], 0, NOBODY


@inner
def _choose_by_policy(
    rule: RuleTables,
    choice: Choice,
    kind: Number,
    policy: Number,
    lanes: Number,
    turn: Number,
    count: Number,
    now_ms: Number,
) -> tuple[Number, Number, Number]:
    rule, choice = uncounted(rule), uncounted(choice)
    candidates, helps, chosen = choice.candidates, choice.helps, rule.policies[policy]
    for place in range(count):
        helps[place] = rule.help_ms[kind, candidates[place]]
    rules = slice(chosen.rule, chosen.rules)
    place, chosen_by, turn_after = pick(
        candidates[:count], choice.tiers[:count], helps[:count], rule.kinds[rules], rule.masks[rules],
        rule.after_ms[rules], rule.starts[chosen.start : chosen.starts],
        rule.pattern[chosen.pattern : chosen.patterns], lanes, rule.credits, rule.rates, choice.head_order,
        choice.head_since, turn, now_ms, NOBODY,
    )  # fmt: skip
    if place == NOBODY:
        return NOBODY, NOBODY, NOBODY
    return choice.head_order[candidates[place]], chosen_by, turn_after
