"""Logs that cannot teach, or not everything: each is named, in both languages, with its line or position."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core import events as e
from engine.core.events import CallReason, Event, Millis
from engine.wire.bad_file import BadFile
from engine.wire.extension import Told
from engine.wire.records import row_of
from sim.learning.journal import JournalDays
from sim.learning.lesson import Gatherer, Lesson, teach
from sim.learning.tickets_log import LogDays
from tests.builders import DAY, HOUR, MINUTE, NINE, ORDINARY, SECOND
from tests.sim.learning.lived import HALL, entries, scenario

REASON = CallReason("points", 0, 0, 0, None, None)
NEXT_DAY_MS = 24 * HOUR


def test_an_empty_journal_is_named() -> None:
    with pytest.raises(BadFile) as bad:
        lesson_of(JournalDays([], "data"))

    (problem,) = bad.value.problems
    assert (problem.file, problem.what.en) == ("data", "there is no visit in it")
    assert problem.what.zh


def test_an_empty_trace_is_named(tmp_path: Path) -> None:
    path = trace(tmp_path, [])

    with pytest.raises(BadFile) as bad:
        lesson_of(LogDays(path, HALL))

    assert "no visit" in str(bad.value)


def test_a_day_that_was_never_closed_is_named_and_left_out() -> None:
    days = JournalDays([*told(opened(), *visit("A001", 0)), *next_day(open_end=True)], "data")

    lesson = lesson_of(days)

    assert lesson.learned.visits == 1
    assert "2026-11-24 was never closed" in notes(lesson)["not-closed"]


def test_a_channel_that_the_hall_has_not_is_named_with_those_it_has(tmp_path: Path) -> None:
    header = "arrived_at,service,lane,service_s,channel"
    path = trace(tmp_path, ["2026-11-23T09:00:00+08:00,social,ordinary,60,wechat"], header)

    with pytest.raises(BadFile) as bad:
        lesson_of(LogDays(path, HALL))

    (problem,) = bad.value.problems
    assert (problem.file, problem.key) == (str(path), "channel")
    assert "wechat" in problem.what.en
    assert "phone" in problem.fix.en


def test_nobody_served_is_named() -> None:
    drawn = e.TicketIssued("t1", "A001", 1, "social", ORDINARY, "kiosk", None, False, NINE)

    with pytest.raises(BadFile) as bad:
        lesson_of(JournalDays(told(opened(), [drawn], [e.DayClosed(NINE + HOUR)]), "data"))

    assert "how long any visit took" in str(bad.value)


def test_one_day_says_what_it_cannot_teach_and_what_is_written() -> None:
    days = JournalDays(told(opened(), *visit("A001", 0), *visit("A002", 5), [e.DayClosed(NINE + 2 * HOUR)]), "data")

    lesson = lesson_of(days)

    assert "over_dispersion is written as 1" in notes(lesson)["one-day"]
    assert "over_dispersion = 1  # [S] one day does not show how days differ" in lesson.text
    assert lesson.told["held_out"]["is_held_out"] is False


def test_few_visits_take_the_variation_of_all_services_and_say_so() -> None:
    drawn = [row for place in range(6) for row in visit(f"A{place:03d}", place)]

    lesson = lesson_of(JournalDays(told(opened(), *drawn, [e.DayClosed(NINE + 2 * HOUR)]), "data"))

    assert "social" in notes(lesson)["few-visits"]
    assert "tax, young" in notes(lesson)["unseen-services"]
    assert "cv = 1  # [S] that of all services" in lesson.text


def test_a_clock_that_goes_back_is_named_with_its_position_and_its_lengths_are_left_out() -> None:
    good = [facts for place in range(30) for facts in visit(f"A{place:03d}", place)]
    issued, called, began, finished = visit("A999", 40)
    jumped = [replace(finished[0], at_ms=began[0].at_ms - 10 * MINUTE)]
    told_all = told(opened(), *good, issued, called, began, jumped, [e.DayClosed(NINE + 3 * HOUR)])

    days = JournalDays(told_all, "data")
    lesson = lesson_of(days)

    places = {place for place, _ in days.doubts.named}
    assert places == {told_all[-2][0]}
    assert "the clock went back by 600 s" in notes(lesson)["doubt"]
    assert lesson.learned.handling["social"].count == 30


def test_a_clock_that_jumps_ahead_makes_no_visit_of_a_day() -> None:
    good = [facts for place in range(30) for facts in visit(f"A{place:03d}", place)]
    issued, called, began, finished = visit("A999", 40)
    jumped = [replace(finished[0], at_ms=NINE + 14 * HOUR)]

    days = JournalDays(told(opened(), *good, issued, called, began, jumped, [e.DayClosed(NINE + 15 * HOUR)]), "data")
    lesson = lesson_of(days)

    assert "s cannot have passed" in notes(lesson)["doubt"]
    assert lesson.learned.handling["social"].count == 30


def test_a_log_that_is_mostly_impossible_is_refused_with_the_places() -> None:
    visits = []
    for place in range(5):
        issued, called, began, finished = visit(f"A{place:03d}", 10 * place)
        visits += [issued, called, began, [replace(finished[0], at_ms=began[0].at_ms - MINUTE)]]

    with pytest.raises(BadFile) as bad:
        lesson_of(JournalDays(told(opened(), *visits, [e.DayClosed(NINE + 2 * HOUR)]), "data"))

    first, *places = bad.value.problems
    assert "impossibilities in 5 visits" in first.what.en
    assert all(problem.key == "position" and problem.line > 1 for problem in places)


def test_a_record_of_a_newer_program_is_named_with_its_position() -> None:
    with pytest.raises(BadFile) as bad:
        list(JournalDays([*told(opened()), (99, NINE, [["teleported", "t1", NINE]])], "data"))

    (problem,) = bad.value.problems
    assert (problem.line, problem.key) == (99, "position")
    assert "newer program" in problem.what.en


def test_a_damaged_record_is_named_with_its_position() -> None:
    with pytest.raises(BadFile) as bad:
        list(JournalDays([*told(opened()), (99, NINE, [["called", "t1"]])], "data"))

    assert bad.value.problems[0].line == 99


def test_a_trace_out_of_order_is_named_by_line(tmp_path: Path) -> None:
    path = trace(tmp_path, ["32400,social,ordinary,60", "32300,social,ordinary,60"])

    with pytest.raises(BadFile) as bad:
        lesson_of(LogDays(path, HALL))

    (problem,) = bad.value.problems
    assert (problem.line, problem.key) == (3, "arrived_at")


@pytest.mark.parametrize(("column", "value"), [("waited_s", "-5"), ("waited_s", "soon"), ("served_by", "w99")])
def test_what_a_log_saw_is_checked_like_any_column(tmp_path: Path, column: str, value: str) -> None:
    path = trace(tmp_path, [f"32400,social,ordinary,60,{value}"], f"arrived_at,service,lane,service_s,{column}")

    with pytest.raises(BadFile) as bad:
        lesson_of(LogDays(path, HALL))

    (problem,) = bad.value.problems
    assert (problem.line, problem.key) == (2, column)


def test_a_log_without_waits_says_that_patience_cannot_be_learnt(tmp_path: Path) -> None:
    lesson = lesson_of(LogDays(trace(tmp_path, ["32400,social,ordinary,60", "32500,tax,ordinary,90"]), HALL))

    assert "patience cannot be learnt" in notes(lesson)["no-patience"]
    assert 'distribution = "none"' in lesson.text
    assert lesson.told["held_out"] is None


def test_a_log_of_those_who_left_alone_does_not_make_everybody_impatient(tmp_path: Path) -> None:
    rows = ["32400,social,ordinary,60,", "32500,tax,ordinary,0,300"]

    lesson = lesson_of(LogDays(trace(tmp_path, rows, "arrived_at,service,lane,service_s,patience_s"), HALL))

    assert "everybody would be too impatient" in notes(lesson)["patience-one-sided"]
    assert 'distribution = "none"' in lesson.text


def test_visits_of_no_time_are_counted_and_left_out(tmp_path: Path) -> None:
    rows = [f"{32400 + 60 * place},social,ordinary,{60 if place else 0.2}" for place in range(10)]

    lesson = lesson_of(LogDays(trace(tmp_path, rows), HALL))

    assert "1 visits of less than a second" in notes(lesson)["misclicks"]
    assert lesson.learned.handling["social"].mean == 1


def test_a_day_with_other_hours_is_named_and_left_out_of_the_arrivals() -> None:
    whole = list(JournalDays(entries(scenario(visits=200), 10), "data"))
    whole[3].visits = [visit for visit in whole[3].visits if visit.at_ms < 11 * HOUR]

    lesson = lesson_of(JournalDays([], "data"), whole)

    assert "2026-01-08: people came from 09:00–11:00 only" in notes(lesson)["other-hours"]
    assert lesson.learned.rates.days == 9


def test_a_service_that_the_named_hall_lacks_is_refused() -> None:
    days = JournalDays(told(opened(), *visit("Q001", 0, service="passports"), [e.DayClosed(NINE + HOUR)]), "data")

    with pytest.raises(BadFile) as bad:
        lesson_of(days)

    assert "the hall has no “passports”" in str(bad.value)


def lesson_of(days: JournalDays | LogDays, seen: Iterable[object] | None = None) -> Lesson:
    """What a log teaches of `HALL`."""
    gatherer = Gatherer(days.doubts.source)
    gatherer.take(days if seen is None else seen)  # type: ignore[arg-type]
    return teach(days, gatherer, HALL, hall="hall", out="learnt.toml")


def notes(lesson: Lesson) -> dict[str, str]:
    """The English of the notes, by code; each has its Chinese."""
    assert all(note["zh"] for note in lesson.told["notes"])
    said: dict[str, str] = {}
    for note in lesson.told["notes"]:
        said[note["code"]] = said.get(note["code"], "") + note["en"]
    return said


def trace(folder: Path, rows: list[str], header: str = "arrived_at,service,lane,service_s") -> Path:
    path = folder / "trace.csv"
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def told(*entries_of: list[Event]) -> list[Told]:
    """A journal of these entries, each written at the moment of its first fact."""
    position = 0
    journal: list[Told] = []
    for facts in entries_of:
        position += len(facts)
        journal.append((position, facts[0].at_ms, [row_of(fact) for fact in facts]))
    return journal


def opened(at_ms: Millis = NINE) -> list[Event]:
    """A day begins, and the first window opens."""
    day = DAY if at_ms == NINE else "20261124"
    return [
        e.HallConfigured(HALL, at_ms),
        e.DayOpened(day, at_ms + 8 * HOUR, at_ms + 9 * HOUR, at_ms),
        e.WindowOpened("w01", None, at_ms),
    ]


def visit(number: str, minute: float, *, service: str = "social", at_ms: Millis = NINE) -> list[list[Event]]:
    """Somebody draws, is called at once, begins after ten seconds and is done within the minute."""
    came_ms = at_ms + round(minute * MINUTE)
    issued = e.TicketIssued(number, number, 1, service, ORDINARY, "kiosk", None, False, came_ms)
    called = e.TicketCalled(number, "w01", REASON, came_ms + 3 * MINUTE, came_ms)
    began = e.ServiceBegan(number, "w01", came_ms + 10 * SECOND)
    finished = e.ServiceFinished(number, "w01", "done", came_ms + (50 + len(number)) * SECOND)
    return [[issued], [called], [began], [finished]]


def next_day(*, open_end: bool) -> list[Told]:
    at_ms = NINE + NEXT_DAY_MS
    return told([e.DayClosed(NINE + HOUR)], opened(at_ms), *visit("B001", 0, at_ms=at_ms))[: None if open_end else -1]
