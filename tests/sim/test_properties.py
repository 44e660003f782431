"""What holds for every trace."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core import events as e
from engine.core.hall import Hall
from engine.core.plan import HallPlan, Span
from sim.visits import Habits, Visit
from tests.builders import ORDINARY, PLAN, PRIORITY, plan, service
from tests.sim.days import live, visit

HALLS = st.sampled_from([PLAN, plan(hours=(Span(9 * 60, 10 * 60), Span(10 * 60 + 30, 11 * 60)))])
HABITS = st.sampled_from([Habits(), Habits(walk_ms=15_000, gap_ms=10_000, absent_ms=60_000)])


@st.composite
def days(draw: st.DrawFn) -> list[Visit]:
    """Up to forty visits in three hours, on whole minutes so that much happens at once."""
    one = st.builds(
        visit,
        st.integers(-10, 170),
        st.sampled_from(["social", "tax", "young"]),
        lane=st.sampled_from([ORDINARY, PRIORITY]),
        takes=st.integers(0, 30),
        patience=st.none() | st.integers(0, 30),
        window_id=st.sampled_from([None, None, None, "w01", "w03"]),
        is_absent=st.sampled_from([False, False, False, True]),
    )
    return sorted(draw(st.lists(one, max_size=40)), key=lambda visit: visit.arrived_ms)


@given(days(), HALLS, HABITS)
@settings(max_examples=60, deadline=None)
def test_every_visitor_ends_once(visits: list[Visit], hall: HallPlan, habits: Habits) -> None:
    lived = live(visits, hall, habits)

    assert lived.world is not None
    assert len(lived.tickets) + len(lived.world.turned_away) == len(visits)
    assert all(ticket.state in ("finished", "cancelled", "missed") for ticket in lived.tickets)


@given(days(), HALLS, HABITS)
@settings(max_examples=60, deadline=None)
def test_fold_of_the_recorded_facts_is_the_live_hall(visits: list[Visit], hall: HallPlan, habits: Habits) -> None:
    lived = live(visits, hall, habits)
    folded = Hall()

    for fact in lived.facts:
        folded.apply(fact)

    assert lived.world is not None
    assert folded.to_rows() == (lived.world.hall.to_rows())


@given(days(), HALLS, HABITS)
@settings(max_examples=60, deadline=None)
def test_time_never_goes_back(visits: list[Visit], hall: HallPlan, habits: Habits) -> None:
    lived = live(visits, hall, habits)

    assert lived.times_ms == sorted(lived.times_ms)


@given(days(), HABITS)
@settings(max_examples=60, deadline=None)
def test_inside_a_lane_of_a_service_tickets_are_called_in_the_order_of_issue(
    visits: list[Visit], habits: Habits
) -> None:
    visits = [replace(visit, window_id=None) for visit in visits]

    lived = live(visits, PLAN, habits)

    tickets = {ticket.ticket_id: ticket for ticket in lived.tickets}
    called = [tickets[fact.ticket_id] for fact in lived.of_type(e.TicketCalled)]
    for key in {(ticket.service_id, ticket.lane_id) for ticket in called}:
        orders = [ticket.order for ticket in called if (ticket.service_id, ticket.lane_id) == key]
        assert orders == sorted(orders)


@given(days(), HALLS, HABITS)
@settings(max_examples=40, deadline=None)
def test_same_visits_give_the_same_facts(visits: list[Visit], hall: HallPlan, habits: Habits) -> None:
    assert live(visits, hall, habits).facts == live(visits, hall, habits).facts


@given(days(), HALLS, st.booleans())
@settings(max_examples=40, deadline=None)
def test_adding_a_service_nobody_comes_for_changes_no_call(
    visits: list[Visit], hall: HallPlan, is_served: bool
) -> None:
    windows = [replace(w, tiers=(*w.tiers, ("idle",)) if is_served else w.tiers) for w in hall.windows]
    larger = replace(hall, services=(*hall.services, service("idle", "Z")), windows=tuple(windows))

    assert live(visits, larger).of_type(e.TicketCalled) == live(visits, hall).of_type(e.TicketCalled)


@given(days(), HABITS)
@settings(max_examples=60, deadline=None)
def test_no_window_is_free_while_somebody_waits_for_it(visits: list[Visit], habits: Habits) -> None:
    lived = live(visits, PLAN, replace(habits, gap_ms=0))
    hall = Hall()

    for fact, following in pairwise(lived.facts):
        hall.apply(fact)
        if following.at_ms > fact.at_ms and hall.phase == "open":
            waited_for = {w.window_id for w in hall.windows.values() if _somebody_waits(hall, w.candidates)}
            assert not [w for w in waited_for if hall.windows[w].state == "idle"]


def _somebody_waits(hall: Hall, queues: list[int]) -> bool:
    return any(hall.queues.length(queue) for queue in queues)
