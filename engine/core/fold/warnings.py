"""What the facts of warnings change, and what the watch takes from other facts."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from engine.core import events as e
from engine.core.events import Event
from engine.core.fold.table import Folds
from engine.core.ledgers.ledger import AT_ONCE
from engine.core.ledgers.warnings import Warning
from engine.core.model import IDLE
from engine.core.watch import begin
from engine.core.watched_queues import WatchedQueues, is_low

if TYPE_CHECKING:
    from engine.core.hall import Hall

Fold = Callable[["Hall", Any], None]


def heeded(folds: Folds) -> Folds:
    """The same table; where a fact moves what the watch looks after, the watch is told once it is so."""
    return folds | {kind: _both(folds[kind], also) for kind, also in _ALSO.items() if kind in folds}


def _both(first: Fold, then: Fold) -> Fold:
    def fold(hall: "Hall", event: Any) -> None:
        first(hall, event)
        then(hall, event)

    return fold


def _raised(hall: "Hall", event: e.WarningRaised) -> None:
    key = (event.kind, event.subject)
    hall.warnings.raised[key] = Warning(event.kind, event.subject, event.value, event.limit, event.at_ms)


def _cleared(hall: "Hall", event: e.WarningCleared) -> None:
    hall.warnings.raised.pop((event.kind, event.subject), None)


def _matters_changed(hall: "Hall", event: Event) -> None:
    hall.warnings.forget()


def _matter_opened(hall: "Hall", event: e.StageOpened | e.CaseOpened | e.FollowUpOpened) -> None:
    if hall.warnings.watch is not None:
        hall.warnings.watch.opened(event.due_ms)
        hall.warnings.look_from(event.due_ms)


def _stage_finished(hall: "Hall", event: e.StageFinished) -> None:
    """Of many open stages most are over before they are due, and then nothing else need be looked at."""
    watch, stage = hall.warnings.watch, hall.visits.stage(event.stage_id)
    if watch is None:
        return
    if stage is None or ("stage", event.stage_id) in hall.warnings.raised or watch.is_first(stage.due_ms):
        hall.warnings.forget()


def _window_refitted(hall: "Hall", event: e.WindowReassigned) -> None:
    begin(hall)
    _window_on(hall, event)


def _window_on(hall: "Hall", event: e.WindowOpened | e.WindowResumed | e.WindowReassigned) -> None:
    """A tidal window that calls at low water was let to by somebody: the watch itself lets it only at high."""
    window, queues = hall.windows[event.window_id], hall.queues
    if window.plan.tide is None:
        return
    assert isinstance(queues, WatchedQueues)
    hall.warnings.look_from(AT_ONCE)
    if not is_low(window, queues):
        hall.warnings.by_hand.discard(event.window_id)
    elif window.state == IDLE:
        hall.warnings.by_hand.add(event.window_id)


def _window_off(hall: "Hall", event: e.WindowPaused | e.WindowClosed) -> None:
    hall.warnings.by_hand.discard(event.window_id)
    hall.warnings.look_from(AT_ONCE)


FOLDS: Final[Folds] = {e.WarningRaised: _raised, e.WarningCleared: _cleared}

_ALSO: Final[Folds] = {
    e.WarningRaised: _matters_changed,
    e.WarningCleared: _matters_changed,
    e.StageOpened: _matter_opened,
    e.StageFinished: _stage_finished,
    e.CaseOpened: _matter_opened,
    e.CaseEscalated: _matters_changed,
    e.CaseClosed: _matters_changed,
    e.FollowUpOpened: _matter_opened,
    e.FollowUpClosed: _matters_changed,
    e.DayOpened: _matters_changed,
    e.DayClosed: _matters_changed,
    e.WindowOpened: _window_on,
    e.WindowResumed: _window_on,
    e.WindowReassigned: _window_refitted,
    e.WindowPaused: _window_off,
    e.WindowClosed: _window_off,
}
