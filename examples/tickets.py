"""Makes up tickets.csv: three weeks of a hall that never was, written as some ticket system might write its log.

Nobody in it ever lived. The hall is the one that `jiaohao init` writes; days are drawn from the scenario below with a
fixed seed, so that the file comes out the same on every machine: python examples/tickets.py > examples/tickets.csv
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from engine.core.hall import Hall
from engine.core.model import Ticket
from engine.wire.hall_file import read_hall
from engine.wire.hall_template import template
from sim.day import Days, habits_of
from sim.result import LEFT, NO_SHOW, outcome_of
from sim.scenario import read_scenario
from sim.world import World

SEED = 20260302
FIRST = date(2026, 3, 2)
DAYS = 19
COLUMNS = ("取号时间", "业务", "客户类型", "叫号时间", "开始时间", "结束时间", "离开时间", "窗口")
WORDS = {
    "social-security": "社保", "tax": "个税", "comprehensive": "综合", "ordinary": "普通", "priority": "老年人",
}  # fmt: skip
SCENARIO = """
[scenario]
name = "made up"
hall = "my-hall/hall.toml"
visits_per_day = 60
weekdays = [1.3, 1, 0.9, 1, 0.8, 0, 0]
opens = "08:30"
shape = [6, 6.5, 7, 7, 6, 5, 3, 0, 0, 0, 4, 6, 6.5, 6, 5, 3.5, 1.5]
over_dispersion = 1.05
[[pulse]]
at = "08:30"
share = 0.08
[services.social-security]
share = 0.45
mean_minutes = 12
cv = 0.9
[services.tax]
share = 0.3
distribution = "gamma"
mean_minutes = 10
cv = 0.6
[services.comprehensive]
share = 0.25
mean_minutes = 7
[lanes]
ordinary = 0.88
priority = 0.12
[patience]
distribution = "exponential"
mean_minutes = 55
[no_show]
share = 0.04
[clerks]
walk_seconds = 25
gap_seconds = 20
"""


def main() -> None:
    plan = read_hall(template(), "hall.toml")
    scenario = read_scenario(SCENARIO, "tickets.py")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    world = World(plan, habits=habits_of(scenario), day_over=lambda hall: writer.writerows(rows_of(hall)))
    for day in Days(scenario, plan, SEED, FIRST, DAYS):
        world.run(day.visits, day.orders)


def rows_of(hall: Hall) -> Iterator[tuple[str, ...]]:
    """A row for each ticket of a day; where the log's clerk was careless, the end stands before the beginning."""
    for ticket in hall.tickets.values():
        is_careless = hall.day == "20260311" and ticket.number == "A007"
        yield row_of(ticket, is_careless=is_careless)


def row_of(ticket: Ticket, *, is_careless: bool) -> tuple[str, ...]:
    outcome = outcome_of(ticket)
    has_left, was_missed = outcome == LEFT, outcome == NO_SHOW
    began, ended = ("", "") if has_left or was_missed else (clock(ticket.began_ms), clock(ticket.finished_ms))
    return (
        clock(ticket.issued_ms),
        WORDS[ticket.service_id],
        WORDS[ticket.lane_id],
        clock(ticket.called_ms),
        ended if is_careless else began,
        began if is_careless else ended,
        clock(ticket.finished_ms) if has_left else "",
        (ticket.window_id or "").removeprefix("w0"),
    )


def clock(at_ms: int | None) -> str:
    """A moment as the log writes it, to the second."""
    if at_ms is None:
        return ""
    return f"{datetime.fromtimestamp(at_ms // 1_000, ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M:%S}"


if __name__ == "__main__":
    main()
