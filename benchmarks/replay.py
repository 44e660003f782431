"""One day of a large hall (10,000 visitors) through the exact world beside SimPy, over the same trace.

The exact world is the hall itself: it gives out numbers, asks the rule, keeps every fact and the reason of every call.
The peers are in `benchmarks.simpy_hall`. Before anything is timed, those that do the whole job must agree with the hall
visitor by visitor: same window, same moment, same end.

    python -m benchmarks.replay
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from benchmarks.measure import against, print_heading, print_table, user_seconds
from benchmarks.simpy_hall import Line, as_documented, least, tuned
from engine.core.hall import Hall
from engine.core.model import Ticket
from engine.core.plan import HallPlan
from engine.halls import load_hall
from sim.day import Days
from sim.scenario import load_scenario
from sim.visits import Visit
from sim.world import World

SEED: Final = 1
ROUNDS: Final = 9
DAY: Final = date(2026, 1, 5)


def main() -> None:
    scenario, plan = load_scenario("hall1"), load_hall("hall1")
    visits = next(iter(Days(scenario, plan, SEED, DAY, 1))).visits
    _require_agreement(plan, visits)

    def exact() -> float:
        return _microseconds(lambda: World(plan).run(visits), len(visits))

    print_heading("HALL-1, one day of a large hall", seed=SEED, rounds=ROUNDS, packages=("simpy", "numpy"))
    rows = against(
        exact,
        {
            "SimPy, whole job, as documented": lambda: _microseconds(lambda: as_documented(plan, visits), len(visits)),
            "SimPy, whole job, tuned": lambda: _microseconds(lambda: tuned(plan, visits), len(visits)),
            "SimPy, sums only": lambda: _microseconds(lambda: least(plan, visits), len(visits)),
        },
        unit="user µs/visitor",
        rounds=ROUNDS,
    )
    print_table(rows, base="exact world")


def _microseconds(work: Callable[[], object], visitors: int) -> float:
    return user_seconds(work) * 1e6 / visitors


def _require_agreement(plan: HallPlan, visits: Sequence[Visit]) -> None:
    """Raise unless all programs agree; print on what."""
    tickets = _tickets(plan, visits)
    served = [ticket for ticket in tickets if ticket.state == "finished"]
    waited_ms = sum((ticket.called_ms or 0) - ticket.issued_ms for ticket in served)
    for peer in (as_documented, tuned):
        pairs = zip(tickets, peer(plan, visits), strict=True)
        unlike = [place for place, (ticket, line) in enumerate(pairs, 1) if _of_hall(ticket) != _of_peer(line)]
        if unlike:
            raise SystemExit(f"{peer.__name__} disagrees about {len(unlike)} visitors, the first is number {unlike[0]}")
    if least(plan, visits) != (len(served), waited_ms):
        raise SystemExit("the sums disagree")
    mean_s = waited_ms / len(served) / 1_000
    print(f"agreed: {len(tickets):,} visitors one by one, {len(served):,} served, mean wait {mean_s:.3f} s")


def _tickets(plan: HallPlan, visits: Sequence[Visit]) -> list[Ticket]:
    tickets: list[Ticket] = []

    def keep(hall: Hall) -> None:
        tickets.extend(hall.tickets.values())

    World(plan, day_over=keep).run(visits)
    return tickets


def _of_hall(ticket: Ticket) -> tuple[object, ...]:
    outcome = "served" if ticket.state == "finished" else ticket.outcome
    return ticket.issued_ms, ticket.window_id, ticket.called_ms, ticket.finished_ms, outcome


def _of_peer(line: Line) -> tuple[object, ...]:
    return line.visit.arrived_ms, line.window_id, line.called_ms, line.finished_ms, line.outcome


if __name__ == "__main__":
    main()
