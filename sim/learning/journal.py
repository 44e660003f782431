"""A hall's journal read as days of what was seen, one after the other; no more than one day is in memory."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any, Final

from engine.core import calendar
from engine.core import events as e
from engine.core.events import Millis
from engine.core.plan import HallPlan, Name
from engine.wire.bad_file import BadFile, Problem
from engine.wire.extension import Told
from engine.wire.records import KINDS, Row, event_of
from sim.learning.desk import Desk
from sim.learning.seen import LONGEST_MS, Doubts, SeenDay
from sim.learning.ticket import AT_WINDOW, CALLED, HELD, WAITING, TicketDay
from sim.visits import Break

WALK_IN: Final = "walk-in"
CLOCK_MS: Final = 1_000
"""A clock that goes back by more than this was set."""
COUNTED: Final = {"turned-away": "turned_away", "home-visit-requested": "home_visits", "booking-missed": "missed"}


class JournalDays:
    """The days of a journal; `plan` is the last one it was configured with, once the days have been read.

    `timezone` counts until the journal says otherwise. `unfinished` lists the days that were never closed: what is
    known of them is not the whole of them, and they are left out.
    """

    def __init__(self, entries: Iterable[Told], source: str, timezone: str = "UTC") -> None:
        self.plan: HallPlan | None = None
        self.doubts = Doubts(source)
        self.unfinished: list[str] = []
        self._entries, self._timezone = entries, timezone
        self._position, self._last_ms = 0, 0
        self._name, self._day, self._midnight_ms, self._is_closed = "", SeenDay(datetime.min.date()), 0, False
        self._tickets: dict[str, TicketDay] = {}
        self._desks: dict[str, Desk] = {}
        self._stages: dict[str, tuple[str, Millis]] = {}
        self._served: dict[str, frozenset[str]] = {}
        self._facts: dict[str, Callable[[Row, Millis], None]] = {
            "configured": self._configured, "day-closed": self._day_closed,
            "issued": self._issued, "called": self._called, "began": self._began, "finished": self._finished,
            "no-show": self._missed, "reinstated": self._reinstated, "held": self._held,
            "ticket-resumed": self._ticket_resumed, "transferred": self._transferred, "cancelled": self._cancelled,
            "walk-in-began": self._walk_in, "opened": self._opened, "closed": self._closed, "paused": self._paused,
            "resumed": self._resumed, "form-pending": self._form_pending, "form-filled": self._form_filled,
            "not-printed": self._not_printed, "item-finished": self._item_finished, "item-began": self._item_began,
            "stage-opened": self._stage_opened, "stage-finished": self._stage_finished, "rated": self._rated,
            "self-service": self._self_service, **dict.fromkeys(COUNTED, self._counted),
        }  # fmt: skip

    def __iter__(self) -> Iterator[SeenDay]:
        """Each day, when the next one begins; raises `BadFile` for a record that no program of this version wrote."""
        for position, at_ms, rows in self._entries:
            self._position = position
            if at_ms < self._last_ms - CLOCK_MS:
                back_s = (self._last_ms - at_ms) / 1_000
                what = Name(f"时钟倒退了 {back_s:g} 秒", f"the clock went back by {back_s:g} s")
                self.doubts.add(position, what)
            self._last_ms = at_ms
            for row in rows:
                if row[0] == "day-opened":
                    if row[1] != self._name:
                        yield from self._turned_page(row)
                    self._is_closed = False
                else:
                    self._take(row, at_ms)
        yield from self._ended()

    def _take(self, row: Row, at_ms: Millis) -> None:
        handle = self._facts.get(row[0])
        try:
            if handle is not None:
                handle(row, at_ms - self._midnight_ms)
        except (ValueError, TypeError, KeyError, IndexError):
            what = Name("这条记录无法读取", "this record cannot be read")
            raise BadFile((self._problem(what),)) from None
        if handle is None and row[0] not in KINDS:
            what = Name("由更新的程序写入", "written by a newer program")
            raise BadFile((self._problem(what),))

    def _problem(self, what: Name) -> Problem:
        fix = Name(
            "请用 jiaohao verify 检查日志，或更新本程序", "look at it with jiaohao verify, or update this program"
        )
        return Problem(self.doubts.source, self._position, "position", what, fix)

    def _turned_page(self, row: Row) -> Iterator[SeenDay]:
        """Another day begins: what was seen of the one before is whole."""
        yield from self._ended()
        self._name, at_ms = row[1], row[-1]
        self._midnight_ms = calendar.at_minute(self._timezone, at_ms, 0)
        self._day = SeenDay(datetime.strptime(self._name, "%Y%m%d").date(), knows_hours=True)
        self._tickets.clear()
        self._desks.clear()
        self._stages.clear()

    def _ended(self) -> Iterator[SeenDay]:
        if not self._name:
            return
        if not self._is_closed:
            self.unfinished.append(calendar.day_text(self._name))
            return
        self._day.visits = [ticket.seen() for ticket in self._tickets.values() if ticket.is_own]
        self._day.beside["on_behalf"] = sum(ticket.on_behalf for ticket in self._tickets.values())
        yield self._day

    def _configured(self, row: Row, at_ms: Millis) -> None:
        event = event_of(row)
        assert isinstance(event, e.HallConfigured)
        self.plan, self._timezone = event.plan, event.plan.timezone
        self._served = {window.window_id: frozenset(chain(*window.tiers)) for window in self.plan.windows}

    def _day_closed(self, row: Row, at_ms: Millis) -> None:
        self._is_closed = True
        for desk in self._desks.values():
            desk.close(at_ms)

    # --- tickets ---

    def _issued(self, row: Row, at_ms: Millis) -> None:
        _, ticket_id, _, _, service_id, lane_id, channel, _, on_behalf, _, *later = row
        ticket = self._tickets[ticket_id] = TicketDay(at_ms, service_id, lane_id, channel)
        ticket.on_behalf = on_behalf
        items, appointment, return_of, stage_id = (_at(later, 2, ()), _at(later, 4), _at(later, 5), _at(later, 6))
        ticket.items, ticket.booking = tuple(item[0] for item in items), appointment
        ticket.is_own = return_of is None and stage_id is None
        before = self._tickets.get(return_of or "")
        if before is not None and before.finished_ms is not None:
            before.returns_ms = self._length(before.finished_ms, at_ms)
        if stage_id in self._stages:
            ticket.items = (self._stages[stage_id][0],)

    def _called(self, row: Row, at_ms: Millis) -> None:
        _, ticket_id, window_id, *_ = row
        ticket = self._tickets.get(ticket_id)
        if ticket is None:
            return
        is_plain = ticket.called_ms is None and ticket.form_ms is None and ticket.is_own
        self._desk(window_id).call(at_ms, ticket.at_ms if is_plain else None)
        if ticket.called_ms is None:
            ticket.waited_ms = self._length(ticket.at_ms, at_ms)
            ticket.called_ms = at_ms
        ticket.state, ticket.since_ms = CALLED, at_ms

    def _began(self, row: Row, at_ms: Millis) -> None:
        ticket = self._tickets.get(row[1])
        if ticket is None:
            return
        if ticket.state == CALLED and (walk_ms := self._length(ticket.since_ms, at_ms)) is not None:
            self._day.walks_ms.append(walk_ms)
        if ticket.is_absent is None:
            ticket.is_absent = False
        ticket.state, ticket.since_ms, ticket.has_begun = AT_WINDOW, at_ms, True

    def _finished(self, row: Row, at_ms: Millis) -> None:
        ticket_id, window_id, outcome = row[1:4]
        ticket = self._tickets.get(ticket_id)
        if ticket is not None:
            self._leave(ticket, at_ms)
            ticket.finish(outcome, at_ms)
            if not ticket.is_own and ticket.items and ticket.handling_ms is not None:
                asked = self._tickets.get(ticket.items[0])
                if asked is not None:
                    asked.collect_ms = ticket.handling_ms
        self._free(window_id, at_ms)

    def _item_finished(self, row: Row, at_ms: Millis) -> None:
        _, ticket_id, window_id, step, *_ = row
        ticket = self._tickets.get(ticket_id)
        if ticket is not None:
            self._leave(ticket, at_ms)
            ticket.is_first_part = False
            ticket.since_ms = at_ms
            following = ticket.items[step + 1 : step + 2]
            self._day.beside["may_stay"] += step == 0 and self._served.get(window_id, frozenset()).issuperset(following)

    def _item_began(self, row: Row, at_ms: Millis) -> None:
        ticket = self._tickets.get(row[1])
        if ticket is not None:
            ticket.stays, ticket.state, ticket.since_ms = True, AT_WINDOW, at_ms

    def _missed(self, row: Row, at_ms: Millis) -> None:
        _, ticket_id, window_id, is_expired, _ = row
        ticket = self._tickets.get(ticket_id)
        if ticket is not None:
            if ticket.state == CALLED and not is_expired:
                length_ms = self._length(ticket.since_ms, at_ms)
                self._day.absences_ms += [length_ms] if length_ms is not None else []
            ticket.miss(at_ms)
        self._free(window_id, at_ms)

    def _reinstated(self, row: Row, at_ms: Millis) -> None:
        ticket = self._tickets.get(row[1])
        if ticket is not None:
            ticket.state = WAITING

    def _held(self, row: Row, at_ms: Millis) -> None:
        _, ticket_id, window_id, kind, _ = row
        ticket = self._tickets.get(ticket_id)
        if ticket is not None:
            self._leave(ticket, at_ms)
            if ticket.hold is None:
                ticket.hold = Break(kind, ticket.handled_ms, 0)
            ticket.state, ticket.since_ms = HELD, at_ms
        self._free(window_id, at_ms)

    def _ticket_resumed(self, row: Row, at_ms: Millis) -> None:
        ticket = self._tickets.get(row[1])
        if ticket is not None and ticket.state == HELD:
            lasted_ms = self._length(ticket.since_ms, at_ms)
            if ticket.hold is not None and not ticket.hold.for_ms and lasted_ms is not None:
                ticket.hold = Break(ticket.hold.kind, ticket.hold.after_ms, lasted_ms)
            ticket.state = WAITING

    def _transferred(self, row: Row, at_ms: Millis) -> None:
        _, ticket_id, from_window_id, service_id, *_ = row
        ticket = self._tickets.get(ticket_id)
        if ticket is not None and from_window_id is not None:
            self._leave(ticket, at_ms)
            ticket.is_first_part = False
            if _at(row, 9) is None and ticket.transfer_to is None:
                ticket.transfer_to = service_id
        if ticket is not None:
            ticket.state = WAITING
        if from_window_id is not None:
            self._free(from_window_id, at_ms)

    def _cancelled(self, row: Row, at_ms: Millis) -> None:
        _, ticket_id, window_id, reason, _ = row
        ticket = self._tickets.get(ticket_id)
        if ticket is not None:
            ticket.cancel(reason, at_ms)
        if window_id is not None:
            self._free(window_id, at_ms)

    def _walk_in(self, row: Row, at_ms: Millis) -> None:
        _, ticket_id, _, service_id, lane_id, window_id, _ = row
        ticket = self._tickets[ticket_id] = TicketDay(at_ms, service_id, lane_id, WALK_IN)
        ticket.state, ticket.since_ms, ticket.has_begun = AT_WINDOW, at_ms, True
        self._desk(window_id).call(at_ms, None)
        self._day.beside["walk_ins"] += 1

    # --- forms, paper, offices, ratings ---

    def _form_pending(self, row: Row, at_ms: Millis) -> None:
        ticket = self._tickets.get(row[1])
        if ticket is not None:
            ticket.form_from_ms, ticket.form_ms = at_ms, 0

    def _form_filled(self, row: Row, at_ms: Millis) -> None:
        ticket = self._tickets.get(row[1])
        if ticket is not None and ticket.form_from_ms is not None:
            ticket.form_ms = self._length(ticket.form_from_ms, at_ms) or 0

    def _not_printed(self, row: Row, at_ms: Millis) -> None:
        ticket = self._tickets.get(row[1])
        if ticket is not None:
            ticket.is_printed = False

    def _stage_opened(self, row: Row, at_ms: Millis) -> None:
        _, stage_id, ticket_id, kind, *_ = row
        ticket = self._tickets.get(ticket_id)
        if ticket is not None and kind == "back-office":
            ticket.waits = row[7]
            self._stages[stage_id] = (ticket_id, at_ms)

    def _stage_finished(self, row: Row, at_ms: Millis) -> None:
        ticket_id, opened_ms = self._stages.get(row[1], ("", 0))
        ticket = self._tickets.get(ticket_id)
        if ticket is not None:
            ticket.stage_ms = self._length(opened_ms, at_ms)

    def _rated(self, row: Row, at_ms: Millis) -> None:
        ticket = self._tickets.get(row[1])
        if ticket is not None:
            ticket.stars = row[3]

    def _self_service(self, row: Row, at_ms: Millis) -> None:
        self._day.beside["self_service"] += row[3]

    def _counted(self, row: Row, at_ms: Millis) -> None:
        self._day.beside[COUNTED[row[0]]] += 1

    # --- windows ---

    def _opened(self, row: Row, at_ms: Millis) -> None:
        self._desk(row[1]).open(at_ms)

    def _closed(self, row: Row, at_ms: Millis) -> None:
        self._desk(row[1]).close(at_ms)

    def _paused(self, row: Row, at_ms: Millis) -> None:
        self._desk(row[1]).pause(at_ms)

    def _resumed(self, row: Row, at_ms: Millis) -> None:
        self._desk(row[1]).resume(at_ms)

    def _desk(self, window_id: str) -> Desk:
        desk = self._desks.get(window_id)
        if desk is None:
            desk = self._desks[window_id] = Desk(window_id, self._day)
        return desk

    def _free(self, window_id: str, at_ms: Millis) -> None:
        self._desk(window_id).free(at_ms)

    # --- lengths of time ---

    def _leave(self, ticket: TicketDay, at_ms: Millis) -> None:
        """The visit leaves the window, if it could have been there for so long."""
        lasted_ms = ticket.leave_window(at_ms)
        if lasted_ms is not None and self._length(0, lasted_ms) is None:
            ticket.is_sound = False

    def _length(self, from_ms: Millis, to_ms: Millis) -> Millis | None:
        """How long it was from one moment to another; None, and a doubt, when that cannot be."""
        length_ms = to_ms - from_ms
        if 0 <= length_ms <= LONGEST_MS:
            return length_ms
        seconds = length_ms / 1_000
        self.doubts.add(self._position, Name(f"时长 {seconds:g} 秒不可能", f"{seconds:g} s cannot have passed"))
        return None


def _at(values: Any, place: int, default: Any = None) -> Any:
    """A field that older rows do not have."""
    return values[place] if len(values) > place else default
