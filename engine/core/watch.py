"""What a hall keeps an eye on: who waits too long, who sits idle, where the tide stands, what is overdue.

When something must be said of a subject (`due`) follows from the hall as it stands and from nothing else, so a hall
read anew from its journal says the same at the same moment. `Watch` only spares looking again at what did not change,
and `Warnings.not_before_ms` spares asking it at all while nothing can be due.

A figure that grows by itself is given by its beginning: a wait since t passes a limit of n milliseconds at t + n + 1.
It shrinks only when something happens, and is well again when it was at `clear_at` or below at the last fact.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from engine.core.events import Millis, WarningKind
from engine.core.ledgers.ledger import AT_ONCE, FOREVER
from engine.core.ledgers.warnings import Warnings
from engine.core.model import CLOSED, IDLE, PAUSED, Window
from engine.core.plan import HallPlan, Limit
from engine.core.queues import Queues
from engine.core.watched_queues import WatchedQueues, is_low, tide_at

if TYPE_CHECKING:
    from engine.core.hall import Hall

Key = tuple[WarningKind, str]
"""A kind of warning and what it is about."""

TIDE: Final = "tide"
"""Why a tidal window is paused while it stands by."""
_FIGURES: Final = ("wait", "count", "idle", "tide")
"""Kinds of warnings that are well by what happens in queues and at windows."""


class Watch:
    """When the hall must next be looked at, under one plan.

    What is remembered here spares work and nothing else: each figure is looked at again when a fact has touched it.
    """

    __slots__ = (
        "_as_of",
        "_free",
        "_has_limits",
        "_next_ms",
        "_overdue_ms",
        "_plan",
        "_raised",
        "_tides",
        "_well",
        "is_known",
    )

    def __init__(self, plan: HallPlan) -> None:
        limits = plan.limits
        self._plan = plan
        self._has_limits = any((limits.wait_ms, limits.count, limits.idle_ms, *(each.tide for each in plan.windows)))
        self._well: dict[Key, Millis] = {}
        """For services that are well: when a warning will be due, where one will."""
        self._raised: dict[Key, Millis] = {}
        """For warnings that stand: when they are to be cleared."""
        self._free: dict[str, Millis] = {}
        """Services for which somebody waits who may be served at any window, and since when."""
        self._tides: dict[str, Millis] = {}
        self._overdue_ms: Millis = FOREVER
        self.is_known = False
        """False when more has changed than queues and windows: a warning, a stage, a case, a follow-up."""
        self._as_of = -1
        self._next_ms: Millis = FOREVER

    def queues(self, warnings: Warnings) -> Queues:
        """The queues of this plan; those of a hall without limits do nothing for us."""
        return WatchedQueues(self._plan, warnings) if self._has_limits else Queues(self._plan)

    def opened(self, due_ms: Millis) -> None:
        """A stage, a case or a follow-up was opened, and counts as overdue from then."""
        self._overdue_ms = min(self._overdue_ms, due_ms)

    def is_first(self, due_ms: Millis) -> bool:
        """Whether nothing is overdue sooner."""
        return due_ms <= self._overdue_ms

    def due_keys(self, hall: "Hall", now_ms: Millis) -> list[Key]:
        """Every subject of which something must be said now, in the order in which it is said."""
        if self.next_ms(hall) > now_ms:
            return []
        found = {key for known in (self._well, self._raised) for key, due_ms in known.items() if due_ms <= now_ms}
        found |= {("tide", window_id) for window_id, due_ms in self._tides.items() if due_ms <= now_ms}
        if self._has_limits and self._idle_gap(hall) <= now_ms:
            idle: list[Key] = [("idle", window_id) for window_id in hall.idle]
            found |= {key for key in idle if due(hall, key) <= now_ms}
        if self._overdue_ms <= now_ms:
            found |= {key for key in _open_matters(hall) if due(hall, key) <= now_ms}
        return sorted(found)

    def next_ms(self, hall: "Hall") -> Millis:
        """When `KeepWatch` has something to say; `FOREVER` when nothing will be due unless something happens."""
        if hall.position != self._as_of:
            self._next_ms = self._look(hall)
            self._as_of = hall.position
            hall.warnings.not_before_ms = self._not_before(hall)
        return self._next_ms

    def _look(self, hall: "Hall") -> Millis:
        if not self.is_known:
            self._begin_anew(hall)
        next_ms = self._overdue_ms
        if self._has_limits:
            self._look_at_touched(hall)
            next_ms = min(next_ms, self._idle_gap(hall), *self._well.values(), *self._tides.values())
        return min(next_ms, *self._raised.values()) if self._raised else next_ms

    def _begin_anew(self, hall: "Hall") -> None:
        self._overdue_ms = min((due(hall, key) for key in _open_matters(hall)), default=FOREVER)
        self._raised = {key: due(hall, key) for key in hall.warnings.raised}
        if self._has_limits:
            queues = watched(hall)
            queues.touched.update(hall.services)
            queues.standing = self._standing()
            self._well.clear()
            self._free.clear()
        self.is_known = True

    def _standing(self) -> dict[str, int]:
        """See `WatchedQueues.standing`; a wait that was too long may be well however many are left."""
        count = self._plan.limits.count
        few = FOREVER if count is None else _clear_at(count)
        counts = {subject: few for kind, subject in self._raised if kind == "count"}
        return counts | {subject: FOREVER for kind, subject in self._raised if kind == "wait"}

    def _look_at_touched(self, hall: "Hall") -> None:
        """Look again at the services where somebody came or went, and at the few figures that stand or turn."""
        queues = watched(hall)
        for service_id in queues.touched:
            self._look_at_service(hall, queues, service_id)
        queues.touched.clear()
        self._tides = {window_id: _turns(hall, hall.windows[window_id]) for window_id in queues.tidal}
        for key in self._raised:
            if key[0] in _FIGURES:
                self._raised[key] = due(hall, key)

    def _not_before(self, hall: "Hall") -> Millis:
        """Before when nothing will be due but for facts that say so themselves (`Warnings.look_from`).

        No window that becomes free later is idle too long sooner than one that becomes free now.
        """
        if not self._has_limits:
            return self._next_ms
        if any(kind == "idle" for kind, _ in self._raised):
            # It is well once the clerk works, and whom they call or serve need not have been in a queue.
            return AT_ONCE
        return min(self._next_ms, hall.at_ms + watched(hall).patience_ms)

    def _look_at_service(self, hall: "Hall", queues: WatchedQueues, service_id: str) -> None:
        limits, well = self._plan.limits, self._well
        free = queues.oldest_free(service_id)
        if free == FOREVER:
            self._free.pop(service_id, None)
        else:
            self._free[service_id] = free
        if limits.wait_ms is not None:
            key: Key = ("wait", service_id)
            if key not in self._raised and queues.waiting(service_id):
                well[key] = _grows_over(limits.wait_ms, queues.oldest(service_id) if queues.has_sent else free)
            else:
                well.pop(key, None)
        if limits.count is not None:
            key = ("count", service_id)
            if key not in self._raised and _is_over(limits.count, queues.waiting(service_id)) == AT_ONCE:
                well[key] = AT_ONCE
            else:
                well.pop(key, None)

    def _idle_gap(self, hall: "Hall") -> Millis:
        """When the first clerk will have been idle too long while somebody waits whom the window could serve.

        A clerk idle since w could have called whoever waits since t from the later of the two on; of the idle windows
        that serve a service the one idle longest comes first, so no other needs a look.
        """
        limit, idle, windows = self._plan.limits.idle_ms, hall.idle, hall.windows
        if limit is None or not idle or not (self._free or hall.queues.has_sent):
            return FOREVER
        raised = {subject for kind, subject in self._raised if kind == "idle"} if self._raised else ()
        first = FOREVER
        for service_id, oldest in self._free.items():
            for window_id in idle:
                window = windows[window_id]
                if service_id in window.services and window_id not in raised:
                    first = min(first, max(window.since_ms, oldest))
                    break
        queues = watched(hall)
        if queues.has_sent:
            for window_id in idle:
                if window_id not in raised and (sent := queues.oldest_sent(windows[window_id])) != FOREVER:
                    first = min(first, max(windows[window_id].since_ms, sent))
        return _grows_over(limit, first)


def watched(hall: "Hall") -> WatchedQueues:
    queues = hall.queues
    assert isinstance(queues, WatchedQueues)
    return queues


def begin(hall: "Hall") -> None:
    """Let new queues know their windows, and none be on by hand that is not tidal any more; then look anew."""
    hall.warnings.forget()
    if isinstance(hall.queues, WatchedQueues):
        hall.queues.begin(hall.windows)
        hall.warnings.by_hand.intersection_update(hall.queues.tidal)
    else:
        hall.warnings.by_hand.clear()


# --- one subject ---


def is_watched(hall: "Hall", key: Key) -> bool:
    """Whether the present plan looks after this subject; overdue matters and devices are looked after in every hall."""
    kind, subject = key
    assert hall.plan is not None
    limits = hall.plan.limits
    match kind:
        case "wait":
            return limits.wait_ms is not None and subject in hall.services
        case "count":
            return limits.count is not None and subject in hall.services
        case "idle":
            return limits.idle_ms is not None and subject in hall.windows
        case "tide":
            return subject in hall.windows and hall.windows[subject].plan.tide is not None
        case "paper" | "offline":
            return True
        case _:
            return due_of_matter(hall, key) is not None


def due(hall: "Hall", key: Key) -> Millis:
    """When something must be said of this subject: raise what is well, clear what is raised, or let a window turn."""
    kind, subject = key
    is_raised = key in hall.warnings.raised
    if kind in ("paper", "offline"):
        # Nobody here can see a device: it is reported.
        return FOREVER
    if not is_watched(hall, key):
        return AT_ONCE if is_raised else FOREVER
    if kind == "tide":
        return _turns(hall, hall.windows[subject])
    if kind in ("wait", "idle"):
        limit, since_ms = _limit(hall, kind), since(hall, key)
        return _grew_well(hall, limit, since_ms) if is_raised else _grows_over(limit, since_ms)
    if kind == "count":
        limit, count = _limit(hall, kind), hall.waiting_count(subject)
        return _is_well(limit, count) if is_raised else _is_over(limit, count)
    due_ms = due_of_matter(hall, key)
    assert due_ms is not None
    if is_raised:
        return AT_ONCE if hall.at_ms < due_ms else FOREVER
    return due_ms


def since(hall: "Hall", key: Key) -> Millis:
    """Since when somebody waits for a service, or a window sits idle while somebody waits for it; else `FOREVER`."""
    kind, subject = key
    queues = hall.queues
    assert isinstance(queues, WatchedQueues)
    if kind == "wait":
        return queues.oldest(subject)
    return _idle_since(hall.windows[subject], queues)


def stands_by(hall: "Hall", window: Window) -> bool:
    """Whether a window that opens now waits for the tide instead of calling."""
    tide = window.plan.tide
    return tide is not None and tide_at(window, watched(hall)) <= tide.open_over


def late_ms(hall: "Hall", key: Key, now_ms: Millis) -> Millis:
    """By how much an open matter is past due; a case that was given time anew is not late by that."""
    due_ms = due_of_matter(hall, key)
    assert due_ms is not None
    return now_ms - due_ms if due_ms != AT_ONCE else 0


def due_of_matter(hall: "Hall", key: Key) -> Millis | None:
    """When an open stage, case or follow-up counts as overdue, None when it is not open."""
    kind, subject = key
    if kind == "stage":
        stage = hall.visits.stage(subject)
        return stage.due_ms if stage is not None and stage.is_open else None
    if kind == "follow-up":
        ticket_id, _, step = subject.partition("/")
        follow_up = hall.ratings.follow_up(ticket_id, int(step))
        return follow_up.due_ms if follow_up is not None else None
    case = hall.cases.get(subject)
    if case is None or case.closed_ms is not None:
        return None
    # A case that went a level up is overdue, whatever time it was given anew.
    return AT_ONCE if case.level else case.due_ms


def _open_matters(hall: "Hall") -> Iterator[Key]:
    """Open stages, cases and follow-ups that were not found overdue yet."""
    raised = hall.warnings.raised
    keys: list[Key] = [("stage", stage.stage_id) for stage in hall.visits.open_stages()]
    keys += [("case", case.case_id) for case in hall.cases.open_cases()]
    keys += [("follow-up", follow_up.subject) for follow_up in hall.ratings.open_follow_ups()]
    return (key for key in keys if key not in raised)


def _idle_since(window: Window, queues: WatchedQueues) -> Millis:
    """Since when the clerk could have called somebody: both have been there since then."""
    return max(window.since_ms, queues.oldest_at(window)) if window.state == IDLE else FOREVER


def _limit(hall: "Hall", kind: WarningKind) -> Limit:
    assert hall.plan is not None
    limits = hall.plan.limits
    limit = {"wait": limits.wait_ms, "count": limits.count, "idle": limits.idle_ms}[kind]
    assert limit is not None
    return limit


def _grows_over(limit: Limit, since_ms: Millis) -> Millis:
    return FOREVER if since_ms == FOREVER else since_ms + limit.raise_at + 1


def _grew_well(hall: "Hall", limit: Limit, since_ms: Millis) -> Millis:
    return AT_ONCE if hall.at_ms - since_ms <= _clear_at(limit) else FOREVER


def _is_over(limit: Limit, count: int) -> Millis:
    return AT_ONCE if count > limit.raise_at else FOREVER


def _is_well(limit: Limit, count: int) -> Millis:
    return AT_ONCE if count <= _clear_at(limit) else FOREVER


def _clear_at(limit: Limit) -> int:
    # A warning that is cleared above the limit that raises it would come and go for ever.
    return min(limit.clear_at, limit.raise_at)


def _turns(hall: "Hall", window: Window) -> Millis:
    """Whether a tidal window must begin or cease to call now, or its warning to stand."""
    tide = window.plan.tide
    assert tide is not None
    if ("tide", window.window_id) in hall.warnings.raised:
        is_due = window.state != CLOSED or is_low(window, watched(hall))
    elif window.state == CLOSED or (window.state == PAUSED and window.pause_reason == TIDE):
        is_due = tide_at(window, watched(hall)) > tide.open_over
    else:
        is_due = (
            window.state == IDLE and is_low(window, watched(hall)) and window.window_id not in hall.warnings.by_hand
        )
    return AT_ONCE if is_due else FOREVER
