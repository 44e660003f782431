"""Visits: drawn, called, served, missed, held, sent elsewhere, over; each counted once in every breakdown.

Figures of a whole visit belong to the hour and the service it was drawn for; figures of work belong to the hour and the
service in which it was done. Rows are taken apart in place: a year has ten million of them.
"""

from collections.abc import Callable
from typing import Any, Final

from engine.core.events import Millis
from engine.report.book import Book, Count, Key, Time
from engine.report.desks import CALLING, Desks, Reasons
from engine.report.desks import SERVING as AT_WORK
from engine.report.names import Names
from engine.report.visit import (
    APPOINTMENT,
    CALLED,
    EXTENDED,
    HELD,
    INSTANT,
    OVER,
    PROMISED,
    SERVING,
    WAITING,
    Visit,
)
from engine.wire.records import Row

TURNED_AWAY: Final = "turned-away"
DAY_CLOSED: Final = "day-closed"
WALK_IN: Final = "walk-in"
OUTCOMES: Final = {
    "done": Count.OUTCOME_DONE,
    "told-missing": Count.OUTCOME_TOLD_MISSING,
    "papers-follow": Count.OUTCOME_PAPERS_FOLLOW,
    "accepted": Count.OUTCOME_ACCEPTED,
    TURNED_AWAY: Count.OUTCOME_TURNED_AWAY,
    "cannot": Count.OUTCOME_CANNOT,
}
# Fields that were added to a record later, by their place in its row.
_MODE, _ITEMS, _APPOINTMENT, _RETURN_OF = 11, 12, 14, 15
_STEP = 9


class Visits:
    """Today's visits; `facts` are the records it wants to hear of."""

    def __init__(self, book: Book, desks: Desks, names: Names) -> None:
        self._book = book
        self._desks = desks
        self._names = names
        self._today: dict[str, Visit] = {}
        self._is_ending = False
        self.turned_away = Reasons()
        self.facts: dict[str, Callable[[Row], None]] = {
            "issuing-ended": self._issuing_ended,
            "issued": self._issued,
            "called": self._called,
            "recalled": self._recalled,
            "began": self._began,
            "finished": self._finished,
            "item-finished": self._item_finished,
            "item-began": self._item_began,
            "no-show": self._missed,
            "reinstated": self._reinstated,
            "held": self._held,
            "ticket-resumed": self._resumed,
            "transferred": self._transferred,
            "cancelled": self._cancelled,
            "walk-in-began": self._walk_in_began,
            "printed": self._printed,
            "not-printed": self._not_printed,
            "stage-opened": self._stage_opened,
        }

    def open_day(self, *, is_new: bool) -> None:
        """Numbers are given out; on another day than before, nobody of before is here any more."""
        self._is_ending = False
        if is_new:
            self._today.clear()

    def find(self, ticket_id: str) -> Visit | None:
        """A visit of today."""
        return self._today.get(ticket_id)

    def forecast(self, ticket_id: str, p50_s: int, p90_s: int) -> None:
        """What the visitor was told when drawing the number."""
        visit = self._today.get(ticket_id)
        if visit is not None:
            visit.forecast_s = (p50_s, p90_s)

    # --- drawn and called ---

    def _issuing_ended(self, row: Row) -> None:
        self._is_ending = True

    def _issued(self, row: Row) -> None:
        _, ticket_id, _, _, service_id, lane_id, channel, _, _, at_ms, *more = row
        hour = self._book.hour(at_ms)
        mode, items = INSTANT, ()
        if more:
            mode = _later(row, _MODE, INSTANT)
            items = tuple(item[0] for item in _later(row, _ITEMS, ()))
            if _later(row, _APPOINTMENT, None) is not None:
                mode = APPOINTMENT
        visit = Visit(hour, service_id, service_id, lane_id, channel, mode, at_ms, items)
        self._today[ticket_id] = visit
        self._post(visit, visit.drawn_key(None, None), Count.ISSUED)
        if more and _later(row, _RETURN_OF, None) is not None:
            self._post(visit, visit.drawn_key(None, None), Count.RETURNED)

    def _called(self, row: Row) -> None:
        _, ticket_id, window_id, _, _, at_ms = row
        self._desks.take(window_id, CALLING, at_ms)
        visit = self._today.get(ticket_id)
        if visit is None:
            return
        clerk_id = self._desks.clerk(window_id)
        work = visit.key(self._book.hour(at_ms), window_id, clerk_id)
        self._end_hold(visit, at_ms)
        self._post(visit, work, Count.CALLS)
        if not visit.is_called:
            visit.is_called = True
            self._first_call(visit, visit.drawn_key(window_id, clerk_id), at_ms)
        elif visit.transferred_ms is not None:
            visit.post_time(self._book.leaf(work), Time.SECOND_WAIT, at_ms - visit.transferred_ms)
        visit.transferred_ms = None
        visit.state, visit.since_ms = CALLED, at_ms

    def _first_call(self, visit: Visit, key: Key, at_ms: Millis) -> None:
        # From the first issue to the first call, whatever lies between; no later call changes it.
        wait_ms = max(0, at_ms - visit.issued_ms)
        leaf = self._book.leaf(key)
        visit.post_time(leaf, Time.WAIT, wait_ms)
        visit.post(leaf, Count.CALLED)
        if wait_ms <= self._names.rules.target_wait_ms:
            visit.post(leaf, Count.WITHIN_TARGET)
        if visit.forecast_s is not None:
            p50_s, p90_s = visit.forecast_s
            visit.post_time(leaf, Time.FORECAST, p50_s * 1_000)
            visit.post_time(leaf, Time.FORECAST_WAIT, wait_ms)
            if wait_ms <= p90_s * 1_000:
                visit.post(leaf, Count.FORECAST_WITHIN_P90)

    def _recalled(self, row: Row) -> None:
        _, ticket_id, window_id, _, _, at_ms = row
        self._work(ticket_id, window_id, at_ms, Count.RECALLED)

    # --- at a window ---

    def _began(self, row: Row) -> None:
        _, ticket_id, window_id, at_ms = row
        self._desks.take(window_id, AT_WORK, at_ms)
        visit = self._today.get(ticket_id)
        if visit is None:
            return
        # Whoever is at the window has the number, whatever the printer said.
        self._revive(visit)
        visit.state, visit.since_ms = SERVING, at_ms
        if not visit.has_begun:
            visit.has_begun = True
            if self._is_ending:
                visit.become(self._book, EXTENDED)

    def _walk_in_began(self, row: Row) -> None:
        _, ticket_id, _, service_id, lane_id, window_id, at_ms = row
        self._desks.take(window_id, AT_WORK, at_ms)
        mode = EXTENDED if self._is_ending else INSTANT
        visit = Visit(self._book.hour(at_ms), service_id, service_id, lane_id, WALK_IN, mode, at_ms)
        visit.state, visit.since_ms, visit.has_begun, visit.is_called = SERVING, at_ms, True, True
        self._today[ticket_id] = visit
        self._post(visit, visit.drawn_key(window_id, self._desks.clerk(window_id)), Count.WALK_INS)

    def _finished(self, row: Row) -> None:
        ticket_id, window_id, outcome, at_ms = row[1:5]
        clerk_id = self._desks.clerk(window_id)
        visit = self._today.get(ticket_id)
        if visit is not None:
            key = visit.drawn_key(window_id, clerk_id)
            if outcome == DAY_CLOSED:
                self._post(visit, key, Count.DAY_CLOSED)
            else:
                self._item(visit, window_id, outcome, at_ms)
                self._post(visit, key, Count.TURNED_AWAY if outcome == TURNED_AWAY else Count.SERVED)
            if outcome == TURNED_AWAY:
                self.turned_away.add(_later(row, 5, None), 1)
            visit.state = OVER
        self._desks.free(window_id, at_ms, is_finished=outcome != DAY_CLOSED)

    def _item_finished(self, row: Row) -> None:
        _, ticket_id, window_id, _, outcome, reason, at_ms = row
        visit = self._today.get(ticket_id)
        if visit is None:
            return
        self._item(visit, window_id, outcome, at_ms)
        if outcome == TURNED_AWAY:
            self.turned_away.add(reason, 1)
        visit.handled_ms, visit.since_ms = 0, at_ms

    def _item_began(self, row: Row) -> None:
        _, ticket_id, _, _, service_id, at_ms = row
        visit = self._today.get(ticket_id)
        if visit is not None:
            visit.service, visit.since_ms = service_id, at_ms

    def _item(self, visit: Visit, window_id: str, outcome: str, at_ms: Millis) -> None:
        """One item of a visit was dealt with at a window, with this outcome."""
        self._interrupt(visit, at_ms)
        key = visit.key(self._book.hour(at_ms), window_id, self._desks.clerk(window_id))
        leaf = self._book.leaf(key)
        visit.post(leaf, Count.ITEMS)
        visit.post(leaf, OUTCOMES.get(outcome, Count.OUTCOME_OTHER))
        visit.post_time(leaf, Time.HANDLING, visit.handled_ms)

    def _interrupt(self, visit: Visit, at_ms: Millis) -> None:
        """Remember how long the window has served the present item."""
        if visit.state == SERVING:
            visit.handled_ms += max(0, at_ms - visit.since_ms)
            visit.since_ms = at_ms

    def _stage_opened(self, row: Row) -> None:
        visit = self._today.get(row[2])
        if visit is not None and row[3] == "back-office" and visit.mode not in (EXTENDED, APPOINTMENT):
            visit.become(self._book, PROMISED)

    # --- missed, held, sent elsewhere, given up ---

    def _missed(self, row: Row) -> None:
        _, ticket_id, window_id, _, at_ms = row
        visit = self._work(ticket_id, window_id, at_ms, Count.MISSED)
        if visit is not None:
            visit.state = OVER
            self._post(visit, visit.drawn_key(window_id, self._desks.clerk(window_id)), Count.NO_SHOW)
        self._desks.free(window_id, at_ms)

    def _reinstated(self, row: Row) -> None:
        visit = self._work(row[1], None, row[3], Count.REINSTATED)
        if visit is not None:
            visit.state = WAITING
            visit.take_back(Count.NO_SHOW)

    def _held(self, row: Row) -> None:
        _, ticket_id, window_id, _, at_ms = row
        visit = self._work(ticket_id, window_id, at_ms, Count.HELD)
        if visit is not None:
            self._interrupt(visit, at_ms)
            visit.state, visit.since_ms = HELD, at_ms
        self._desks.free(window_id, at_ms)

    def _resumed(self, row: Row) -> None:
        _, ticket_id, at_ms = row
        visit = self._today.get(ticket_id)
        if visit is not None:
            self._end_hold(visit, at_ms)
            visit.state = WAITING

    def _end_hold(self, visit: Visit, at_ms: Millis) -> None:
        if visit.state == HELD and at_ms - visit.since_ms > self._names.rules.hold_ms_max:
            self._hold_was_abnormal(visit)

    def _hold_was_abnormal(self, visit: Visit) -> None:
        held = visit.where(Count.HELD)
        assert held is not None, "whoever is held was counted as held"
        visit.post(held, Count.HELD_ABNORMAL)

    def _transferred(self, row: Row) -> None:
        _, ticket_id, from_window_id, service_id, _, _, at_ms, *_ = row
        visit = self._today.get(ticket_id)
        if visit is not None:
            self._end_hold(visit, at_ms)
            self._interrupt(visit, at_ms)
            if _later(row, _STEP, None) is not None:
                visit.handled_ms = 0
            elif not self._is_return(visit, from_window_id, service_id, at_ms):
                key = visit.key(self._book.hour(at_ms), from_window_id, self._desks.clerk(from_window_id))
                self._post(visit, key, Count.TRANSFERRED)
            visit.service, visit.state = service_id, WAITING
            visit.transferred_ms = at_ms
        if from_window_id is not None:
            self._desks.free(from_window_id, at_ms)

    def _is_return(self, visit: Visit, from_window_id: str | None, service_id: str, at_ms: Millis) -> bool:
        """Whether this only puts a visitor in front who comes back by right, in the same breath as the number."""
        is_returned = visit.where(Count.RETURNED) is not None
        return is_returned and from_window_id is None and service_id == visit.service and at_ms == visit.issued_ms

    def _cancelled(self, row: Row) -> None:
        _, ticket_id, window_id, reason, at_ms = row
        visit = self._today.get(ticket_id)
        if visit is not None and visit.state != OVER:
            if visit.state == HELD:
                self._hold_was_abnormal(visit)
            key = visit.drawn_key(window_id, self._desks.clerk(window_id))
            self._post(visit, key, Count.DAY_CLOSED if reason == DAY_CLOSED else Count.LEFT)
            visit.state = OVER
        if window_id is not None:
            self._desks.free(window_id, at_ms)

    # --- the paper ---

    def _not_printed(self, row: Row) -> None:
        ticket_id = row[1]
        visit = self._today.get(ticket_id)
        if visit is None:
            return
        self._book.leaf(visit.drawn_key(None, None)).counts[Count.PRINT_FAILURES] += 1
        if not visit.has_begun and not visit.is_void:
            visit.void()
            self._book.leaf(visit.drawn_key(None, None)).counts[Count.NOT_PRINTED] += 1

    def _printed(self, row: Row) -> None:
        visit = self._today.get(row[1])
        if visit is not None:
            self._revive(visit)

    def _revive(self, visit: Visit) -> None:
        if visit.is_void:
            visit.revive()
            self._book.leaf(visit.drawn_key(None, None)).counts[Count.NOT_PRINTED] -= 1

    def _post(self, visit: Visit, key: Key, what: int) -> None:
        visit.post(self._book.leaf(key), what)

    def _work(self, ticket_id: str, window_id: str | None, at_ms: Millis, what: int) -> Visit | None:
        """Post a piece of work where and when it is done; the visit, if it is one of today."""
        visit = self._today.get(ticket_id)
        if visit is not None:
            key = visit.key(self._book.hour(at_ms), window_id, self._desks.clerk(window_id))
            self._post(visit, key, what)
        return visit


def _later(row: Row, place: int, default: Any) -> Any:
    """A field that older rows do not have."""
    return row[place] if len(row) > place else default
