"""What the facts of visits say by themselves, in plain dicts and lists, and how the hall stands beside that.

Lines are kept as lists of tickets: nothing is sorted, whoever is put somewhere is inserted there.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan, Service
from tests.properties.model import LIFE

ALIVE: Final = ("preparing", "waiting", "called", "serving", "held")
OVER: Final = ("finished", "cancelled")
Line = tuple[str, str]


@dataclass(slots=True)
class Tale:
    """What the facts say of one visit."""

    service_id: str
    lane_id: str
    items: tuple[e.VisitItem, ...]
    state: str = ""
    window_id: str | None = None
    tied: bool = False
    taken_ms: Millis = 0
    worked_ms: Millis = 0
    misses: int = 0
    returns: int = 0
    owner_id: str | None = None
    for_clerk_id: str | None = None
    ended: list[int] = field(default_factory=list)

    @property
    def line(self) -> Line:
        return (f"to {self.window_id}" if self.tied else self.service_id, self.lane_id)


class Story:
    """A day, told by its facts."""

    def __init__(self, plan: HallPlan) -> None:
        self.services: dict[str, Service] = {service.service_id: service for service in plan.services}
        self.tales: dict[str, Tale] = {}
        self.lines: dict[Line, list[str]] = {}
        self.handled: dict[str, tuple[int, Millis]] = {}
        self.rights: dict[str, tuple[str, Millis]] = {}
        self.stages: dict[str, tuple[Millis, Millis]] = {}
        self.finished_stages: set[str] = set()
        self.collected: set[str] = set()
        self.home: dict[str, str] = {}
        self.day = ""
        self.due_back: set[str] = set()
        self.machines = self.doors = self.homes_made = 0

    def hear(self, event: Event, hall: Hall) -> None:
        """One fact that was just applied."""
        ticket_id: str = getattr(event, "ticket_id", None) or ""
        tale = self.tales.get(ticket_id)
        before, after = LIFE.get(type(event).__name__, ((), ""))
        if after:
            assert (tale.state if tale else "") in before, f"illegal: {event}"
        hear = _HEARD.get(type(event))
        if hear is not None:
            hear(self, event, hall, tale)
        if after:
            self.tales[ticket_id].state = after

    def check(self, hall: Hall, now_ms: Millis) -> None:
        """The hall stands as its facts say."""
        assert not self.due_back, "should have come back by itself"
        states = Counter(tale.state for tale in self.tales.values())
        assert hall.alive == sum(states[state] for state in ALIVE)
        assert {t.ticket_id: t.state for t in hall.tickets.values()} == {k: t.state for k, t in self.tales.items()}
        assert {k for k, t in self.tales.items() if t.state in ("held", "missed")} == hall.aside.keys()
        self._check_lines(hall)
        assert hall.handled == self.handled, "time at windows"
        for ticket_id, tale in self.tales.items():
            ticket = hall.tickets[ticket_id]
            assert (ticket.misses, ticket.returns, ticket.owner_id) == (tale.misses, tale.returns, tale.owner_id)
            assert tale.ended == list(range(len(tale.ended))), "every item ends at most once, in order"
            assert len(tale.ended) == ticket.step + (tale.state == "finished" and ticket.outcome != "day-closed")
        self._check_what_goes_on(hall, now_ms)

    def _check_lines(self, hall: Hall) -> None:
        queues = hall.queues
        stands = [[ticket.ticket_id for ticket in queues.tickets(q)] for q in range(len(queues.head_order))]
        assert sorted(filter(None, stands)) == sorted(filter(None, self.lines.values()))

    def _check_what_goes_on(self, hall: Hall, now_ms: Millis) -> None:
        visits = hall.visits
        open_due = {key: due for key, (_, due) in self.stages.items() if key not in self.finished_stages}
        assert {stage.stage_id: stage.due_ms for stage in visits.open_stages()} == open_due
        for stage in visits.stages():
            assert stage.is_collected == (stage.stage_id in self.collected)
        assert not open_due or visits.earliest_due_ms == min(open_due.values())
        for ticket_id in self.tales:
            right = visits.may_return(ticket_id, now_ms)
            mine = self.rights.get(ticket_id)
            expected = mine if mine is not None and now_ms < mine[1] else None
            assert (right and (right.service_id, right.until_ms)) == expected
        assert {key: visit.finished_ms is not None for key, visit in visits.home_visits.items()} == {
            key: state == "finished" for key, state in self.home.items()
        }
        assert sum(visits.self_service.values()) == self.machines
        assert (visits.turned_away, visits.home_finished) == (self.doors, self.homes_made)

    # --- what each fact means ---

    def _day_opened(self, event: e.DayOpened, hall: Hall, tale: None) -> None:
        if event.day == self.day:
            return
        self.day = event.day
        self.tales, self.lines = {}, {}
        self.machines = self.doors = self.homes_made = 0
        self.home = {key: state for key, state in self.home.items() if state != "finished"}

    def _issued(self, event: e.TicketIssued, hall: Hall, tale: None) -> None:
        mine = self.tales[event.ticket_id] = Tale(event.service_id, event.lane_id, event.items)
        self._line(mine).append(event.ticket_id)
        if event.return_of is not None:
            service_id, until_ms = self.rights.pop(event.return_of)
            assert service_id == event.service_id and event.at_ms < until_ms, "a right that is over"
        if event.stage_id is not None:
            assert event.stage_id in self.finished_stages - self.collected

    def _walked_in(self, event: e.WalkInBegan, hall: Hall, tale: None) -> None:
        mine = self.tales[event.ticket_id] = Tale(event.service_id, event.lane_id, ())
        mine.window_id, mine.taken_ms = event.window_id, event.at_ms

    def _called(self, event: e.TicketCalled, hall: Hall, tale: Tale) -> None:
        self._leave(event.ticket_id, tale)
        assert not tale.tied or tale.window_id == event.window_id, "must wait for its window"
        tale.window_id, tale.taken_ms = event.window_id, event.at_ms

    def _pending(self, event: e.FormPending, hall: Hall, tale: Tale) -> None:
        self._leave(event.ticket_id, tale)

    def _filled(self, event: e.FormFilled, hall: Hall, tale: Tale) -> None:
        if tale.state == "preparing":
            self._put_back(event.ticket_id, tale, hall)

    def _owned(self, event: e.OwnerNamed, hall: Hall, tale: Tale) -> None:
        assert tale.owner_id is None, "a second owner"
        tale.owner_id = event.clerk_id

    def _item_finished(self, event: e.ItemFinished, hall: Hall, tale: Tale) -> None:
        assert event.step + 1 < len(tale.items)
        tale.ended.append(event.step)
        self._handled(tale, event.at_ms)

    def _item_began(self, event: e.ItemBegan, hall: Hall, tale: Tale) -> None:
        assert tale.ended[-1] == event.step - 1
        assert event.service_id in hall.windows[event.window_id].services
        tale.service_id, tale.taken_ms = tale.items[event.step].service_id, event.at_ms

    def _finished(self, event: e.ServiceFinished, hall: Hall, tale: Tale) -> None:
        if event.outcome != "day-closed":
            tale.ended.append(len(tale.ended))
            assert len(tale.ended) == max(1, len(tale.items)), "ended before its last item"
        ticket = hall.tickets[event.ticket_id]
        if ticket.stage_id is not None and event.outcome == "done":
            self.collected.add(ticket.stage_id)
        self._handled(tale, event.at_ms)

    def _missed(self, event: e.TicketMissed, hall: Hall, tale: Tale) -> None:
        tale.misses += 1
        service = self.services[tale.service_id]
        if service.no_show in ("back", "after") and tale.returns < service.returns_max:
            self.due_back.add(event.ticket_id)

    def _reinstated(self, event: e.TicketReinstated, hall: Hall, tale: Tale) -> None:
        service = self.services[tale.service_id]
        assert service.no_show != "void"
        assert service.no_show == "guide" or tale.returns < service.returns_max
        if event.automatic:
            self.due_back.remove(event.ticket_id)
            after = service.no_show_after if service.no_show == "after" else 0
            assert (event.place, event.after) == (service.no_show, after)
        tale.returns += 1
        tale.tied, tale.window_id, tale.for_clerk_id = False, None, None
        self._stand(event, hall, tale)

    def _held(self, event: e.TicketHeld, hall: Hall, tale: Tale) -> None:
        tale.worked_ms += event.at_ms - tale.taken_ms
        # Papers stay where they are, whoever moves.
        tale.tied, tale.for_clerk_id = event.kind == "papers", None

    def _resumed(self, event: e.TicketResumed, hall: Hall, tale: Tale) -> None:
        tale.window_id = tale.window_id if tale.tied else None
        self._put_back(event.ticket_id, tale, hall)

    def _transferred(self, event: e.TicketTransferred, hall: Hall, tale: Tale) -> None:
        self._leave(event.ticket_id, tale)
        if event.step is None and event.service_id != tale.service_id:
            tale.worked_ms = 0
        elif event.step is None and event.from_window_id is not None:
            tale.worked_ms += event.at_ms - tale.taken_ms
        tale.service_id = event.service_id
        tale.window_id, tale.tied = event.window_id, event.window_id is not None
        tale.for_clerk_id = event.clerk_id
        self._stand(event, hall, tale)

    def _window_opened(self, event: e.WindowOpened, hall: Hall, tale: None) -> None:
        """Whoever waits for a person is where that person sits."""
        moved = [
            (key, mine)
            for key, mine in self.tales.items()
            if mine.state == "waiting" and mine.window_id != hall.tickets[key].window_id
        ]
        for key, mine in moved:
            assert mine.tied and mine.for_clerk_id == event.clerk_id, "moved without its person"
            self._leave(key, mine)
        for key, mine in sorted(moved, key=lambda each: _place(hall, each[0])):
            mine.window_id = hall.tickets[key].window_id
            self._put_back(key, mine, hall)

    def _cancelled(self, event: e.TicketCancelled, hall: Hall, tale: Tale) -> None:
        self._leave(event.ticket_id, tale)

    def _granted(self, event: e.ReturnGranted, hall: Hall, tale: Tale) -> None:
        self.rights[event.ticket_id] = (event.service_id, event.until_ms)

    def _stage_opened(self, event: e.StageOpened, hall: Hall, tale: Tale) -> None:
        assert event.stage_id not in self.stages, "a stage opened twice"
        assert event.due_ms > event.at_ms
        self.stages[event.stage_id] = (event.at_ms, event.due_ms)

    def _stage_finished(self, event: e.StageFinished, hall: Hall, tale: None) -> None:
        opened_ms, _ = self.stages[event.stage_id]
        assert opened_ms <= event.at_ms
        assert event.stage_id not in self.finished_stages, "a stage finished twice"
        self.finished_stages.add(event.stage_id)

    def _home_asked(self, event: e.HomeVisitRequested, hall: Hall, tale: None) -> None:
        assert event.request_id not in self.home
        self.home[event.request_id] = "asked"

    def _home_assigned(self, event: e.HomeVisitAssigned, hall: Hall, tale: None) -> None:
        assert self.home[event.request_id] != "finished"
        self.home[event.request_id] = "assigned"

    def _home_made(self, event: e.HomeVisitFinished, hall: Hall, tale: None) -> None:
        assert self.home[event.request_id] == "assigned"
        self.home[event.request_id] = "finished"
        self.homes_made += 1

    def _machine(self, event: e.SelfServiceCounted, hall: Hall, tale: None) -> None:
        self.machines += event.count

    def _door(self, event: e.VisitorTurnedAway, hall: Hall, tale: None) -> None:
        self.doors += 1

    # --- lines ---

    def _line(self, tale: Tale) -> list[str]:
        return self.lines.setdefault(tale.line, [])

    def _leave(self, ticket_id: str, tale: Tale) -> None:
        if tale.state == "waiting":
            self._line(tale).remove(ticket_id)

    def _stand(self, event: e.TicketReinstated | e.TicketTransferred, hall: Hall, tale: Tale) -> None:
        """Whoever waits again stands exactly where the fact says, and nobody else moves."""
        line, ticket_id = self._line(tale), event.ticket_id
        match event.place:
            case "front":
                line.insert(0, ticket_id)
            case "back":
                line.insert(_back(line, event, hall), ticket_id)
            case "after":
                self._stand_after(line, event, hall)
            case "original":
                self._put_back(ticket_id, tale, hall)

    def _stand_after(self, line: list[str], event: e.TicketReinstated | e.TicketTransferred, hall: Hall) -> None:
        place = min(event.after, len(line))
        if place:
            ticket, before = hall.tickets[event.ticket_id], hall.tickets[line[place - 1]]
            assert ticket.since_ms == before.since_ms, "counts as having waited as long as the ticket before it"
        line.insert(place, event.ticket_id)

    def _put_back(self, ticket_id: str, tale: Tale, hall: Hall) -> None:
        """Where it would have stood: behind nobody who came later and still stands where they came."""
        line = self._line(tale)
        stands = [each.ticket_id for each in hall.queues.tickets(hall.tickets[ticket_id].queue)]
        usual = [hall.tickets[each] for each in stands if _stands_as_it_came(hall, each)]
        assert usual == sorted(usual, key=lambda each: each.order), "passed somebody who came earlier"
        line.insert(_place(hall, ticket_id), ticket_id)

    def _handled(self, tale: Tale, at_ms: Millis) -> None:
        count, total_ms = self.handled.get(tale.service_id, (0, 0))
        self.handled[tale.service_id] = (count + 1, total_ms + tale.worked_ms + at_ms - tale.taken_ms)
        tale.worked_ms = 0


def _back(line: list[str], event: e.TicketReinstated | e.TicketTransferred, hall: Hall) -> int:
    """The end of a line; among those who joined it in the same millisecond whoever came first goes first."""
    place, mine = len(line), hall.tickets[event.ticket_id]
    while (
        place and hall.tickets[line[place - 1]].rank == event.at_ms and hall.tickets[line[place - 1]].order > mine.order
    ):
        place -= 1
    return place


def _place(hall: Hall, ticket_id: str) -> int:
    return hall.queues.before(hall.tickets[ticket_id])


def _stands_as_it_came(hall: Hall, ticket_id: str) -> bool:
    ticket = hall.tickets[ticket_id]
    return ticket.rank == ticket.issued_ms and not ticket.behind


_HEARD: Final[dict[type[Event], Callable[[Story, Any, Hall, Any], None]]] = {
    e.DayOpened: Story._day_opened,
    e.TicketIssued: Story._issued,
    e.WalkInBegan: Story._walked_in,
    e.TicketCalled: Story._called,
    e.FormPending: Story._pending,
    e.FormFilled: Story._filled,
    e.OwnerNamed: Story._owned,
    e.ItemFinished: Story._item_finished,
    e.ItemBegan: Story._item_began,
    e.ServiceFinished: Story._finished,
    e.TicketMissed: Story._missed,
    e.TicketReinstated: Story._reinstated,
    e.TicketHeld: Story._held,
    e.TicketResumed: Story._resumed,
    e.TicketTransferred: Story._transferred,
    e.TicketCancelled: Story._cancelled,
    e.WindowOpened: Story._window_opened,
    e.ReturnGranted: Story._granted,
    e.StageOpened: Story._stage_opened,
    e.StageFinished: Story._stage_finished,
    e.HomeVisitRequested: Story._home_asked,
    e.HomeVisitAssigned: Story._home_assigned,
    e.HomeVisitFinished: Story._home_made,
    e.SelfServiceCounted: Story._machine,
    e.VisitorTurnedAway: Story._door,
}
