"""What happens around visits: appointments, stages, cases, ratings, warnings, visits that need no window."""

from collections import Counter
from collections.abc import Callable, Hashable
from typing import Final, TypeVar

from engine.core import events as e
from engine.core.events import Millis
from engine.core.numbering import number_of
from engine.core.scores import SATISFIED_MIN
from engine.report.book import Book, Count, Key
from engine.report.desks import Reasons
from engine.report.names import Names
from engine.report.visit import EXTENDED, SELF_SERVICE
from engine.report.visits import Visits
from engine.wire.records import KINDS, Row, event_of

T = TypeVar("T", bound=e.Event)

_STARS: Final = (Count.STARS_1, Count.STARS_2, Count.STARS_3, Count.STARS_4, Count.STARS_5)
_COUNTED: Final = {
    "booked": "appointments.booked",
    "booking-cancelled": "appointments.cancelled",
    "booking-missed": "appointments.missed",
    "case-opened": "cases.opened",
    "case-informed": "cases.informed",
    "case-escalated": "cases.escalated",
    "case-called-back": "cases.called_back",
    "case-closed": "cases.closed",
    "follow-up-called-back": "follow_ups.called_back",
    "home-visit-assigned": "home_visits.assigned",
}
"""Records that are counted and need no more looking at."""


class Due:
    """Things with a due time: opened, finished, and overdue, which is late or not finished by the end of the period.

    It remembers what is open, so its size follows the work in hand, not the length of the period.
    """

    def __init__(self) -> None:
        self.opened = self.finished = self.overdue = 0
        self._open: dict[Hashable, Millis | None] = {}
        """When each is due; None once it has been counted as overdue."""

    @property
    def still_open(self) -> int:
        return len(self._open)

    def open(self, name: Hashable, due_ms: Millis) -> None:
        self.opened += 1
        self._open[name] = due_ms

    def finish(self, name: Hashable, at_ms: Millis) -> None:
        self.finished += 1
        due_ms = self._open.pop(name, None)
        if due_ms is not None:
            self.overdue += due_ms < at_ms

    def look(self, now_ms: Millis) -> None:
        """Count what has become overdue, each once."""
        for name, due_ms in self._open.items():
            if due_ms is not None and due_ms < now_ms:
                self.overdue += 1
                self._open[name] = None


class Around:
    """`facts` are the records it wants to hear of."""

    def __init__(self, book: Book, names: Names, visits: Visits) -> None:
        self._book = book
        self._names = names
        self._visits = visits
        self.counts: Counter[str] = Counter()
        self.warnings: dict[str, list[int]] = {}
        self.stages = Due()
        self.follow_ups = Due()
        self.turned_away = Reasons()
        self._home_services: dict[str, str] = {}
        self.facts: dict[str, Callable[[Row], None]] = dict.fromkeys(_COUNTED, self._counted) | {
            "booking-kept": _reading(e.AppointmentKept, self._kept),
            "stage-opened": _reading(e.StageOpened, self._stage_opened),
            "stage-finished": _reading(e.StageFinished, self._stage_finished),
            "turned-away": _reading(e.VisitorTurnedAway, self._turned_away_at_door),
            "self-service": _reading(e.SelfServiceCounted, self._self_service),
            "home-visit-requested": _reading(e.HomeVisitRequested, self._home_visit_requested),
            "home-visit-finished": _reading(e.HomeVisitFinished, self._home_visit_finished),
            "rated": _reading(e.TicketRated, self._rated),
            "follow-up-opened": _reading(e.FollowUpOpened, self._follow_up_opened),
            "follow-up-closed": _reading(e.FollowUpClosed, self._follow_up_closed),
            "warning-raised": _reading(e.WarningRaised, self._warning_raised),
            "warning-cleared": _reading(e.WarningCleared, self._warning_cleared),
        }

    def settle(self, now_ms: Millis) -> None:
        """See what has become overdue."""
        self.stages.look(now_ms)
        self.follow_ups.look(now_ms)

    def _counted(self, row: Row) -> None:
        self.counts[_COUNTED[row[0]]] += 1

    def _kept(self, event: e.AppointmentKept) -> None:
        self.counts["appointments.kept"] += 1
        self.counts["appointments.late"] += event.is_late

    def _stage_opened(self, event: e.StageOpened) -> None:
        self.stages.open(event.stage_id, event.due_ms)
        self.counts["stages.papers_opened"] += event.kind == "papers"

    def _stage_finished(self, event: e.StageFinished) -> None:
        self.stages.finish(event.stage_id, event.at_ms)

    def _turned_away_at_door(self, event: e.VisitorTurnedAway) -> None:
        key = (self._book.hour(event.at_ms), event.service_id, None, None, event.channel, None, None)
        self._book.leaf(key).counts[Count.TURNED_AWAY_AT_DOOR] += 1
        self.turned_away.add(event.reason, 1)

    def _self_service(self, event: e.SelfServiceCounted) -> None:
        key = (self._book.hour(event.at_ms), event.service_id, None, None, SELF_SERVICE, SELF_SERVICE, None)
        self._book.leaf(key).counts[Count.SELF_SERVICE] += event.count

    def _home_visit_requested(self, event: e.HomeVisitRequested) -> None:
        self.counts["home_visits.requested"] += 1
        self._home_services[event.request_id] = event.service_id

    def _home_visit_finished(self, event: e.HomeVisitFinished) -> None:
        self.counts["home_visits.finished"] += 1
        service_id = self._home_services.pop(event.request_id, None)
        key = (self._book.hour(event.at_ms), service_id, None, None, None, EXTENDED, None)
        self._book.leaf(key).counts[Count.HOME_VISITS] += 1

    def _rated(self, event: e.TicketRated) -> None:
        leaf = self._book.leaf(self._rated_key(event))
        leaf.counts[Count.RATINGS] += 1
        if event.stars >= SATISFIED_MIN:
            leaf.counts[Count.SATISFIED] += 1
        leaf.counts[_STARS[event.stars - 1]] += 1
        for score, times, total in (
            (event.efficiency, Count.EFFICIENCY, Count.EFFICIENCY_SUM),
            (event.skill, Count.SKILL, Count.SKILL_SUM),
            (event.attitude, Count.ATTITUDE, Count.ATTITUDE_SUM),
        ):
            if score is not None:
                leaf.counts[times] += 1
                leaf.counts[total] += score

    def _rated_key(self, event: e.TicketRated) -> Key:
        """Where a rating belongs. Of a visit of an earlier day only its number is still known, so only its service."""
        hour = self._book.hour(event.at_ms)
        visit = self._visits.find(event.ticket_id)
        if visit is None:
            service_id = self._names.service_of_number(number_of(event.ticket_id))
            return (hour, service_id, event.window_id, event.clerk_id, None, None, None)
        service_id = visit.items[event.step] if event.step < len(visit.items) else visit.service
        return (hour, service_id, event.window_id, event.clerk_id, visit.channel, visit.mode, visit.lane)

    def _follow_up_opened(self, event: e.FollowUpOpened) -> None:
        self.follow_ups.open((event.ticket_id, event.step), event.due_ms)

    def _follow_up_closed(self, event: e.FollowUpClosed) -> None:
        self.follow_ups.finish((event.ticket_id, event.step), event.at_ms)

    def _warning_raised(self, event: e.WarningRaised) -> None:
        self.warnings.setdefault(event.kind, [0, 0])[0] += 1

    def _warning_cleared(self, event: e.WarningCleared) -> None:
        self.warnings.setdefault(event.kind, [0, 0])[1] += 1


def _reading(kind: type[T], then: Callable[[T], None]) -> Callable[[Row], None]:
    """A handler of rows for one of facts; these are rare enough to be made into facts."""
    assert kind in KINDS.values()

    def handle(row: Row) -> None:
        event = event_of(row)
        assert isinstance(event, kind)
        then(event)

    return handle
