"""Commands a second of the bare core, in process: decide and apply, nothing kept, nobody told.

A large hall's day of 10,000 visitors as the exact world gives its orders. The base is the same number of empty orders:
a call through a table of functions, the least that any dispatch costs in Python. The same day is then measured in a
hall with every rule on, against the plain hall: policies, help across tiers, quotas, one number a person, a cap, a stop
by the forecast, owners, tidal windows, and warnings that are watched for after every order.

    python -m benchmarks.core
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Final

from benchmarks.measure import ROUNDS, against, print_heading, print_table, user_seconds
from engine.core.commands import Command, IssueTicket
from engine.core.deadlines import due_in_ledgers
from engine.core.decide import decide
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.plan import (
    MINUTE_MS,
    Clerk,
    HallPlan,
    Help,
    Limit,
    Limits,
    Policy,
    PolicyRule,
    Quota,
    Tide,
    WindowPlan,
)
from engine.core.refusals import NobodyWaiting, Refusal
from engine.halls import load_hall
from sim import world
from sim.day import Days
from sim.scenario import load_scenario

SEED: Final = 1
DAY: Final = date(2026, 1, 5)

Order = tuple[Command, Millis]


def main() -> None:
    orders = _orders_of_a_day()
    print_heading("the core's commands", seed=SEED, rounds=ROUNDS)
    print(f"{len(orders):,} commands of one day")
    rows = against(
        lambda: _rate(_nothing, orders), {"decide and apply": lambda: _rate(_carry_out, orders)}, unit="commands/s"
    )
    print_table(rows, base="empty dispatch")
    ruled = _orders_of_a_day(with_every_rule(load_hall("hall1")))
    print(f"\n{len(ruled):,} commands of the same day with every rule on")
    rows = against(
        lambda: _rate(_watch_and_carry_out, orders),
        {"every rule on": lambda: _rate(_watch_and_carry_out, ruled)},
        unit="commands/s",
    )
    print_table(rows, base="plain hall")


def with_every_rule(plan: HallPlan) -> HallPlan:
    """The same hall with every rule that can touch an ordinary visit."""
    ceiling = PolicyRule("ceiling", after_ms=30 * MINUTE_MS)
    lanes = tuple(lane.lane_id for lane in plan.lanes)
    policies = (
        Policy("points", (ceiling, PolicyRule("points"))),
        Policy("turns", (ceiling, PolicyRule("ratio", lanes, takes=(3, 1)), PolicyRule("longest"))),
    )
    services = tuple(
        replace(service, quotas=(Quota(9_000), Quota(9_000, "kiosk")), one_per_person=True, no_show="back")
        for service in plan.services
    )
    rules = replace(plan.rules, policy_id="points", occupancy_max=5_000, stops_by_forecast=True, names_owner=True)
    limits = Limits(Limit(20 * MINUTE_MS, 15 * MINUTE_MS), Limit(40, 30), Limit(2 * MINUTE_MS, MINUTE_MS))
    clerks = tuple(Clerk(f"c{window.number:02d}", window.name) for window in plan.windows)
    windows = tuple(_with_rules(window) for window in plan.windows)
    return replace(
        plan, services=services, windows=windows, clerks=clerks, policies=policies, rules=rules, limits=limits
    )


def _with_rules(window: WindowPlan) -> WindowPlan:
    """A window that helps with its last service, by turns when its number is even; every tenth is tidal."""
    *own, last = window.tiers[0]
    return replace(
        window,
        tiers=(tuple(own), (last,)),
        help_after_ms=(Help(last, 10 * MINUTE_MS),),
        policy_id="turns" if window.number % 2 == 0 else None,
        tide=Tide(30, 10) if window.number % 10 == 0 else None,
    )


def _orders_of_a_day(plan: HallPlan | None = None) -> list[Order]:
    """Every order the exact world gives on the day, in turn, also those that the hall refuses.

    With a `plan` in place of the yardstick's everybody is somebody: whoever draws a number is known by a hash.
    """
    orders: list[Order] = []
    people = count()

    class Listening(world.World):
        def do(self, actor: str, command: Command, now_ms: Millis) -> tuple[Event, ...]:
            if plan is not None and isinstance(command, IssueTicket):
                command = replace(command, person=f"person-{next(people)}")
            orders.append((command, now_ms))
            return super().do(actor, command, now_ms)

    yardstick = load_hall("hall1")
    Listening(plan or yardstick).run(Days(load_scenario("hall1"), yardstick, SEED, DAY, 1).visits())
    return orders


def _rate(work: Callable[[Sequence[Order]], None], orders: Sequence[Order]) -> float:
    return len(orders) / user_seconds(lambda: work(orders))


def _carry_out(orders: Sequence[Order]) -> None:
    hall = Hall()
    for command, now_ms in orders:
        try:
            events = decide(hall, command, now_ms)
        except NobodyWaiting:
            continue
        for event in events:
            hall.apply(event)


def _watch_and_carry_out(orders: Sequence[Order]) -> None:
    """As the engine does: before each order it looks at what falls due by itself."""
    hall = Hall()
    for command, now_ms in orders:
        due_in_ledgers(hall, now_ms)
        try:
            events = decide(hall, command, now_ms)
        except Refusal:
            continue
        for event in events:
            hall.apply(event)


def _nothing(orders: Sequence[Order]) -> None:
    table = {type(command): lambda hall, order, now_ms: () for command, _ in orders}
    for command, now_ms in orders:
        for _ in table[type(command)](None, command, now_ms):
            raise AssertionError("nothing follows from an empty order")


if __name__ == "__main__":
    main()
