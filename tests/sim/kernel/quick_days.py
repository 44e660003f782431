"""Days for the quick loops: small halls, their visitors and rosters, lived through in the exact world and compiled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from engine.core import events as e
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import HallPlan, Rules, Span
from sim.kernel.columns import visit_columns
from sim.kernel.quick import Quick
from sim.kernel.shapes import NEVER, NOBODY, Roster
from sim.kernel.tables import hall_tables
from sim.kernel.tally import FIGURES, Slots
from sim.result import OUTCOMES, outcome_of
from sim.visits import TARGET_MS, Habits, Visit
from sim.world import World
from tests.builders import MINUTE, NINE, lane, plan, service, window

Row = tuple[Any, ...]
CHANNELS = ["kiosk", "guide"]
MIDNIGHT = NINE - 9 * 60 * MINUTE
MONDAY = date(2026, 11, 23)
SLOTS = Slots(16, 40)


@dataclass(frozen=True)
class Lived:
    """A day: a row a ticket, who got none, and how long each window was taken and open."""

    tickets: list[Row]
    turned_away: list[Row]
    busy_ms: list[Millis]
    open_ms: list[Millis]


def in_exact_world(hall: HallPlan, habits: Habits, visits: Sequence[Visit], roster: Roster | None = None) -> Lived:
    """The day in `sim.world`."""
    places = {each.window_id: place for place, each in enumerate(hall.windows)}
    called: dict[str, e.TicketCalled] = {}
    tickets: list[Row] = []

    def record(_: str, facts: Sequence[Event], __: Millis) -> None:
        called.update((fact.ticket_id, fact) for fact in facts if isinstance(fact, e.TicketCalled))

    def day_over(ended: Hall) -> None:
        for ticket in ended.tickets.values():
            call = called.get(ticket.ticket_id)
            moments = (ticket.issued_ms, ticket.called_ms, ticket.began_ms, ticket.finished_ms)
            tickets.append(
                (
                    *(NEVER if at_ms is None else at_ms - MIDNIGHT for at_ms in moments),
                    NOBODY if call is None else places[call.window_id],
                    OUTCOMES.index(outcome_of(ticket)),
                )
            )

    world = World(hall, habits=habits, record=record, day_over=day_over, roster=roster)
    world.run(visits)
    clerks = list(world.clerks.values())
    turned_away = [(visit.arrived_ms - MIDNIGHT,) for visit, _ in world.turned_away]
    return Lived(tickets, turned_away, [each.busy_ms for each in clerks], [each.open_ms for each in clerks])


def in_kernel(hall: HallPlan, habits: Habits, visits: Sequence[Visit], roster: Roster | None = None) -> Lived:
    """The day in the quick loops."""
    quick = Quick(hall, hall_tables(hall, habits), CHANNELS, SLOTS).under(roster)
    columns = visit_columns(visits, hall, CHANNELS, MIDNIGHT)
    calls = quick.calls(columns, None, MONDAY)
    tally = quick.count(columns, TARGET_MS)
    moments = calls.issued_ms, calls.called_ms, calls.began_ms, calls.finished_ms, calls.window, calls.outcome
    rows = list(zip(*(column.tolist() for column in moments), strict=True))
    is_turned_away = [OUTCOMES[row[-1]] == "turned-away" for row in rows]
    assert tally.counts.shape[-1] == FIGURES
    return Lived(
        [row for row, is_out in zip(rows, is_turned_away, strict=True) if not is_out],
        [row[:1] for row, is_out in zip(rows, is_turned_away, strict=True) if is_out],
        tally.busy_ms.sum(axis=0).tolist(),
        tally.open_ms.sum(axis=0).tolist(),
    )


# --- what Hypothesis draws ---

HOURS = (
    (),
    (Span(9 * 60, 9 * 60 + 40),),
    (Span(9 * 60, 9 * 60 + 12), Span(9 * 60 + 20, 9 * 60 + 40)),
)
SPANS = st.lists(st.integers(-5, 50), min_size=2, max_size=6, unique=True).map(sorted)


@st.composite
def halls(draw: st.DrawFn) -> HallPlan:
    """A hall of one to four services, up to three lanes whose points tie often, and up to five windows."""
    services = [f"s{place}" for place in range(draw(st.integers(1, 4)))]
    lanes = [
        lane(f"l{place}", draw(st.sampled_from((0, 3, 30))), draw(st.sampled_from((0, 1, 2))))
        for place in range(draw(st.integers(1, 3)))
    ]
    skills = st.lists(st.sampled_from(services), min_size=1, max_size=3, unique=True)
    windows = [window(f"w{place}", draw(skills)) for place in range(1, draw(st.integers(1, 5)) + 1)]
    return plan(
        lanes=lanes,
        services=[service(each, chr(65 + place)) for place, each in enumerate(services)],
        windows=windows,
        hours=draw(st.sampled_from(HOURS)),
        rules=Rules(overtime_ms=draw(st.sampled_from((0, 7, 120))) * MINUTE, draws_in_break=draw(st.booleans())),
    )


@st.composite
def days(draw: st.DrawFn) -> tuple[HallPlan, Habits, list[Visit], Roster | None]:
    """A day of a hall in whole minutes, so that much happens at once; rarely a millisecond beside."""
    hall = draw(halls())
    roster = draw(st.none() | rosters(hall))
    some_absent = draw(st.booleans())
    walk = 0 if some_absent else draw(st.integers(0, 2))
    gap = 0 if roster is not None else draw(st.integers(0, 2))
    habits = Habits(walk * MINUTE, gap * MINUTE, draw(st.integers(0, 3)) * MINUTE)
    moments = st.tuples(st.integers(-4, 45), st.sampled_from((0, 0, 0, 0, 1, -1)))
    visits = [
        Visit(
            NINE + minute * MINUTE + beside,
            draw(st.sampled_from(hall.services)).service_id,
            draw(st.sampled_from(hall.lanes)).lane_id,
            draw(st.integers(0, 12)) * MINUTE,
            draw(st.none() | st.integers(0, 15).map(lambda minutes: minutes * MINUTE)),
            is_absent=some_absent and draw(st.integers(0, 3)) == 0,
        )
        for minute, beside in sorted(draw(st.lists(moments, min_size=1, max_size=40)))
    ]
    return hall, habits, visits, roster


@st.composite
def rosters(draw: st.DrawFn, hall: HallPlan) -> Roster:
    """Up to three spans a window; the last may be open to the end."""
    return Roster(tuple(_spans(draw(SPANS), draw(st.booleans())) for _ in hall.windows))


def _spans(edges: list[int], is_open: bool) -> tuple[tuple[int, int], ...]:
    moments = [(9 * 60 + edge) * MINUTE for edge in edges[: len(edges) // 2 * 2]]
    if is_open:
        moments[-1] = NEVER
    return tuple(zip(moments[::2], moments[1::2], strict=True))
