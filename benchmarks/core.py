"""Commands a second of the bare core, in process: decide and apply, nothing kept, nobody told.

A large hall's day of 10,000 visitors as the exact world gives its orders. The base is the same number of empty orders:
a call through a table of functions, the least that any dispatch costs in Python.

    python -m benchmarks.core
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from benchmarks.measure import ROUNDS, against, print_heading, print_table, user_seconds
from engine.core.commands import Command
from engine.core.decide import decide
from engine.core.events import Event, Millis
from engine.core.hall import Hall
from engine.core.refusals import NobodyWaiting
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


def _orders_of_a_day() -> list[Order]:
    """Every order the exact world gives on the day, in turn, also those that the hall refuses."""
    orders: list[Order] = []

    class Listening(world.World):
        def _do(self, actor: str, command: Command, now_ms: Millis) -> tuple[Event, ...]:
            orders.append((command, now_ms))
            return super()._do(actor, command, now_ms)

    plan = load_hall("hall1")
    Listening(plan).run(Days(load_scenario("hall1"), plan, SEED, DAY, 1).visits())
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


def _nothing(orders: Sequence[Order]) -> None:
    table = {type(command): lambda hall, order, now_ms: () for command, _ in orders}
    for command, now_ms in orders:
        for _ in table[type(command)](None, command, now_ms):
            raise AssertionError("nothing follows from an empty order")


if __name__ == "__main__":
    main()
