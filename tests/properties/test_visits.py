"""What holds of visits on every day, whatever becomes of them; and exactly where "behind N others" is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.hall import Hall
from engine.core.plan import HallPlan
from tests.builders import MINUTE, Driver
from tests.properties.visit_days import NAMES, Act, live, seeded_plan, walk

PLANS = st.randoms(use_true_random=False).map(seeded_plan)
ACTS = st.lists(st.builds(Act, st.sampled_from(NAMES), st.integers(0, 99), st.integers(0, 99)), max_size=60)
PLACINGS = st.lists(
    st.tuples(st.sampled_from(["arrives", "same moment", "moves", "goes"]), st.integers(0, 8), st.integers(0, 12)),
    max_size=40,
)


@settings(max_examples=60)
@given(PLANS, ACTS)
def test_every_visit_has_one_end_and_every_item_at_most_one(hall_plan: HallPlan, acts: list[Act]) -> None:
    live(hall_plan, acts)


def test_long_days_of_chance_hold_too() -> None:
    for seed in range(12):
        walk(seed, 250)


@given(PLACINGS)
def test_whoever_is_put_behind_so_many_stands_there_and_nobody_else_moves(
    placings: list[tuple[str, int, int]],
) -> None:
    driver, line = Driver.opened(), []
    for what, which, after in placings:
        if what in ("arrives", "same moment"):
            driver.now_ms += MINUTE if what == "arrives" else 0
            line.append(driver.issue("tax"))
        elif line:
            ticket = driver.ticket(line.pop(which % len(line)))
            driver.hall.queues.take(ticket)
            ticket.behind = ticket.seat = 0
            if what == "moves":
                ticket.rank = ticket.since_ms = driver.now_ms
                driver.hall.queues.put_after(ticket, after)
                line.insert(min(after, len(line)), ticket.ticket_id)
            else:
                ticket.state = "cancelled"

        assert _stands(driver.hall) == line
        assert _stands(Hall.from_rows(driver.hall.plan, driver.hall.to_rows())) == line


def _stands(hall: Hall) -> list[str]:
    queue = hall.queues.of_service("tax")[0]
    first = next(hall.queues.tickets(queue), None)
    assert hall.queues.head_order[queue] == (first.order if first else -1)
    return [ticket.ticket_id for ticket in hall.queues.tickets(queue)]
