"""A journal and a trace are read day by day: no more than one of them is in memory."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.core.events import Millis
from engine.wire.extension import Told
from sim.importing import import_log
from sim.learning.desk import REST_MS, Desk
from sim.learning.gathered import Gathered
from sim.learning.journal import JournalDays
from sim.learning.seen import Seen, SeenDay
from sim.learning.tickets_log import LogDays
from sim.log_map import load_map
from sim.result import LEFT, NO_SHOW, SERVED
from sim.trace import write_rows
from tests.builders import HOUR, MINUTE, SECOND
from tests.sim.learning.lived import HALL, MONDAY, entries, scenario

MAP = """
[columns]
arrived_at = "came"
service = "what"
called_at = "called"
began_at = "began"
finished_at = "done"
left_at = "left"
served_by = "desk"
[windows]
"3" = "w03"
[defaults]
lane = "ordinary"
"""
LOG = """came,what,called,began,done,left,desk
2026-01-05 09:00:00,tax,2026-01-05 09:10:00,2026-01-05 09:11:00,2026-01-05 09:20:00,,3
2026-01-05 09:01:00,tax,,,,2026-01-05 09:31:00,
2026-01-05 09:02:00,tax,2026-01-05 09:40:00,,,,3
"""


class Counted:
    """Entries of a journal, and how many were asked for."""

    def __init__(self, told: Iterator[Told]) -> None:
        self._told = told
        self.taken = 0

    def __iter__(self) -> Iterator[Told]:
        for entry in self._told:
            self.taken += 1
            yield entry


def test_a_journal_is_read_no_further_than_the_day_that_is_asked_for() -> None:
    known = scenario(visits=100)
    told = Counted(entries(known, 5))
    lengths = [len(list(entries(known, days))) for days in (1, 2, 3)]

    days = iter(JournalDays(told, "journal"))
    taken = []
    for _ in range(3):
        next(days)
        taken.append(told.taken)

    assert [after - before for after, before in zip(taken, lengths, strict=True)] == [1, 1, 1]


def test_a_trace_is_read_no_further_than_the_day_that_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    rows = [f"2026-01-0{day}T09:00:00,tax,ordinary,{60 + place}" for day in (5, 6) for place in range(3)]
    path.write_text("\n".join(["arrived_at,service,lane,service_s", *rows, "2026-01-07,nothing"]) + "\n", "utf-8")

    days = iter(LogDays(path, HALL))

    assert [len(next(days).visits) for _ in range(1)] == [3]


@pytest.mark.parametrize("days", [10, 200])
def test_what_is_gathered_grows_with_days_and_services_only(days: int) -> None:
    whole = Gathered()
    for number in range(days):
        whole.add(_busy_day(MONDAY + timedelta(days=number), visits=500))

    kept = sum(len(sample.minutes()) for sample in whole.handling.values())

    assert whole.visits == 500 * days
    assert kept <= 40_000
    assert len(whole.arrivals.quarters) == days


def test_what_a_log_saw_survives_the_import(tmp_path: Path) -> None:
    log, log_map, path = tmp_path / "log.csv", tmp_path / "map.toml", tmp_path / "trace.csv"
    log.write_text(LOG, "utf-8")
    log_map.write_text(MAP, "utf-8")
    imported = import_log(log, load_map(str(log_map)))
    write_rows(path, imported.rows, imported.columns)

    (day,) = LogDays(path, HALL)

    assert not imported.problems
    served, left, missed = day.visits
    assert (served.end, served.waited_ms, served.handling_ms) == (SERVED, 10 * MINUTE, 9 * MINUTE)
    assert (left.end, left.waited_ms, left.patience_ms, left.is_absent) == (LEFT, 30 * MINUTE, 30 * MINUTE, None)
    assert (missed.end, missed.waited_ms, missed.is_absent) == (NO_SHOW, 38 * MINUTE, True)
    assert day.walks_ms == [MINUTE]
    assert day.gaps_ms == [20 * MINUTE]
    assert day.staffed == {"w03": [(9 * HOUR, 10 * HOUR)]}


def test_a_log_whose_visits_are_called_before_they_come_is_named(tmp_path: Path) -> None:
    log, log_map = tmp_path / "log.csv", tmp_path / "map.toml"
    log.write_text(LOG.replace("2026-01-05 09:10:00", "2026-01-05 08:10:00"), "utf-8")
    log_map.write_text(MAP, "utf-8")

    (problem,) = import_log(log, load_map(str(log_map))).problems

    assert (problem.line, problem.key) == (2, "called")
    assert "-3000 seconds cannot be" in problem.what.en


def test_a_short_rest_belongs_to_the_work_and_a_long_one_does_not() -> None:
    day = SeenDay(MONDAY)
    desk = Desk("w01", day)

    desk.open(0)
    desk.free(MINUTE)
    desk.pause(2 * MINUTE)
    desk.resume(7 * MINUTE)
    desk.pause(HOUR)
    desk.resume(HOUR + REST_MS)
    desk.close(3 * HOUR)

    assert day.pauses_ms == [5 * MINUTE]
    assert day.staffed["w01"] == [(0, HOUR), (HOUR + REST_MS, 3 * HOUR)]


def test_a_gap_is_only_one_when_somebody_waited_already() -> None:
    day = SeenDay(MONDAY)
    desk = Desk("w01", day)

    for free_ms, since_ms, called_ms in ((0, -MINUTE, 10 * SECOND), (MINUTE, 2 * MINUTE, 3 * MINUTE)):
        desk.free(free_ms)
        desk.call(called_ms, since_ms)

    assert day.gaps_ms == [10 * SECOND]


def _busy_day(day: date, visits: int) -> SeenDay:
    seen = SeenDay(day)
    seen.visits = [_served(9 * HOUR + place * 30 * SECOND, 5 * MINUTE + place) for place in range(visits)]
    return seen


def _served(at_ms: Millis, handling_ms: Millis) -> Seen:
    return Seen(at_ms, "tax", "ordinary", "kiosk", SERVED, False, handling_ms, MINUTE, None, None)
